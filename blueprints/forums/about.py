"""Questions about a thing of another room: the link to the form, and the list on the thing's own page."""

from typing import Any

from flask_babel import lazy_gettext as _l

from blueprints.conversions import find_origin
from blueprints.room import ORIGIN_ID, ORIGIN_KIND
from blueprints.room_parts import Conversion, ThingSection, Values
from community.forums.about import list_topics_about
from community.room import Thing
from community.things import describe_things, label_of
from models.accounts import Member
from models.forums import Topic

from .loaders import viewer
from .navigation import may_ask_somewhere
from .topic_rows import show_topic_row

SHOWN = 5


def _may_ask(member: Member, thing: Thing) -> bool:
    return may_ask_somewhere(member) and not thing.is_hidden


# Of whatever can be asked about: the rooms of those things know nothing of the forum.
CONVERSIONS = (Conversion(None, _l("質問する"), "help", "forums.new_topic", _may_ask),)


def find_subject(member: Member) -> Thing | None:
    """Return the thing that the form's address names, if the member may ask about it; else None."""
    return find_origin(CONVERSIONS, member)


def origin_values(thing: Thing | None) -> dict[str, Any]:
    """Return the values by which an address of the form names the thing."""
    return {ORIGIN_KIND: thing.kind, ORIGIN_ID: thing.id} if thing is not None else {}


def link_subject(topic: Topic) -> dict[str, str] | None:
    """Return what the topic's page says of the thing it is about: the word for its kind, and its address.

    Never its title: what may be shown of the thing can end while this page is still cached. Its own page decides who
    may see it. None if the topic is about nothing, or about what is gone.
    """
    if topic.about_kind is None or topic.about_id is None:
        return None
    key = (topic.about_kind, topic.about_id)
    thing = describe_things([key]).get(key)
    return {"label": label_of(thing.kind), "href": thing.address} if thing is not None else None


def _show_topics_about(_viewer: Member | None, thing: Thing) -> Values:
    rows = list_topics_about(viewer(), thing.key, SHOWN)
    return {"rows": [show_topic_row(row) for row in rows]} if rows else None


THING_SECTION = ThingSection(10, "forums/_about_thing.html", _show_topics_about)
