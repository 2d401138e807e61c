"""Since when rooms have their kinds of notifications: a room that is added later makes no news of old acts."""

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from models.base import db
from models.notifications import NotificationKindPeriod

Periods = Mapping[str, list[NotificationKindPeriod]]


def note_kinds(kinds: Collection[str], position: int) -> None:
    """Note that there are these kinds and no others, for acts after this position. One query if nothing has changed.

    `position`: how far the projection is in the ledger; later acts have notified nobody yet.
    """
    known = {
        period.kind: period
        for period in db.session.scalars(
            sa.select(NotificationKindPeriod).where(NotificationKindPeriod.until_seq.is_(None))
        )
    }
    for kind in sorted(known.keys() - set(kinds)):
        known[kind].until_seq = position
    db.session.add_all(NotificationKindPeriod(kind=kind, after_seq=position) for kind in kinds if kind not in known)
    db.session.flush()


def list_kind_periods() -> Periods:
    """Return the periods in which there was each kind, by its name, earliest first."""
    found: dict[str, list[NotificationKindPeriod]] = {}
    for period in db.session.scalars(sa.select(NotificationKindPeriod).order_by(NotificationKindPeriod.id)):
        found.setdefault(period.kind, []).append(period)
    return found
