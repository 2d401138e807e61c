"""Whether an act of the ledger counts."""

import sqlalchemy as sa

from models.base import db
from models.ledger import Signal


def is_effective(act: Signal) -> bool:
    """Return whether the act counts now, sequenced or not."""
    reversals = sa.select(sa.func.count()).select_from(Signal).where(Signal.root_id == act.id)
    return db.session.scalars(reversals).one() % 2 == 0
