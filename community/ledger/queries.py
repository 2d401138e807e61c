"""Reading the ledger: which acts count, as of which place in its sequence."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from models.base import db
from models.ledger import PendingSignal, Signal, SignalKind, SignalSequence


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


def effective_ids(act_ids: Iterable[int]) -> set[int]:
    """Which of these acts count now, settled or not."""
    wanted = set(act_ids)
    if not wanted:
        return set()
    counted = sa.select(Signal.root_id).where(Signal.root_id.in_(wanted)).group_by(Signal.root_id)
    return wanted - set(db.session.scalars(counted.having(sa.func.count() % 2 == 1)))


def is_effective(act: Signal) -> bool:
    """Whether the act counts now, settled or not."""
    return act.id in effective_ids([act.id])


def find_act(kind: SignalKind, member_id: int, subject_kind: str, subject_id: int) -> Signal | None:
    """The newest act of this kind by this person on this subject, counting or not."""
    return db.session.scalar(
        sa.select(Signal)
        .where(
            Signal.kind == kind,
            Signal.member_id == member_id,
            Signal.subject_kind == subject_kind,
            Signal.subject_id == subject_id,
            Signal.root_id.is_(None),
        )
        .order_by(Signal.id.desc())
        .limit(1)
    )


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


def list_reversals(act_ids: Iterable[int]) -> list[Signal]:
    """The reversals that hang on these acts, oldest first."""
    return list(db.session.scalars(sa.select(Signal).where(Signal.root_id.in_(set(act_ids))).order_by(Signal.id)))


def last_seq() -> int:
    """The newest place in the sequence; 0 while it is empty."""
    return db.session.scalar(sa.select(sa.func.max(SignalSequence.seq))) or 0


def count_pending() -> int:
    """Signals that have no place in the sequence yet."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(PendingSignal)) or 0
