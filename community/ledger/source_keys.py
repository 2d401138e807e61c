"""Keys by which other systems call an act. The ledger, which is never changed, holds their ids only."""

import re
from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa

from models.base import db
from models.ledger import Signal, SourceKey

# As many parameters as either database takes at once are many more.
CHUNK = 500
# So many digits surely fit into a column of ids (64 bits).
_ID = re.compile(r"[1-9][0-9]{0,17}")


def ids_of_keys(source: str, keys: Sequence[str]) -> dict[str, str]:
    """Return the id of each key of this source as the ledger keeps it; keys that are new are written down."""
    wanted = list(dict.fromkeys(keys))
    known: dict[str, int] = {}
    for start in range(0, len(wanted), CHUNK):
        chosen = sa.select(SourceKey.key, SourceKey.id).where(
            SourceKey.source == source, SourceKey.key.in_(wanted[start : start + CHUNK])
        )
        known |= {key: number for key, number in db.session.execute(chosen) if key is not None}
    new = [key for key in wanted if key not in known]
    if new:
        inserting = sa.insert(SourceKey).returning(SourceKey.id, sort_by_parameter_order=True)
        rows = [{"source": source, "key": key} for key in new]
        known |= zip(new, db.session.scalars(inserting, rows), strict=True)
    return {key: str(number) for key, number in known.items()}


def erase_keys_of(member_id: int) -> int:
    """Blank what imports called the person's acts, for good; return how many. The acts themselves stay."""
    return sum(
        _blank(source, ids[start : start + CHUNK])
        for source, ids in _list_key_ids_of(member_id).items()
        for start in range(0, len(ids), CHUNK)
    )


def _list_key_ids_of(member_id: int) -> dict[str, list[int]]:
    """Return the ids of the keys of the person's acts, by source.

    They are read here and not by a CAST: of what is no number PostgreSQL makes an error and SQLite the number that it
    begins with, which is somebody else's key. Only ids as `ids_of_keys` writes them are taken.
    """
    held = sa.select(Signal.source, Signal.source_key).where(
        Signal.member_id == member_id, Signal.source_key.is_not(None)
    )
    ids: defaultdict[str, list[int]] = defaultdict(list)
    for source, written in db.session.execute(held):
        if written is not None and _ID.fullmatch(written):
            ids[source].append(int(written))
    return ids


def _blank(source: str, ids: Sequence[int]) -> int:
    blanked = sa.update(SourceKey).where(SourceKey.id.in_(ids), SourceKey.source == source, SourceKey.key.is_not(None))
    return len(db.session.execute(blanked.values(key=None).returning(SourceKey.id)).all())
