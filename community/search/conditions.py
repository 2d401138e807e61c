"""Conditions on documents for the filters of rooms."""

from collections.abc import Collection

import sqlalchemy as sa

from community.room import Condition


def is_of(kinds: Collection[str]) -> Condition:
    """Return the condition that a document is of one of these kinds."""
    return lambda of: of.c.kind.in_(kinds)


def has_state(state: str, kinds: Collection[str]) -> Condition:
    """Return the condition that a document is of one of these kinds and in this state."""
    return lambda of: sa.and_(of.c.state == state, of.c.kind.in_(kinds))


def is_in_place(place_ids: Collection[int], kinds: Collection[str]) -> Condition:
    """Return the condition that a document is of one of these kinds and in one of these places."""
    return lambda of: sa.and_(of.c.place_id.in_(place_ids), of.c.kind.in_(kinds))


def is_by(author_ids: Collection[int]) -> Condition:
    """Return the condition that one of these people wrote it, whatever it is."""
    return lambda of: of.c.author_id.in_(author_ids)
