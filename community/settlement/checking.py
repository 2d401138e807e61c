"""Comparing readers with the ledger: what is stored must be what a rebuild gives."""

from dataclasses import dataclass

import sqlalchemy as sa

from community.ledger.queries import list_signals
from models.base import db
from models.settlement import SettlerLease

from .actions import get_reader_row
from .readers import LedgerReader
from .rules import READER_CHUNK


@dataclass(frozen=True)
class Comparison:
    """How a reader's rows differ from those of a rebuild: surplus and missing rows."""

    reader: str
    rows: int
    surplus: int
    missing: int

    @property
    def agrees(self) -> bool:
        """Whether there is no difference."""
        return not (self.surplus or self.missing)


def compare_with_rebuild(reader: LedgerReader) -> Comparison:
    """Rebuild the reader up to its position and return the comparison. The caller rolls the transaction back."""
    db.session.execute(sa.select(SettlerLease.id).with_for_update())
    row = get_reader_row(reader.name)
    stored = reader.contents()
    reader.forget()
    start = 0
    while start < row.read_to:
        chunk = list_signals(start, READER_CHUNK, up_to=row.read_to)
        start = chunk[-1].seq
        reader.read(chunk, start)
    rebuilt = reader.contents()
    return Comparison(reader.name, len(rebuilt), len(stored - rebuilt), len(rebuilt - stored))
