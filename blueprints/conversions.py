"""Offers to convert a thing of one room into a draft of another: a topic into a story, a talk into an entry.

A thing's page shows what `list_conversions` offers. Each offer leads to the form of the other room's draft, whose
address names the origin; the form's view asks `find_origin` for it and starts with its title and text. So rooms need
not know each other, and nothing is written before the form is sent.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import request, url_for

from community.room import Key, Thing, current_rooms
from community.things import find_things
from models.accounts import Member

from .room import ORIGIN_ID, ORIGIN_KIND, current_pages
from .room_parts import Conversion


@dataclass(frozen=True)
class Offer:
    """A conversion of one thing, offered to one member."""

    label: str
    icon: str
    href: str


def list_conversions(key: Key, member: Member | None) -> list[Offer]:
    """Return the conversions offered for the thing: none to guests, nor of things that the viewer may not see.

    Makes no query if no conversion starts from this kind of thing.
    """
    if member is None or not any(_starts_from(each, key[0]) for each in current_pages().conversions):
        return []
    thing = find_things([key], seen_by=member).get(key)
    return list_conversions_of(thing, member) if thing is not None else []


def list_conversions_of(thing: Thing, member: Member | None) -> list[Offer]:
    """Return the conversions offered for a thing that the viewer is known to see: none to guests. No query."""
    names = {ORIGIN_KIND: thing.kind, ORIGIN_ID: thing.id}
    return [
        Offer(str(each.label), each.icon, url_for(each.endpoint, **names))
        for each in current_pages().conversions
        if member is not None and _starts_from(each, thing.kind) and each.rule(member, thing)
    ]


def find_origin(conversions: Iterable[Conversion], member: Member) -> Thing | None:
    """Return the thing that the request's address names as the origin of one of these conversions.

    None if it names none, or a thing that the member may not see or may not convert: the draft starts empty then.
    """
    kind, id_ = request.args.get(ORIGIN_KIND, ""), request.args.get(ORIGIN_ID, type=int)
    possible = [each for each in conversions if _starts_from(each, kind)]
    if id_ is None or not possible:
        return None
    thing = find_things([(kind, id_)], seen_by=member).get((kind, id_))
    return thing if thing is not None and any(each.rule(member, thing) for each in possible) else None


def _starts_from(conversion: Conversion, kind: str) -> bool:
    if conversion.origin is not None:
        return conversion.origin == kind
    known = current_rooms().thing_kinds.get(kind)
    return known is not None and known.is_asked_about
