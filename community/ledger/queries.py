"""Reading the ledger: which acts count, as of which sequence number."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from models.base import db, is_among
from models.ledger import PendingSignal, Signal, SignalKind, SignalSequence


class SequencedSignal(NamedTuple):
    """A sequenced signal as projectors get it: its sequence number, and columns of Signal."""

    seq: int
    id: int
    root_id: int | None
    kind: str
    account_id: int | None
    member_id: int
    day: date
    subject_kind: str
    subject_id: int


_SEQUENCED = sa.select(SignalSequence.seq, *(getattr(Signal, name) for name in SequencedSignal._fields[1:])).join(
    SignalSequence, SignalSequence.signal_id == Signal.id
)


def list_signals(after: int, most: int, *, up_to: int | None = None) -> list[SequencedSignal]:
    """Return the next signals after a sequence number, in order. Columns only, since thousands are read."""
    chosen = _SEQUENCED.where(SignalSequence.seq > after).order_by(SignalSequence.seq).limit(most)
    if up_to is not None:
        chosen = chosen.where(SignalSequence.seq <= up_to)
    return [SequencedSignal(*row) for row in db.session.execute(chosen)]


def effective_acts(read_to: int | sa.BindParameter[int] | None = None) -> sa.Select[Signal, int]:
    """Return a select of (act, seq) of every act that counts as of `read_to` (None: of everything sequenced).

    An act counts if the number of its reversals is even. Narrow the select with `.where(Signal.…)`.
    """
    reversal, sequenced = aliased(Signal), aliased(SignalSequence)
    reversals = (
        sa.select(sa.func.count())
        .select_from(reversal)
        .join(sequenced, sequenced.signal_id == reversal.id)
        .where(reversal.root_id == Signal.id)
    )
    acts = (
        sa.select(Signal, SignalSequence.seq)
        .join(SignalSequence, SignalSequence.signal_id == Signal.id)
        .where(Signal.root_id.is_(None))
    )
    if read_to is not None:
        reversals = reversals.where(sequenced.seq <= read_to)
        acts = acts.where(SignalSequence.seq <= read_to)
    return acts.where(reversals.correlate(Signal).scalar_subquery() % 2 == 0)


def tips_of(acts: Sequence[Signal]) -> dict[int, Signal]:
    """Return the newest reversal of each act, sequenced or not, by the act's id; the act itself if it has none."""
    tips = {act.id: act for act in acts}
    if tips:
        reversals = sa.select(Signal).where(Signal.root_id.in_(tips)).order_by(Signal.id)
        tips.update({r.root_id: r for r in db.session.scalars(reversals) if r.root_id is not None})
    return tips


def newest_of(act: Signal) -> Signal:
    """Return the newest record of an act: a back-dated change of company records acts anew."""
    first = act.moved_from_id or act.id
    anew = sa.select(Signal).where(Signal.moved_from_id == first).order_by(Signal.id.desc()).limit(1)
    return db.session.scalar(anew) or act


def first_recorded(first_ids: Collection[int]) -> dict[int, datetime]:
    """Return when these acts were first recorded, by id, for acts that were recorded anew since."""
    if not first_ids:
        return {}
    chosen = sa.select(Signal.id, Signal.recorded_at).where(is_among(Signal.id, first_ids))
    return dict(db.session.execute(chosen).all())


def sequences_of(signal_ids: Collection[int]) -> dict[int, int]:
    """Return the sequence numbers of these signals, by id; those without one are missing."""
    if not signal_ids:
        return {}
    chosen = sa.select(SignalSequence.signal_id, SignalSequence.seq).where(
        is_among(SignalSequence.signal_id, signal_ids)
    )
    return dict(db.session.execute(chosen).all())


def counting_firsts(first_ids: Collection[int]) -> set[int]:
    """Return those of the acts that count now, sequenced or not, whichever record of them does; ids of first records.

    One statement: an act that is being recorded anew counts before and after, and never not at all.
    """
    if not first_ids:
        return set()
    reversal = aliased(Signal)
    reversals = sa.select(sa.func.count()).where(reversal.root_id == Signal.id).scalar_subquery()
    first_id = sa.func.coalesce(Signal.moved_from_id, Signal.id)
    counting = sa.select(first_id).where(is_record_of(first_ids), Signal.root_id.is_(None), reversals % 2 == 0)
    return set(db.session.scalars(counting))


def is_record_of(first_ids: Collection[int]) -> sa.ColumnElement[bool]:
    """Return the condition that a signal is the first or a later record of one of these acts."""
    return sa.or_(is_among(Signal.id, first_ids), is_among(Signal.moved_from_id, first_ids))


def list_acts_on(kind: str, item_id: int) -> list[Signal]:
    """Return every act whose subject or parent is the item, counting or not, in the order of recording."""
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
    """Return how many acts of the company's members count since that day, by kind; kinds without any are missing."""
    counted = (
        effective_acts()
        .with_only_columns(Signal.kind, sa.func.count(), maintain_column_froms=True)
        .where(Signal.account_id == account_id, Signal.day >= since)
        .group_by(Signal.kind)
    )
    return {SignalKind(kind): count for kind, count in db.session.execute(counted)}


def newest_id() -> int:
    """Return the id of the newest signal, sequenced or not; 0 if there is none."""
    return db.session.scalar(sa.select(sa.func.max(Signal.id))) or 0


def last_seq() -> int:
    """Return the newest sequence number; 0 if there is none."""
    return db.session.scalar(sa.select(sa.func.max(SignalSequence.seq))) or 0


def get_oldest_pending() -> datetime | None:
    """Return when the oldest pending signal was recorded; None if none is pending."""
    return db.session.scalar(
        sa.select(sa.func.min(Signal.recorded_at)).join(PendingSignal, PendingSignal.signal_id == Signal.id)
    )


def count_pending() -> int:
    """Return the number of signals without a sequence number."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(PendingSignal)) or 0
