"""Removals of things: those that hide something now, and all there were."""

from collections.abc import Iterable

import sqlalchemy as sa

from models.base import db
from models.moderation import Removal


def get_open_removal(item_kind: str, item_id: int) -> Removal | None:
    """Return the removal that hides the item now, or None if the item is not hidden."""
    return db.session.scalar(
        sa.select(Removal).where(
            Removal.item_kind == item_kind, Removal.item_id == item_id, Removal.restored_at.is_(None)
        )
    )


def list_removals(item_kind: str, item_id: int) -> list[Removal]:
    """Return every removal of the item, newest first."""
    wanted = sa.select(Removal).where(Removal.item_kind == item_kind, Removal.item_id == item_id)
    return list(db.session.scalars(wanted.order_by(Removal.id.desc())))


def open_removals(items: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Removal]:
    """Return the removals that hide any of these items now, by (kind, id) of the item. One query, none for no items."""
    wanted = set(items)
    if not wanted:
        return {}
    rows = db.session.scalars(
        sa.select(Removal).where(
            sa.tuple_(Removal.item_kind, Removal.item_id).in_(wanted), Removal.restored_at.is_(None)
        )
    )
    return {(r.item_kind, r.item_id): r for r in rows}
