"""Lists what a thing of one room can be converted into in another: a topic into a story, a talk into an entry.

A thing's page shows what `list_conversions` offers. Each offer leads to the form of the other room's draft, whose
address names the origin (`origin_kind`, `origin_id`). The form's view loads the origin by `community.things`, as far as
the member may see it, and starts with its title and text. So rooms need not know each other.
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
    """One conversion.

    `origin`: the kind of thing it starts from; `endpoint`: of the draft's form; `label`: of its button.
    """

    origin: str
    label: LazyString
    icon: str
    endpoint: str
    rule: Callable[[Member, Thing], bool]


@dataclass(frozen=True)
class Offer:
    """A conversion of one thing, offered to one member."""

    label: str
    icon: str
    href: str


# All conversions, in the order in which they are offered.
CONVERSIONS: tuple[Conversion, ...] = ()


def list_conversions(key: Key, member: Member | None) -> list[Offer]:
    """Return the conversions offered for the thing: none to guests, nor of things that the viewer may not see.

    Makes no query if no conversion starts from this kind of thing.
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
