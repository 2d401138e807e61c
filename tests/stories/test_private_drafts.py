"""A draft that nobody was shown stays with its authors, also once they throw it away."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from community.stories import rules
from community.stories.workflow import workflow
from models.accounts import Member
from models.base import db
from models.stories import ConsentUse, Story, StoryPart, StoryPartName
from tests.cast import Cast
from tests.stories.conftest import approve, submit
from tests.stories.test_workflow import version_of

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


def test_administrators_read_no_title_that_was_not_submitted(submitted: Story, cast: Cast, signed_in: SignIn) -> None:
    approve(submitted, version_of(submitted), cast.cs, ConsentUse.MEMBERS)
    workflow.publish(submitted, cast.cs)
    workflow.begin_update(submitted, cast.owner)
    db.session.query(StoryPart).filter_by(story_id=submitted.id, name=StoryPartName.TITLE).one().body = "カナリアの題"
    db.session.commit()
    for page in ("consents", "withdraw"):
        for reader, title in ((cast.company_admin, "紙の点検表をやめた。"), (cast.owner, "カナリアの題")):
            said = signed_in(reader).get(f"/stories/{submitted.id}/{page}").text
            assert [each in said for each in ("紙の点検表をやめた。", "カナリアの題")] == [
                title == "紙の点検表をやめた。",
                title == "カナリアの題",
            ]
