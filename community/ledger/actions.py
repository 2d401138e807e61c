"""Writing the ledger. Everything that follows from an act begins here, in the act's own transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped

from community.accounts.memberships import MembershipPeriod
from community.accounts.queries import account_id_on, list_memberships_of
from community.accounts.rules import is_staff
from community.jobs import hurry
from models.accounts import Member, Membership
from models.base import db, now
from models.ledger import PendingSignal, Signal, SignalCause, SignalKind

from .queries import newest_of, tips_of
from .rules import day_of, is_future
from .source_keys import ids_of_keys

# A name, since projections are above the ledger. A test resolves it.
PROCESS_PENDING = "projections.process_pending"


class FutureActError(ValueError):
    """An act was dated later than now."""


class Subject(Protocol):
    """A row that an act can be about."""

    __tablename__: str
    id: Mapped[int]


def record_signal(  # noqa: PLR0913  an act is these things
    kind: SignalKind,
    member: Member,
    *,
    subject: Subject | tuple[str, int],
    parent: Subject | tuple[str, int] | None = None,
    by: Member | None = None,
    at: datetime | None = None,
    source: str = "community",
    source_key: str | None = None,
) -> Signal:
    """Record that `member` did `kind` to `subject`, within `parent`, and return the signal. Raises FutureActError.

    `by` is the other person, if there is one. The act belongs to the member's company on the act's day; acts of staff
    belong to none. A subject without a table of ours is given as (kind, id). `source_key` is unique within `source`;
    the ledger keeps its id (`SourceKey`).
    """
    recorded = now()
    at = at or recorded
    if is_future(at, recorded):
        msg = f"an act of {at.isoformat()} lies in the future"
        raise FutureActError(msg)
    day = day_of(at, current_app.config["COMMUNITY_ZONE"])
    lock_against_transfers(member.id, by.id if by else None)
    subject_kind, subject_id = _key_of(subject)
    parent_kind, parent_id = _key_of(parent) if parent else (None, None)
    return _append(
        Signal(
            kind=kind,
            member_id=member.id,
            account_id=None if is_staff(member) else account_id_on(member.id, day),
            day=day,
            occurred_at=at,
            recorded_at=recorded,
            subject_kind=subject_kind,
            subject_id=subject_id,
            parent_kind=parent_kind,
            parent_id=parent_id,
            by_id=by.id if by else None,
            cause=SignalCause.ACT,
            source=source,
            source_key=ids_of_keys(source, [source_key])[source_key] if source_key is not None else None,
        )
    )


@dataclass(frozen=True)
class OutsideAct:
    """An act that no room wrote (an import); `key` is unique within its source."""

    kind: SignalKind
    member: Member
    at: datetime
    subject: tuple[str, int]
    key: str


def record_outside(acts: Sequence[OutsideAct], source: str) -> None:
    """Record many acts of one source, as `record_signal` would one by one. Raises FutureActError."""
    recorded = now()
    for act in acts:
        if is_future(act.at, recorded):
            msg = f"the act {act.key} of {act.at.isoformat()} lies in the future"
            raise FutureActError(msg)
    memberships = list_memberships_of({act.member.id for act in acts})
    keys = ids_of_keys(source, [act.key for act in acts])
    rows = [_outside_row(act, memberships[act.member.id], source, recorded, keys[act.key]) for act in acts]
    if rows:
        inserting = sa.insert(Signal).returning(Signal.id, sort_by_parameter_order=True)
        ids = db.session.scalars(inserting, rows).all()
        db.session.execute(sa.insert(PendingSignal), [{"signal_id": each} for each in ids])
        hurry(PROCESS_PENDING)


def _outside_row(
    act: OutsideAct, memberships: Sequence[Membership], source: str, recorded: datetime, key_id: str
) -> dict[str, Any]:
    day = day_of(act.at, current_app.config["COMMUNITY_ZONE"])
    there = (
        []
        if is_staff(act.member)
        else [each.account_id for each in memberships if MembershipPeriod.of(each).covers(day)]
    )
    subject_kind, subject_id = act.subject
    return {
        "kind": act.kind,
        "member_id": act.member.id,
        "account_id": there[0] if there else None,
        "day": day,
        "occurred_at": act.at,
        "recorded_at": recorded,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "cause": SignalCause.ACT,
        "source": source,
        "source_key": key_id,
    }


def reverse(act: Signal, cause: SignalCause = SignalCause.WITHDRAWN) -> Signal | None:
    """Reverse an act. Return the newest reversal, or None if the act is withdrawn already; then nothing is written.

    If its author withdraws an act that moderation has hidden, the act must not return together with the content: two
    reversals are written, so that the newest one says WITHDRAWN. An act recorded anew for another company is reversed
    there.
    """
    act = _lock_newest(act)
    tip = tips_of([act])[act.id]
    if tip.id == act.id or tip.cause != SignalCause.MODERATION or cause == SignalCause.MODERATION:
        return _append_reversal(tip, act, cause) if _counts_at(tip, act) else None
    if _counts_at(tip, act):
        return _append_reversal(tip, act, cause)
    returned = _append_reversal(tip, act, cause)
    return _append_reversal(returned, act, cause)


def reinstate(act: Signal, cause: SignalCause = SignalCause.WITHDRAWN) -> Signal | None:
    """Reverse the newest reversal of an act. Return the new signal, or None if the act counts already."""
    act = _lock_newest(act)
    tip = tips_of([act])[act.id]
    return None if _counts_at(tip, act) else _append_reversal(tip, act, cause)


def record_anew(act: Signal, account_id: int | None, kind: SignalKind) -> Signal:
    """Record an act again for the company it belongs to, and return the new act; the old one no longer counts.

    A withdrawn act stays withdrawn. The source's key stays with the old act: importing the same file again adds
    nothing.
    """
    tip = tips_of([act])[act.id]
    counts = _counts_at(tip, act)
    anew = _append(
        Signal(
            kind=kind,
            member_id=act.member_id,
            account_id=account_id,
            day=act.day,
            occurred_at=act.occurred_at,
            subject_kind=act.subject_kind,
            subject_id=act.subject_id,
            parent_kind=act.parent_kind,
            parent_id=act.parent_id,
            by_id=act.by_id,
            cause=SignalCause.MOVED,
            moved_from_id=act.moved_from_id or act.id,
            source=act.source,
        )
    )
    _end_reversals(act, tip, counts=counts)
    if not counts:
        _append_reversal(anew, anew, tip.cause)
    return anew


def _end_reversals(act: Signal, tip: Signal, *, counts: bool) -> None:
    """Make the newest reversal say MOVED, so that nothing restores the act; a withdrawn act gets two more reversals."""
    if not counts:
        tip = _append_reversal(tip, act, SignalCause.MOVED)
    _append_reversal(tip, act, SignalCause.MOVED)


def _lock_newest(act: Signal) -> Signal:
    """Return the newest record of an act, with its members locked against transfers until this transaction ends."""
    lock_against_transfers(act.member_id, act.by_id)
    return newest_of(act)


def lock_against_transfers(*member_ids: int | None) -> None:
    """Lock these members, so that no transfer between companies runs until this transaction commits."""
    known = sorted({member_id for member_id in member_ids if member_id is not None})
    db.session.execute(
        sa.select(Member.id).where(Member.id.in_(known)).order_by(Member.id).with_for_update(read=True, key_share=True)
    )


def _counts_at(tip: Signal, act: Signal) -> bool:
    """Return whether the act counts at this reversal: whether an even number of reversals lead to it."""
    links = 0
    while tip.id != act.id:
        links += 1
        before = db.session.get(Signal, tip.reverses_id)
        assert before is not None  # noqa: S101  a foreign key
        tip = before
    return links % 2 == 0


def _append_reversal(tip: Signal, act: Signal, cause: SignalCause) -> Signal:
    """Append a reversal and return it. A reversal repeats its act's facts, so that projectors know what is touched."""
    return _append(
        Signal(
            kind=act.kind,
            member_id=act.member_id,
            account_id=act.account_id,
            day=act.day,
            occurred_at=now(),
            subject_kind=act.subject_kind,
            subject_id=act.subject_id,
            parent_kind=act.parent_kind,
            parent_id=act.parent_id,
            by_id=act.by_id,
            cause=cause,
            reverses_id=tip.id,
            root_id=act.id,
            source=act.source,
        )
    )


def _append(signal: Signal) -> Signal:
    db.session.add(signal)
    db.session.flush()
    db.session.add(PendingSignal(signal_id=signal.id))
    hurry(PROCESS_PENDING)
    return signal


def _key_of(thing: Subject | tuple[str, int]) -> tuple[str, int]:
    return thing if isinstance(thing, tuple) else (thing.__tablename__, thing.id)
