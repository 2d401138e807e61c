"""What a thing of one room can become in another: a topic a story, a talk an entry. Rooms stay strangers.

A thing's page shows what `list_conversions` offers; each leads to the form of the other room's draft, whose address
says what it comes from (`origin_kind`, `origin_id`). The form's view loads the origin by `community.things`, as far as
the person may see it, and begins with its title and text.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import url_for
from flask_babel.speaklater import LazyString

from community.room import Key, Thing
from community.things import find_things
from models.accounts import Member


@dataclass(frozen=True)
class Conversion:
    """`origin`: the kind of thing it begins with. `endpoint`: the form of the draft; `label`: the button to it."""

    origin: str
    label: LazyString
    icon: str
    endpoint: str
    rule: Callable[[Member, Thing], bool]


@dataclass(frozen=True)
class Offer:
    """A conversion of one thing for one person."""

    label: str
    icon: str
    href: str


# Every conversion there is, in the order in which they are offered.
CONVERSIONS: tuple[Conversion, ...] = ()


def list_conversions(key: Key, member: Member | None) -> list[Offer]:
    """Return what the person may make of the thing; nothing for guests and for what they may not see.

    No query where nothing begins with this kind of thing.
    """
    kind, id_ = key
    possible = [conversion for conversion in CONVERSIONS if conversion.origin == kind]
    if member is None or not possible:
        return []
    thing = find_things([key], seen_by=member).get(key)
    if thing is None:
        return []
    return [
        Offer(str(each.label), each.icon, url_for(each.endpoint, origin_kind=kind, origin_id=id_))
        for each in possible
        if each.rule(member, thing)
    ]
