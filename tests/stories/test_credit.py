"""For whom acts on a story count after people have left its company."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from community.accounts import memberships
from community.ledger import reassignment
from community.stories import locking, queries
from community.stories.library import placements
from community.stories.workflow import workflow
from models.base import db, today
from models.ledger import Signal, SignalKind
from models.stories import ConsentUse, Story
from tests.cast import Cast
from tests.stories.conftest import approve, load, submit
from tests.stories.telling import join
from tests.stories.test_workflow import version_of

pytestmark = pytest.mark.one_database


def move_owner(cast: Cast) -> None:
    transfer = memberships.plan_transfer(cast.owner, cast.b, today() - timedelta(days=1), is_company_admin=False)
    reassignment.carry_out(transfer, by=cast.administrator, reason="転職しました")
    db.session.flush()
    db.session.expire_all()


def use_it(story: Story, cast: Cast) -> None:
    story = load(story)
    workflow.publish(story, cast.cs)
    locked = locking.lock_story(story.id)
    assert locked is not None
    placements.record_placement(locked, placements.PlacementKind.WEBINAR, today(), "秋の会", by=cast.cs)


def list_credited(story: Story) -> list[tuple[str, int, int | None]]:
    kinds = (SignalKind.STORY_PUBLISHED, SignalKind.STORY_QUOTED)
    chosen = sa.select(Signal.kind, Signal.member_id, Signal.account_id).where(
        Signal.subject_kind == "story", Signal.subject_id == story.id, Signal.kind.in_(kinds)
    )
    return [(kind, member, account) for kind, member, account in db.session.execute(chosen.order_by(Signal.id))]


def test_the_new_company_of_an_author_gets_nothing_for_the_story_of_the_former(draft: Story, cast: Cast) -> None:
    submit(draft, cast.owner)
    approve(draft, version_of(draft), cast.cs, *ConsentUse)
    move_owner(cast)
    use_it(draft, cast)
    assert list_credited(draft) == []


def test_who_wrote_it_too_and_is_still_there_has_the_credit(draft: Story, cast: Cast) -> None:
    join(draft, cast.colleague)
    submit(draft, cast.owner)
    approve(draft, version_of(draft), cast.cs, *ConsentUse)
    move_owner(cast)
    use_it(draft, cast)
    told = [(kind, cast.colleague.id, cast.a.id) for kind in (SignalKind.STORY_PUBLISHED, SignalKind.STORY_QUOTED)]
    assert list_credited(draft) == told
    assert queries.find_story(draft.id) is not None
