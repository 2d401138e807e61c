"""News as sentences: what happened, about what, for this reader."""

from collections.abc import Collection
from dataclasses import dataclass

from flask import url_for

from blueprints import times
from blueprints.forums import presenting as forum
from community.forums import queries as forums
from community.forums.reader import Reader
from community.notifications import sentences
from community.notifications.queries import Group, Line, Thing, list_notifications
from models.accounts import Member
from models.forums import Topic
from models.notifications import NotificationKind

TOPIC, POST = Topic.__tablename__, "post"

ICONS = {
    NotificationKind.ACCEPTED: "check",
    NotificationKind.SOLVED: "check",
    NotificationKind.MENTION: "at",
    NotificationKind.REPLY: "message",
}


@dataclass(frozen=True)
class News:
    """What `templates/notifications/_news.html` draws: the news about one thing."""

    thing: Thing
    subject: str
    icon: str
    sentences: tuple[str, ...]
    when: str
    is_new: bool
    lines: tuple[Line, ...]


def list_news(member: Member) -> list[News]:
    """The member's news about what they may still see, newest first. Three queries and those of who reads."""
    reader = forums.get_reader(member)
    groups = list_notifications(member.id, lambda things: _describe(things, reader))
    return [_news(group, member) for group in groups]


def address_of(target: Thing, member: Member) -> str | None:
    """Where this is read; None where the member may not."""
    reader = forums.get_reader(member)
    kind, target_id = target
    if kind == POST:
        post = forums.get_post(target_id, seen_by=reader)
        return forum.url_of(post) if post else None
    if kind == TOPIC and forums.get_topic(target_id, seen_by=reader):
        return url_for("forums.show_topic", topic_id=target_id)
    return None


def _describe(things: Collection[Thing], reader: Reader) -> dict[Thing, Topic]:
    topics = forums.list_topics_by_id([thing_id for kind, thing_id in things if kind == TOPIC], seen_by=reader)
    return {(TOPIC, topic_id): topic for topic_id, topic in topics.items()}


def _news(group: Group[Topic], member: Member) -> News:
    topic = group.described
    return News(
        thing=group.thing,
        subject=topic.title,
        icon=ICONS[group.lines[0].kind],
        sentences=tuple(_sentence(line, is_own=topic.author_id == member.id) for line in group.lines),
        when=times.age(group.at),
        is_new=group.unread > 0,
        lines=group.lines,
    )


def _sentence(line: Line, *, is_own: bool) -> str:
    """Of what is new as long as something is, else of all of it."""
    return sentences.tell(line.kind, line.unread or line.count, line.who[0] if line.who else "", is_own=is_own)
