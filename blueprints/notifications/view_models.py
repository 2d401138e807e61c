"""Notifications as sentences, for one viewer."""

from dataclasses import dataclass

from blueprints import times
from blueprints.addresses import path_of
from community.notifications.queries import NotificationGroup, NotificationLine, list_notifications
from community.notifications.sentences import sentence_of
from community.room import Key, Thing
from community.things import find_things
from models.accounts import Member


@dataclass(frozen=True)
class NotificationView:
    """What `templates/notifications/_news.html` draws: the notifications about one thing."""

    thing: Key
    subject: str
    icon: str
    sentences: tuple[str, ...]
    when: str
    is_new: bool
    lines: tuple[NotificationLine, ...]


def list_views(member: Member) -> list[NotificationView]:
    """Return the member's notifications about things that they may still see, newest first.

    Makes one query, and if there are notifications, one for each kind of thing and one for each viewer that the kinds
    need.
    """
    groups = list_notifications(member.id, lambda keys: find_things(keys, seen_by=member))
    return [_view(group, member) for group in groups]


def address_of(target: Key, member: Member) -> str | None:
    """Return the address of the thing; None if the member may not see it."""
    thing = find_things([target], seen_by=member).get(target)
    return path_of(thing) if thing else None


def _view(group: NotificationGroup[Thing], member: Member) -> NotificationView:
    thing = group.described
    return NotificationView(
        thing=group.thing,
        subject=thing.title,
        icon=group.lines[0].kind.icon,
        sentences=tuple(_sentence(line, is_own=thing.author_id == member.id) for line in group.lines),
        when=times.age(group.at),
        is_new=group.unread > 0,
        lines=group.lines,
    )


def _sentence(line: NotificationLine, *, is_own: bool) -> str:
    """Return a sentence on the unread notifications; if all are read, on all of them."""
    return sentence_of(line.kind, line.unread or line.count, line.who[0] if line.who else "", is_own=is_own)
