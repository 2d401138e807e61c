"""Who could tell the next story, and who is left in peace."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from community.accounts import memberships
from community.ledger.actions import record_signal
from community.projections.tasks import process_pending
from community.stories.library import candidates
from community.stories.library.candidates import Deed
from models.accounts import Member
from models.base import db, now, today
from models.health import AccountScore
from models.ledger import SignalKind
from models.stories import StoryCoauthor, StoryState
from tests.cast import Cast
from tests.stories.telling import publish, write_story


def speak(member: Member, kind: SignalKind = SignalKind.TALK_GIVEN, number: int = 1) -> None:
    record_signal(kind, member, subject=("talk", number))
    process_pending()


def names() -> list[str]:
    return [each.handle for each in candidates.list_candidates(today())]


def test_who_spoke_is_offered_with_the_reason(cast: Cast) -> None:
    speak(cast.owner)
    speak(cast.stranger, SignalKind.ANSWER_ACCEPTED, 1)
    speak(cast.stranger, SignalKind.ANSWER_ACCEPTED, 2)
    speak(cast.third, SignalKind.ANSWER_ACCEPTED, 3)
    found = candidates.list_candidates(today())
    assert [(each.handle, each.deeds) for each in found] == [
        (cast.stranger.handle, (Deed(SignalKind.ANSWER_ACCEPTED, 2, today()),)),
        (cast.owner.handle, (Deed(SignalKind.TALK_GIVEN, 1, today()),)),
    ]


def left(cast: Cast) -> None:
    transfer = memberships.plan_transfer(cast.owner, None, today())
    memberships.carry_out_transfer(transfer, by=cast.cs, reason="")
    db.session.expire(cast.owner)


def suspended(cast: Cast) -> None:
    cast.owner.suspended_until = now() + timedelta(days=3)


def erased(cast: Cast) -> None:
    cast.owner.erased_at = now()


def over(cast: Cast) -> None:
    cast.a.contract_ended_on = today() - timedelta(days=1)


def in_danger(cast: Cast) -> None:
    score_of(cast).band = "danger"


def silent(cast: Cast) -> None:
    score_of(cast).silent = True


def told_one(cast: Cast) -> None:
    publish(write_story(cast.a, cast.owner), cast.cs)


def took_one_back(cast: Cast) -> None:
    story = write_story(cast.a, cast.owner)
    story.state, story.published_at, story.withdrawn_at = StoryState.WITHDRAWN, now() - timedelta(days=400), now()


def is_telling(cast: Cast) -> None:
    write_story(cast.a, cast.owner)


def tells_with_others(cast: Cast) -> None:
    story = write_story(cast.a, cast.colleague)
    db.session.add(StoryCoauthor(story_id=story.id, member_id=cast.owner.id, added_by_id=cast.colleague.id))


def score_of(cast: Cast) -> AccountScore:
    return db.session.get_one(AccountScore, cast.a.id)


@pytest.mark.parametrize(
    "why", [left, suspended, erased, over, in_danger, silent, told_one, took_one_back, is_telling, tells_with_others]
)
def test_who_is_not_to_be_asked_is_not_offered(cast: Cast, why: Callable[[Cast], None]) -> None:
    speak(cast.owner)
    assert names() == [cast.owner.handle]
    why(cast)
    db.session.flush()
    assert names() == []


def test_a_year_after_the_last_story_one_may_be_asked_again(cast: Cast) -> None:
    story = write_story(cast.a, cast.owner)
    publish(story, cast.cs)
    story.published_at = now() - timedelta(days=400)
    speak(cast.owner)
    assert names() == [cast.owner.handle]
    story.state = StoryState.UPDATE_ASKED
    db.session.flush()
    assert names() == []


def test_prospects_and_staff_are_not_offered(cast: Cast) -> None:
    speak(cast.prospect)
    speak(cast.cs, number=2)
    speak(cast.partner, number=3)
    assert names() == [cast.partner.handle]


def test_a_rising_score_is_a_further_reason(cast: Cast) -> None:
    speak(cast.owner)
    score = score_of(cast)
    score.behavior, score.behavior_30 = 60.0, 50.0
    db.session.flush()
    (found,) = candidates.list_candidates(today())
    assert (found.rise, found.strength) == (10.0, candidates.WORTH[SignalKind.TALK_GIVEN] + candidates.WORTH_OF_RISE)
