"""Many acts at once from another system are what they would be one after the other."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from community.ledger import actions
from community.ledger.actions import OutsideAct
from models.accounts import Member, Membership
from models.base import db, now
from models.ledger import PendingSignal, Signal, SignalKind, SourceKey
from tests.cast import Cast

# A key's row is of its source, so its id differs; what it says is compared.
OWN = {"id", "recorded_at", "source", "source_key"}
FACTS = [column for column in sa.inspect(Signal).columns.keys() if column not in OWN]  # noqa: SIM118


def act_of(member: Member, days: int, number: int) -> OutsideAct:
    at = now() - timedelta(days=days)
    return OutsideAct(SignalKind.SEMINAR_ATTENDED, member, at, ("webinar", number), f"w{number}:{member.handle}")


def recorded_from(source: str) -> list[Signal]:
    return list(db.session.scalars(sa.select(Signal).where(Signal.source == source).order_by(Signal.id)))


def keys_from(source: str) -> list[str | None]:
    keys = sa.select(SourceKey.key).join(Signal, Signal.source_key == sa.cast(SourceKey.id, sa.String))
    return list(db.session.scalars(keys.where(Signal.source == source).order_by(Signal.id)))


def one_by_one(acts: list[OutsideAct]) -> None:
    for act in acts:
        actions.record_signal(
            act.kind, act.member, subject=act.subject, at=act.at, source="by hand", source_key=act.key
        )


def move_to_b(cast: Cast, day: datetime) -> None:
    membership = cast.owner.membership
    assert membership is not None
    membership.until_day = day.date()
    db.session.flush()
    db.session.add(Membership(member_id=cast.owner.id, account_id=cast.b.id, from_day=day.date()))
    db.session.flush()


def test_they_carry_what_single_acts_carry_in_the_same_order(cast: Cast) -> None:
    move_to_b(cast, now() - timedelta(days=10))
    who = (cast.owner, cast.cs, cast.moderator, cast.owner, cast.prospect)
    acts = [act_of(member, days, n) for n, (member, days) in enumerate(zip(who, (20, 5, 7, 3, 1), strict=True))]
    one_by_one(acts)
    actions.record_outside(acts, "at once")
    facts = [[[getattr(act, name) for name in FACTS] for act in recorded_from(by)] for by in ("by hand", "at once")]
    assert facts[0] == facts[1]
    assert keys_from("by hand") == keys_from("at once") == [act.key for act in acts]
    assert [act.account_id for act in recorded_from("at once")[:4]] == [cast.a.id, None, cast.b.id, cast.b.id]
    assert all(db.session.get(PendingSignal, act.id) for act in recorded_from("at once"))


def test_none_of_them_enters_when_one_lies_in_the_future(cast: Cast) -> None:
    with pytest.raises(actions.FutureActError, match="w2:"):
        actions.record_outside([act_of(cast.owner, 1, 1), act_of(cast.owner, -1, 2)], "at once")
    assert recorded_from("at once") == []


def test_the_same_key_does_not_enter_twice_and_nothing_is_no_fault(cast: Cast) -> None:
    actions.record_outside([], "at once")
    actions.record_outside([act_of(cast.owner, 1, 1)], "at once")
    with pytest.raises(IntegrityError):
        actions.record_outside([act_of(cast.owner, 1, 1)], "at once")
