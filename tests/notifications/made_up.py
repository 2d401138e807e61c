"""A room that exists nowhere else: notes, which are held in memory, and what it notifies people of."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import current_app
from flask_babel.speaklater import LazyString

from community.room import Act, Greeting, NotificationKind, Room, Rooms, SignalSource, Summary, Thing, ThingKind
from community.rooms import ROOMS
from models.accounts import Member
from models.ledger import SignalKind
from models.mail import Delivery


@dataclass
class Note:
    """What stands in a note; `hidden_from`: who may not see it."""

    id: int
    title: str
    author_id: int
    hidden_from: frozenset[int] = frozenset()


NOTES: dict[int, Note] = {}


def note(number: int, author: Member, *hidden_from: Member) -> tuple[str, int]:
    """Write one, and return its key."""
    NOTES[number] = Note(number, f"覚え書き{number}", author.id, frozenset(member.id for member in hidden_from))
    return "note", number


def _plain(words: str) -> LazyString:
    return LazyString(lambda: words)


def _say_read(summary: Summary) -> str:
    return f"{summary.who}が{summary.count}回読みました"


NOTE = ThingKind(
    name="note",
    label=_plain("覚え書き"),
    icon="book",
    load=lambda ids: {id_: NOTES[id_] for id_ in ids if id_ in NOTES},
    describe=lambda row: Thing("note", row.id, row.title, f"/notes/{row.id}", row.author_id, html="<p>本文</p>"),
    viewer=lambda member: member.id if member else 0,
    viewers=lambda members: {member.id: member.id for member in members},
    can_see=lambda viewer, row: viewer not in row.hidden_from,
)


def _author(act: Act, _watchers: Collection[int], _named: Collection[int]) -> list[int]:
    return [NOTES[act.subject_id].author_id]


def _both(act: Act, watchers: Collection[int], _named: Collection[int]) -> list[int]:
    return [*watchers, NOTES[act.subject_id].author_id]


QUOTED = frozenset({SignalKind.STORY_QUOTED})
# The most personal first: the author is among the recipients of both.
YOURS = NotificationKind(
    name="note_yours",
    label=_plain("自分の覚え書き"),
    icon="check",
    delivery=Delivery.AT_ONCE,
    sentence=_say_read,
    letter="reply",
    source=SignalSource(QUOTED, _author),
    greeting=lambda n: Greeting(f"あなたの覚え書きが{n}件引用", "されました。"),
)
QUOTE = NotificationKind(
    name="note_quote",
    label=_plain("覚え書きの引用"),
    icon="message",
    delivery=Delivery.DIGEST,
    sentence=lambda summary: f"引用{summary.count}件",
    letter="reply",
    source=SignalSource(QUOTED, _both),
)
REVIEW = NotificationKind(
    name="note_review",
    label=_plain("覚え書きの確認"),
    icon="pencil",
    delivery=Delivery.AT_ONCE,
    sentence=lambda summary: f"{summary.who}から確認の依頼（{summary.count}）",
    letter="reply",
)
REMINDER = NotificationKind(
    name="note_reminder",
    label=_plain("覚え書きの期限"),
    icon="clock",
    delivery=Delivery.DIGEST,
    sentence=lambda summary: f"期限が近づいています（{summary.count}）",
    letter="reply",
)
ROOM = Room(name="notes", things=(NOTE,), notifications=(YOURS, QUOTE, REVIEW, REMINDER))


@contextmanager
def room_added() -> Iterator[None]:
    """The current application has this room too."""
    before = current_app.extensions["rooms"]
    current_app.extensions["rooms"] = Rooms((*ROOMS, ROOM))
    try:
        yield
    finally:
        current_app.extensions["rooms"] = before
        NOTES.clear()
