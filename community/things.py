"""Things of any room, by kind and id: what they are called, where they stand, and who may see them."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from community.room import Key, Thing, ThingKind, current_rooms
from models.accounts import Member

Rows = Mapping[str, Mapping[int, Any]]


def find_things(keys: Collection[Key], *, seen_by: Member | None) -> dict[Key, Thing]:
    """Return those of the things that the person (None: a guest) may see, by key.

    One query for each kind, and what the kind asks of one viewer. A kind that no room has: nobody sees it.
    """
    found = {}
    viewers: dict[Callable[..., Any], Any] = {}
    for kind, rows in _load_rows(keys):
        # Kinds of one room judge by the same viewer: asked once.
        if rows and kind.viewer not in viewers:
            viewers[kind.viewer] = kind.viewer(seen_by)
        viewer = viewers.get(kind.viewer)
        found |= {(kind.name, id_): kind.describe(row) for id_, row in rows.items() if kind.can_see(viewer, row)}
    return found


def can_see(member: Member | None, key: Key) -> bool:
    """Return whether the person may see this thing."""
    return key in find_things([key], seen_by=member)


def describe_things(keys: Collection[Key]) -> dict[Key, Thing]:
    """Return all of the things that there are, by key, without asking who reads: for those who may see everything."""
    return {(kind.name, id_): kind.describe(row) for kind, rows in _load_rows(keys) for id_, row in rows.items()}


class SharedThings:
    """Things that are loaded once and shown to many people: mails."""

    def __init__(self, keys: Collection[Key], members: Collection[Member]) -> None:
        """Load them: one query for each kind, and what each kind asks of these viewers."""
        self._rows = {kind.name: rows for kind, rows in _load_rows(keys)}
        self._kinds = current_rooms().thing_kinds
        asked = {viewers: viewers(members) for viewers in {self._kinds[name].viewers for name in self._rows}}
        self._viewers = {name: asked[self._kinds[name].viewers] for name in self._rows}

    def get(self, key: Key) -> Thing | None:
        """Return the thing without asking who may see it; None where there is none."""
        kind, id_ = key
        row = self._rows.get(kind, {}).get(id_)
        return self._kinds[kind].describe(row) if row is not None else None

    def is_seen_by(self, member_id: int, key: Key) -> bool:
        """Return whether this one of the people may see the thing."""
        kind, id_ = key
        row, viewer = self._rows.get(kind, {}).get(id_), self._viewers.get(kind, {}).get(member_id)
        return row is not None and viewer is not None and self._kinds[kind].can_see(viewer, row)


def label_of(kind: str) -> str:
    """Return what a thing of this kind is called; "" for a kind that no room has."""
    known = current_rooms().thing_kinds.get(kind)
    return str(known.label) if known else ""


def _load_rows(keys: Iterable[Key]) -> list[tuple[ThingKind[Any, Any], Mapping[int, Any]]]:
    wanted: dict[str, set[int]] = {}
    for kind, id_ in keys:
        wanted.setdefault(kind, set()).add(id_)
    kinds = current_rooms().thing_kinds
    return [(kinds[name], kinds[name].load(ids)) for name, ids in wanted.items() if name in kinds]
