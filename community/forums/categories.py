"""Creating, editing and moving categories. Each act is audited; after an edit, open pages are authorised again."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from community import audit, realtime
from models.accounts import Member
from models.base import db
from models.forums import Category, Topic
from models.moderation import visible

FIELDS = (
    "slug",
    "parent_id",
    "name",
    "name_en",
    "description",
    "readers",
    "posters",
    "segments",
    "stages",
    "account_id",
)


class CircleError(ValueError):
    """A category cannot stand in itself, nor in a category that stands in it."""


def create_category(by: Member, values: Mapping[str, Any]) -> Category:
    """Add a category as the last one of its parent, and return it. `values`: by the names of FIELDS."""
    category = Category(**values, position=_next_position(values.get("parent_id")))
    db.session.add(category)
    db.session.flush()
    audit.record(by.id, "forums.create_category", "category", category.id, after=_category_state(category))
    return category


def lock_category(category: Category) -> None:
    """Reload the category and lock it until the end of the transaction, so that two edits follow one another."""
    db.session.refresh(category, with_for_update=True)


def edit_category(category: Category, by: Member, values: Mapping[str, Any]) -> None:
    """Change a category. If anything changed, viewers of its topics are authorised again. Raises CircleError."""
    before = _category_state(category)
    if values.get("parent_id", category.parent_id) != category.parent_id:
        _check_no_circle(category, values["parent_id"])
        category.position = _next_position(values["parent_id"])
    for name, value in values.items():
        setattr(category, name, value)
    db.session.flush()
    after = _category_state(category)
    if after != before:
        audit.record(by.id, "forums.edit_category", "category", category.id, before=before, after=after)
        _authorise_viewers_again()


def move_category(category: Category, by: Member, step: int) -> bool:
    """Move a category one place up (-1) or down (1) among its neighbours.

    Return False if it stands at that end already.
    """
    found = db.session.scalars(
        sa.select(Category)
        .where(Category.parent_id.is_not_distinct_from(category.parent_id))
        .order_by(Category.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    # Sorted here: the database sorts before it waits for the locks, so another move may have changed the positions.
    neighbours = sorted(found, key=lambda each: (each.position, each.id))
    place = neighbours.index(category)
    if not 0 <= place + step < len(neighbours):
        return False
    neighbours.insert(place + step, neighbours.pop(place))
    _renumber(neighbours)
    audit.record(by.id, "forums.move_category", "category", category.id, after={"position": category.position})
    return True


def _renumber(neighbours: list[Category]) -> None:
    """Number the neighbours in their new order, in two steps: positions must be unique after every statement."""
    beyond = max(category.position for category in neighbours) + 1
    for offset, category in enumerate(neighbours):
        category.position = beyond + offset
    db.session.flush()
    for position, category in enumerate(neighbours):
        category.position = position
    db.session.flush()


def _next_position(parent_id: int | None) -> int:
    last = db.session.scalar(
        sa.select(sa.func.max(Category.position)).where(Category.parent_id.is_not_distinct_from(parent_id))
    )
    return 0 if last is None else last + 1


def _check_no_circle(category: Category, parent_id: int | None) -> None:
    while parent_id is not None:
        if parent_id == category.id:
            raise CircleError
        parent_id = db.session.scalar(sa.select(Category.parent_id).where(Category.id == parent_id))


def _authorise_viewers_again() -> None:
    """Authorise every listener of a topic's channel again: some of them may no longer read the category."""
    for topic_id in db.session.scalars(sa.select(Topic.id).where(visible(Topic))):
        realtime.reauthorise(f"topic:{topic_id}")


def _category_state(category: Category) -> dict[str, Any]:
    return {name: getattr(category, name) for name in FIELDS}
