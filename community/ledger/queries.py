"""Reading the ledger: which acts count, as of which place in its sequence."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from models.base import db, is_among
from models.ledger import PendingSignal, Signal, SignalKind, SignalSequence


class SettledSignal(NamedTuple):
    """What readers of the ledger are told of a Signal, and its place; the other names are its columns'."""

    seq: int
    id: int
    root_id: int | None
    kind: str
    account_id: int | None
    member_id: int
    day: date
    subject_kind: str
    subject_id: int


_SETTLED = sa.select(SignalSequence.seq, *(getattr(Signal, name) for name in SettledSignal._fields[1:])).join(
    SignalSequence, SignalSequence.signal_id == Signal.id
)


def list_signals(after: int, most: int, *, up_to: int | None = None) -> list[SettledSignal]:
    """The next signals after a place, in their order; columns only, for they are read by thousands."""
    chosen = _SETTLED.where(SignalSequence.seq > after).order_by(SignalSequence.seq).limit(most)
    if up_to is not None:
        chosen = chosen.where(SignalSequence.seq <= up_to)
    return [SettledSignal(*row) for row in db.session.execute(chosen)]


def effective_acts(read_to: int | sa.BindParameter[int] | None = None) -> sa.Select[Signal, int]:
    """Select (act, seq) of every act that counts as of place `read_to` of the sequence (None: all that is settled).

    An act counts when an even number of reversals hang on it. Narrow it with `.where(Signal.…)`.
    """
    reversal, place = aliased(Signal), aliased(SignalSequence)
    reversals = (
        sa.select(sa.func.count())
        .select_from(reversal)
        .join(place, place.signal_id == reversal.id)
        .where(reversal.root_id == Signal.id)
    )
    acts = (
        sa.select(Signal, SignalSequence.seq)
        .join(SignalSequence, SignalSequence.signal_id == Signal.id)
        .where(Signal.root_id.is_(None))
    )
    if read_to is not None:
        reversals = reversals.where(place.seq <= read_to)
        acts = acts.where(SignalSequence.seq <= read_to)
    return acts.where(reversals.correlate(Signal).scalar_subquery() % 2 == 0)


def tips_of(acts: Sequence[Signal]) -> dict[int, Signal]:
    """The newest link of each act's chain of reversals, settled or not, by the act's id; the act itself if none."""
    tips = {act.id: act for act in acts}
    if tips:
        reversals = sa.select(Signal).where(Signal.root_id.in_(tips)).order_by(Signal.id)
        tips.update({r.root_id: r for r in db.session.scalars(reversals) if r.root_id is not None})
    return tips


def newest_of(act: Signal) -> Signal:
    """The act as it was last recorded: a back-dated change of company records acts anew."""
    first = act.moved_from_id or act.id
    anew = sa.select(Signal).where(Signal.moved_from_id == first).order_by(Signal.id.desc()).limit(1)
    return db.session.scalar(anew) or act


def first_recorded(first_ids: Collection[int]) -> dict[int, datetime]:
    """When acts were first recorded of which others say that they are these moved, by id."""
    if not first_ids:
        return {}
    chosen = sa.select(Signal.id, Signal.recorded_at).where(is_among(Signal.id, first_ids))
    return dict(db.session.execute(chosen).all())


def effective_ids(act_ids: Iterable[int]) -> set[int]:
    """Which of these acts count now, settled or not."""
    wanted = set(act_ids)
    if not wanted:
        return set()
    counted = sa.select(Signal.root_id).where(Signal.root_id.in_(wanted)).group_by(Signal.root_id)
    return wanted - set(db.session.scalars(counted.having(sa.func.count() % 2 == 1)))


def list_acts_on(kind: str, item_id: int) -> list[Signal]:
    """Every act whose subject or parent is the item, counting or not."""
    return list(
        db.session.scalars(
            sa.select(Signal)
            .where(
                Signal.root_id.is_(None),
                sa.or_(
                    sa.and_(Signal.subject_kind == kind, Signal.subject_id == item_id),
                    sa.and_(Signal.parent_kind == kind, Signal.parent_id == item_id),
                ),
            )
            .order_by(Signal.id)
        )
    )


def count_kinds(account_id: int, since: date) -> dict[SignalKind, int]:
    """How many acts of the company's people count since that day, by kind; kinds without any are missing."""
    counted = (
        effective_acts()
        .with_only_columns(Signal.kind, sa.func.count(), maintain_column_froms=True)
        .where(Signal.account_id == account_id, Signal.day >= since)
        .group_by(Signal.kind)
    )
    return {SignalKind(kind): count for kind, count in db.session.execute(counted)}


def newest_id() -> int:
    """The id of the signal that was recorded last, settled or not; 0 while there is none."""
    return db.session.scalar(sa.select(sa.func.max(Signal.id))) or 0


def last_seq() -> int:
    """The newest place in the sequence; 0 while it is empty."""
    return db.session.scalar(sa.select(sa.func.max(SignalSequence.seq))) or 0


def get_oldest_pending() -> datetime | None:
    """When the oldest of the signals without a place was recorded."""
    return db.session.scalar(
        sa.select(sa.func.min(Signal.recorded_at)).join(PendingSignal, PendingSignal.signal_id == Signal.id)
    )


def count_pending() -> int:
    """Signals that have no place in the sequence yet."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(PendingSignal)) or 0
