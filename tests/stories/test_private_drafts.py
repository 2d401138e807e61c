"""A draft that nobody was shown stays with its authors, also once they throw it away."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from community.stories import rules, workflow
from models.accounts import Member
from models.base import db
from models.stories import Story
from tests.cast import Cast
from tests.stories.conftest import submit

pytestmark = pytest.mark.one_database
SignIn = Callable[[Member], FlaskClient]
Told = Callable[..., list[tuple[str, str]]]
PAGES = ("desk", "write", "write/problem", "write/problem/texts", "versions", "consents", "withdraw")


def test_thrown_away_it_is_opened_to_nobody(draft: Story, cast: Cast, signed_in: SignIn, told: Told) -> None:
    workflow.withdraw_story(draft, cast.owner, "カナリアの理由")
    db.session.commit()
    assert told() == []
    for reader in (cast.cs, cast.administrator, cast.community_manager, cast.company_admin, cast.colleague):
        client = signed_in(reader)
        assert [client.get(f"/stories/{draft.id}/{page}").status_code for page in PAGES] == [404] * len(PAGES)
    client = signed_in(cast.owner)
    assert client.get(f"/stories/{draft.id}/desk").status_code == 200


def test_its_interviewer_knows_it_and_is_told(draft: Story, cast: Cast, told: Told) -> None:
    draft.interviewer_id = cast.community_manager.id
    db.session.flush()
    workflow.withdraw_story(draft, cast.owner, "")
    assert told("story_gone") == [("story_gone", "community_manager")]
    assert rules.can_see_desk(cast.community_manager, draft)


def test_what_was_submitted_once_is_private_again_as_a_draft_only(draft: Story, cast: Cast) -> None:
    submit(draft, cast.owner)
    workflow.withdraw_story(draft, cast.owner, "")
    assert rules.can_see_desk(cast.cs, draft)
    workflow.begin_again(draft, cast.owner)
    assert not rules.can_see_desk(cast.cs, draft)
    workflow.withdraw_story(draft, cast.owner, "")
    assert not rules.can_see_desk(cast.cs, draft)
    workflow.begin_again(draft, cast.owner)
    submit(draft, cast.owner)
    assert rules.can_see_desk(cast.cs, draft)
