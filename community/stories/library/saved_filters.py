"""Filters of the library that somebody of the staff has saved; nobody else sees them."""

from collections.abc import Sequence

import sqlalchemy as sa

from models.accounts import Member
from models.base import db
from models.stories import StoryFilter

MOST_SAVED = 50
LONGEST_NAME = 60


class FilterNameTakenError(ValueError):
    """Another filter of the same person has this name."""


class TooManyFiltersError(ValueError):
    """The person has as many filters as they may have."""


def save_filter(owner: Member, name: str, query: str) -> StoryFilter:
    """Save a filter, `query` as in the address, and return it; the same filter under the same name is saved once.

    Raise FilterNameTakenError or TooManyFiltersError.
    """
    known = {each.name: each for each in list_filters(owner)}
    if name in known and known[name].query == query:
        return known[name]
    if name in known:
        raise FilterNameTakenError(name)
    if len(known) >= MOST_SAVED:
        raise TooManyFiltersError(name)
    saved = StoryFilter(owner_id=owner.id, name=name, query=query)
    db.session.add(saved)
    db.session.flush()
    return saved


def rename_filter(saved: StoryFilter, name: str) -> None:
    """Give the filter another name. Raise FilterNameTakenError."""
    taken = sa.select(StoryFilter.id).where(
        StoryFilter.owner_id == saved.owner_id, StoryFilter.name == name, StoryFilter.id != saved.id
    )
    if db.session.scalar(taken) is not None:
        raise FilterNameTakenError(name)
    saved.name = name
    db.session.flush()


def delete_filter(saved: StoryFilter) -> None:
    """Delete the filter."""
    db.session.delete(saved)
    db.session.flush()


def get_filter(filter_id: int, owner: Member) -> StoryFilter | None:
    """Return the person's own filter with this id, or None."""
    return db.session.scalar(
        sa.select(StoryFilter).where(StoryFilter.id == filter_id, StoryFilter.owner_id == owner.id)
    )


def lock_filter(saved: StoryFilter) -> StoryFilter:
    """Lock the filter's row for a change, read it anew and return it."""
    db.session.refresh(saved, with_for_update=True)
    return saved


def list_filters(owner: Member) -> Sequence[StoryFilter]:
    """Return the person's filters by name."""
    return db.session.scalars(
        sa.select(StoryFilter).where(StoryFilter.owner_id == owner.id).order_by(StoryFilter.name, StoryFilter.id)
    ).all()
