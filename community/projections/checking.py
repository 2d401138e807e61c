"""Compares projections with the ledger: what is stored must be what a rebuild gives."""

from dataclasses import dataclass

import sqlalchemy as sa

from community.ledger.queries import list_signals
from models.base import db
from models.projections import ProjectionLease

from .actions import get_projection
from .projectors import Projector
from .rules import PROJECTION_CHUNK


@dataclass(frozen=True)
class Comparison:
    """How a projection's rows differ from those of a rebuild: surplus and missing rows."""

    projection: str
    rows: int
    surplus: int
    missing: int

    @property
    def agrees(self) -> bool:
        """Whether there is no difference."""
        return not (self.surplus or self.missing)


def compare_with_rebuild(projector: Projector) -> Comparison:
    """Rebuild the projection up to its position and return the comparison. The caller rolls the transaction back."""
    db.session.execute(sa.select(ProjectionLease.id).with_for_update())
    row = get_projection(projector.name)
    stored = projector.rows()
    projector.reset()
    start = 0
    while start < row.position:
        chunk = list_signals(start, PROJECTION_CHUNK, up_to=row.position)
        start = chunk[-1].seq
        projector.project(chunk, start)
    rebuilt = projector.rows()
    return Comparison(projector.name, len(rebuilt), len(stored - rebuilt), len(rebuilt - stored))
