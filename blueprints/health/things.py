"""What an act was done with, as far as the reader may see it: its name and where it stands."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from blueprints.access import current_member
from community.forums import queries as forums
from community.health.book import Entry

Key = tuple[str, int]


@dataclass(frozen=True)
class Thing:
    """A name, and an address if there is a page."""

    text: str
    href: str | None = None


def things_of(acts: Iterable[Entry]) -> dict[int, Thing]:
    """Name what each act was done with, by the act's id; the same few queries for one act and for a hundred."""
    acts = list(acts)
    reader = forums.get_reader(current_member())
    topics = forums.list_topics_by_id({i for act in acts for i in _topic_ids(act)}, seen_by=reader)
    found = {}
    for act in acts:
        topic = next((topics[i] for i in _topic_ids(act) if i in topics), None)
        if topic is None:
            found[act.id] = Thing(_named(act))
        elif act.subject_kind == "post":
            found[act.id] = Thing(topic.title, url_for("forums.show_post", post_id=act.subject_id))
        else:
            found[act.id] = Thing(topic.title, url_for("forums.show_topic", topic_id=topic.id))
    return found


def _topic_ids(act: Entry) -> list[int]:
    """The topic that an act is about: its subject, or what its subject stands in."""
    named = ((act.subject_kind, act.subject_id), (act.parent_kind, act.parent_id))
    return [number for kind, number in named if kind == "topic" and number is not None]


def _named(act: Entry) -> str:
    """Say what kind of thing it was, where there is no page to go to."""
    kinds = {
        "topic": _("見られないトピック"),
        "post": _("見られない投稿"),
        "webinar": _("ウェビナー"),
        "meetup": _("勉強会"),
        "story": _("事例"),
        "newsletter": _("お知らせメール"),
        "enquiry": _("問い合わせ"),
        "reference": _("紹介"),
    }
    return kinds.get(act.subject_kind, "")
