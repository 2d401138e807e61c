"""Keys by which other systems call an act. The ledger, which is never changed, holds their ids only."""

from collections.abc import Sequence

import sqlalchemy as sa

from models.base import db
from models.ledger import Signal, SourceKey

# As many parameters as either database takes at once are many more.
CHUNK = 500


def ids_of_keys(keys: Sequence[str]) -> dict[str, str]:
    """Return the id of each key as the ledger keeps it; keys that are new are written down."""
    wanted = list(dict.fromkeys(keys))
    known: dict[str, int] = {}
    for start in range(0, len(wanted), CHUNK):
        chosen = sa.select(SourceKey.key, SourceKey.id).where(SourceKey.key.in_(wanted[start : start + CHUNK]))
        known |= {key: number for key, number in db.session.execute(chosen) if key is not None}
    new = [key for key in wanted if key not in known]
    if new:
        inserting = sa.insert(SourceKey).returning(SourceKey.id, sort_by_parameter_order=True)
        known |= zip(new, db.session.scalars(inserting, [{"key": key} for key in new]), strict=True)
    return {key: str(number) for key, number in known.items()}


def erase_keys_of(member_id: int) -> int:
    """Blank what imports called the person's acts, for good; return how many. The acts themselves stay."""
    theirs = sa.select(sa.cast(Signal.source_key, sa.BigInteger)).where(
        Signal.member_id == member_id, Signal.source_key.is_not(None)
    )
    blanked = sa.update(SourceKey).where(SourceKey.id.in_(theirs), SourceKey.key.is_not(None)).values(key=None)
    return len(db.session.execute(blanked.returning(SourceKey.id)).all())
