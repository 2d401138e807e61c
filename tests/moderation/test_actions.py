"""Hidden content takes its acts out of the ledger and brings back those that are still due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask_babel.speaklater import LazyString
from time_machine import Traveller

from community.ledger.actions import record_signal, reverse
from community.moderation import actions, queries
from community.room import Moderation, Room, Rooms
from models.audit import AuditEntry
from models.base import db
from models.forums import Post, Topic
from models.ledger import Signal, SignalKind
from models.moderation import RemovalReason
from tests.acts import is_effective
from tests.cast import Cast


@dataclass
class Talk:
    """A topic with one answer, and the acts around them."""

    topic: Topic
    answer: Post
    asked: Signal
    answered: Signal
    accepted: Signal
    by: Cast


@pytest.fixture
def talk(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Talk:
    monkeypatch.setitem(app.extensions, "rooms", Rooms())
    topic, answer = Topic(id=1), Post(id=5)  # rows of nobody: no more is asked of them
    return Talk(
        topic,
        answer,
        record_signal(SignalKind.TOPIC_OPENED, cast.owner, subject=("topic", 1)),
        record_signal(SignalKind.REPLY_POSTED, cast.stranger, subject=("post", 5), parent=("topic", 1)),
        record_signal(
            SignalKind.ANSWER_ACCEPTED, cast.stranger, by=cast.owner, subject=("post", 5), parent=("topic", 1)
        ),
        cast,
    )


def effective(talk: Talk) -> tuple[bool, bool, bool]:
    return (is_effective(talk.asked), is_effective(talk.answered), is_effective(talk.accepted))


def test_removing_an_answer_withdraws_its_acts_and_restoring_gives_them_back(talk: Talk) -> None:
    actions.remove(talk.answer, talk.by.moderator, RemovalReason.SPAM, "宣伝でした")
    assert talk.answer.hidden_at is not None
    assert effective(talk) == (True, False, False)
    actions.restore(talk.answer, talk.by.moderator, "まちがいでした")
    assert talk.answer.hidden_at is None
    assert effective(talk) == (True, True, True)


def test_removing_a_topic_withdraws_what_was_done_in_it(talk: Talk) -> None:
    actions.remove(talk.topic, talk.by.moderator, RemovalReason.OFF_TOPIC)
    assert effective(talk) == (False, False, False)


@pytest.mark.parametrize("first_back", ["topic", "answer"])
def test_an_act_returns_only_when_nothing_of_it_is_hidden(talk: Talk, first_back: str) -> None:
    moderator = talk.by.moderator
    actions.remove(talk.topic, moderator, RemovalReason.OFF_TOPIC)
    actions.remove(talk.answer, moderator, RemovalReason.SPAM)
    first, second = (talk.topic, talk.answer) if first_back == "topic" else (talk.answer, talk.topic)
    actions.restore(first, moderator)
    assert effective(talk) == (first_back == "topic", False, False)
    actions.restore(second, moderator)
    assert effective(talk) == (True, True, True)


def test_what_its_author_withdrew_meanwhile_stays_withdrawn(talk: Talk) -> None:
    actions.remove(talk.answer, talk.by.moderator, RemovalReason.SPAM)
    reverse(talk.accepted)
    actions.restore(talk.answer, talk.by.moderator)
    assert effective(talk) == (True, True, False)


def test_removing_twice_is_one_removal(talk: Talk) -> None:
    first = actions.remove(talk.answer, talk.by.moderator, RemovalReason.SPAM)
    assert actions.remove(talk.answer, talk.by.community_manager, RemovalReason.OTHER) is first
    actions.restore(talk.answer, talk.by.moderator)
    assert actions.restore(talk.answer, talk.by.moderator) is None
    assert len(queries.list_removals("post", 5)) == 1


def test_a_moderators_removal_replaces_the_authors(talk: Talk) -> None:
    own = actions.remove(talk.answer, talk.by.stranger, RemovalReason.AUTHOR)
    removal = actions.remove(talk.answer, talk.by.moderator, RemovalReason.HARASSMENT, "ひどい言葉です")
    assert (removal.reason, removal.note, removal.removed_by_id) == (
        RemovalReason.HARASSMENT,
        "ひどい言葉です",
        talk.by.moderator.id,
    )
    assert queries.get_open_removal("post", 5) is removal
    assert own.restored_at == removal.removed_at
    assert [entry.action for entry in db.session.query(AuditEntry)] == ["moderation.remove"]
    assert effective(talk) == (True, False, False)
    assert actions.remove(talk.answer, talk.by.stranger, RemovalReason.AUTHOR) is removal
    assert actions.restore(talk.answer, talk.by.moderator) is removal
    assert queries.get_open_removal("post", 5) is own
    assert talk.answer.hidden_at is not None
    assert effective(talk) == (True, False, False)
    actions.restore(talk.answer, talk.by.stranger)
    assert talk.answer.hidden_at is None
    assert effective(talk) == (True, True, True)


def test_what_its_author_restored_at_that_very_instant_was_not_replaced(talk: Talk, time_machine: Traveller) -> None:
    time_machine.move_to(datetime(2026, 11, 26, 3, 0, tzinfo=UTC), tick=False)
    actions.remove(talk.answer, talk.by.stranger, RemovalReason.AUTHOR)
    actions.restore(talk.answer, talk.by.stranger)
    actions.remove(talk.answer, talk.by.moderator, RemovalReason.SPAM)
    actions.restore(talk.answer, talk.by.moderator)
    assert talk.answer.hidden_at is None
    assert queries.get_open_removal("post", 5) is None
    assert effective(talk) == (True, True, True)


def test_both_are_audited_with_their_reason(talk: Talk) -> None:
    actions.remove(talk.answer, talk.by.moderator, RemovalReason.SPAM, "宣伝でした")
    actions.restore(talk.answer, talk.by.community_manager, "まちがいでした")
    db.session.flush()
    lines = db.session.query(AuditEntry).order_by(AuditEntry.id).all()
    assert [(e.actor_id, e.action, e.subject_id, e.reason) for e in lines] == [
        (talk.by.moderator.id, "moderation.remove", 5, "宣伝でした"),
        (talk.by.community_manager.id, "moderation.restore", 5, "まちがいでした"),
    ]


def test_a_room_is_asked_to_lock_and_told_afterwards(app: Flask, talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, bool]] = []

    def note(what: str) -> Callable[[Post], None]:
        return lambda post: calls.append((what, post.hidden_at is None))

    part = Moderation[Post, None](
        kind="post",
        question=LazyString(str),
        viewer=lambda _: None,
        get=lambda _, __: talk.answer,
        address=lambda _: "/",
        can_remove=lambda _, __, ___: True,
        can_take_back=lambda _, __: True,
        can_restore=lambda _, __, ___: True,
        lock=note("lock"),
        after_hide=note("hidden"),
        after_restore=note("restored"),
    )
    monkeypatch.setitem(app.extensions, "rooms", Rooms((Room("notes", moderation=(part,)),)))
    actions.remove(talk.answer, talk.by.moderator, RemovalReason.SPAM)
    actions.restore(talk.answer, talk.by.moderator)
    assert calls == [("lock", True), ("hidden", False), ("lock", False), ("restored", True)]
