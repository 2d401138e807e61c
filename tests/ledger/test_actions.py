"""Acts enter the ledger, go out of it and come back."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from community.ledger import actions, queries
from models.accounts import Membership
from models.base import db, now, transaction
from models.ledger import PendingSignal, Signal, SignalCause, SignalKind
from tests.acts import is_effective
from tests.cast import Cast

TOKYO = ZoneInfo("Asia/Tokyo")


def ask(cast: Cast, at: datetime | None = None) -> Signal:
    return actions.record_signal(SignalKind.TOPIC_OPENED, cast.owner, subject=("topic", 7), at=at)


def test_an_act_carries_its_company_its_day_and_a_pending_row(cast: Cast) -> None:
    at = now() - timedelta(days=3)
    with transaction():
        act = ask(cast, at)
    assert (act.account_id, act.member_id, act.day) == (cast.a.id, cast.owner.id, at.astimezone(TOKYO).date())
    assert db.session.get(PendingSignal, act.id) is not None


def test_a_day_begins_at_midnight_in_tokyo(cast: Cast) -> None:
    midnight = (now() - timedelta(days=3)).astimezone(TOKYO).replace(hour=0, minute=0, second=0, microsecond=0)
    assert ask(cast, midnight).day == midnight.date()
    assert ask(cast, midnight - timedelta(seconds=1)).day == midnight.date() - timedelta(days=1)


def test_an_act_belongs_to_the_company_of_its_own_day(cast: Cast) -> None:
    moved_on = (now() - timedelta(days=10)).astimezone(TOKYO).date()
    membership = cast.owner.membership
    assert membership is not None
    membership.until_day = moved_on
    db.session.flush()
    db.session.add(Membership(member_id=cast.owner.id, account_id=cast.b.id, from_day=moved_on))
    db.session.flush()
    assert ask(cast, now() - timedelta(days=11)).account_id == cast.a.id
    assert ask(cast, now() - timedelta(days=9)).account_id == cast.b.id


@pytest.mark.parametrize("who", ["cs", "community_manager", "administrator"])
def test_acts_of_staff_go_to_no_company(cast: Cast, who: str) -> None:
    act = actions.record_signal(SignalKind.REPLY_POSTED, cast.people()[who], subject=("post", 1))
    assert act.account_id is None


def test_a_moderator_of_a_customer_acts_for_the_company(cast: Cast) -> None:
    assert actions.record_signal(SignalKind.REPLY_POSTED, cast.moderator, subject=("post", 1)).account_id == cast.b.id


def test_the_future_is_refused(cast: Cast) -> None:
    with pytest.raises(actions.FutureActError):
        ask(cast, now() + timedelta(hours=1))


def test_the_same_import_row_enters_once(cast: Cast) -> None:
    def click() -> None:
        subject = ("mailing", 3)
        actions.record_signal(SignalKind.MAIL_CLICKED, cast.owner, subject=subject, source="csv", source_key="3:owner")

    click()
    with pytest.raises(IntegrityError):
        click()


def test_reversing_twice_writes_once_and_giving_back_restores(cast: Cast) -> None:
    act = ask(cast)
    assert is_effective(act)
    reversal = actions.reverse(act)
    assert reversal is not None
    assert (reversal.reverses_id, reversal.root_id, reversal.day) == (act.id, act.id, act.day)
    assert (reversal.account_id, reversal.member_id, reversal.kind) == (act.account_id, act.member_id, act.kind)
    assert actions.reverse(act) is None
    assert not is_effective(act)
    returned = actions.reinstate(act)
    assert returned is not None
    assert (returned.reverses_id, returned.root_id) == (reversal.id, act.id)
    assert actions.reinstate(act) is None
    assert is_effective(act)


def test_what_a_person_withdraws_while_hidden_says_withdrawn(cast: Cast) -> None:
    act = ask(cast)
    actions.reverse(act, SignalCause.MODERATION)
    actions.reverse(act, SignalCause.WITHDRAWN)
    assert not is_effective(act)
    assert queries.tips_of([act])[act.id].cause == SignalCause.WITHDRAWN


@settings(max_examples=30)
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["reverse", "reinstate"]), st.sampled_from([SignalCause.WITHDRAWN, SignalCause.MODERATION])
        ),
        max_size=8,
    )
)
def test_the_last_word_decides_whatever_came_before(cast: Cast, steps: list[tuple[str, SignalCause]]) -> None:
    act = ask(cast)
    for verb, cause in steps:
        getattr(actions, verb)(act, cause)
    assert is_effective(act) == (not steps or steps[-1][0] == "reinstate")
    links = db.session.scalars(sa.select(Signal).where(Signal.root_id == act.id).order_by(Signal.id)).all()
    assert [link.reverses_id for link in links] == [act.id, *(link.id for link in links[:-1])][: len(links)]
