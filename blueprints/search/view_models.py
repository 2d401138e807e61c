"""Hits as one viewer sees them: the search decides which, each room how they are drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

from blueprints.room import current_pages
from blueprints.search_parts import HitView
from community.accounts.queries import list_members_by_id
from community.room import Key, current_rooms
from community.search.queries import Hit
from community.search.words import Term


@dataclass(frozen=True)
class ShownHit:
    """What `templates/search/_hit.html` draws: a room's view of a hit, and what things of its kind are called."""

    view: HitView
    label: str
    icon: str


def show_hits(hits: Sequence[Hit], terms: Sequence[Term]) -> list[ShownHit]:
    """Return the hits that a room draws, in their order. One query for the authors, and those of each room.

    Left out are hits of no room, those that are gone since they were found, and those that the viewer may no longer
    see.
    """
    authors = list_members_by_id({hit.author_id for hit in hits if hit.author_id is not None})
    views: dict[Key, HitView] = {}
    for part in current_pages().search_parts:
        own = [hit for hit in hits if hit.kind in part.kinds]
        if own:
            views |= part.show(own, terms, authors)
    kinds, things = current_rooms().search_kinds, current_rooms().thing_kinds
    return [
        ShownHit(views[hit.kind, hit.thing_id], str(kinds[hit.kind].label), things[hit.kind].icon)
        for hit in hits
        if (hit.kind, hit.thing_id) in views and hit.kind in kinds and hit.kind in things
    ]
