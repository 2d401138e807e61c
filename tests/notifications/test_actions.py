"""Following, having read, and what the page is made of."""

from collections.abc import Collection

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from community.notifications import actions, queries
from community.notifications.unread import count_unread_of
from community.room import Key
from models.base import db, now, transaction
from models.notifications import NotificationRead, Watch
from tests.cast import Cast
from tests.notifications.conftest import Ledger

TOPIC: Key = ("topic", 7)


def test_following_twice_is_following_once(cast: Cast) -> None:
    for _ in range(2):
        actions.watch(cast.owner.id, TOPIC)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Watch)) == 1
    assert queries.is_watching(cast.owner.id, TOPIC)
    assert not queries.is_watching(cast.stranger.id, TOPIC)


def test_a_member_who_watches_again_is_notified_from_then_on(cast: Cast) -> None:
    actions.watch(cast.owner.id, TOPIC)
    actions.unwatch(cast.owner.id, TOPIC)
    assert not queries.is_watching(cast.owner.id, TOPIC)
    actions.unwatch(cast.owner.id, TOPIC)
    actions.watch(cast.owner.id, TOPIC)
    spans = [(w.since, w.until) for w in db.session.scalars(sa.select(Watch).order_by(Watch.id))]
    assert len(spans) == 2
    assert spans[0][1] is not None
    assert spans[0][1] <= spans[1][0]
    assert spans[1][1] is None


def test_naming_nobody_or_twice_is_no_matter(cast: Cast) -> None:
    actions.mention([], TOPIC)
    actions.mention([cast.owner.id, cast.owner.id], TOPIC)
    actions.mention([cast.owner.id], TOPIC)


@pytest.fixture
def news(acts: Ledger) -> list[int]:
    """The owner follows two topics; three replies in the first, an acceptance in the second: ids of the signals."""
    cast = acts.cast
    with transaction():
        actions.watch(cast.owner.id, TOPIC)
        actions.watch(cast.owner.id, ("topic", 8))
    acts.topic = TOPIC
    signals = [acts.reply(member) for member in (cast.stranger, cast.third, cast.stranger)]
    acts.topic = ("topic", 8)
    signals.append(acts.accept(cast.stranger, by=cast.cs))
    acts.notified()
    return [signal.id for signal in signals]


def described(things: Collection[Key]) -> dict[Key, str]:
    return {thing: f"the {thing[0]} {thing[1]}" for thing in things}


def test_news_is_grouped_by_what_it_is_about_newest_first(acts: Ledger, news: list[int]) -> None:
    groups = queries.list_notifications(acts.cast.owner.id, described)
    assert [(group.thing, group.described, group.unread) for group in groups] == [
        (("topic", 8), "the topic 8", 1),
        (TOPIC, "the topic 7", 3),
    ]
    (line,) = groups[1].lines
    assert (line.kind.name, line.count, line.unread) == ("reply", 3, 3)
    assert line.who == (acts.cast.stranger.display_name, acts.cast.third.display_name)


def test_what_the_reader_may_no_longer_see_is_left_out(acts: Ledger, news: list[int]) -> None:
    seen = queries.list_notifications(acts.cast.owner.id, lambda _: {TOPIC: "seen"})
    assert [group.thing for group in seen] == [TOPIC]
    assert queries.list_notifications(acts.cast.owner.id, lambda _: {}) == []


def test_nobody_is_asked_about_nothing(cast: Cast) -> None:
    assert queries.list_notifications(cast.owner.id, lambda _: pytest.fail("asked")) == []


def test_one_begins_to_read_at_the_oldest_unread(acts: Ledger, news: list[int]) -> None:
    owner = acts.cast.owner.id
    assert queries.find_target(owner, TOPIC) == ("post", 1)
    with transaction():
        actions.mark_read(owner, news[:1])
    assert queries.find_target(owner, TOPIC) == ("post", 2)
    with transaction():
        actions.mark_read(owner)
    assert queries.find_target(owner, TOPIC) == ("post", 3), "all read: the newest"
    assert queries.find_target(owner, ("topic", 99)) is None


def test_reading_marks_what_was_meant_and_nothing_of_others(acts: Ledger, news: list[int]) -> None:
    owner, stranger = acts.cast.owner.id, acts.cast.stranger.id
    with transaction():
        assert actions.mark_read(owner, [news[0]]) == 1
        assert actions.mark_read(owner, [news[0]]) == 0
        assert actions.mark_read(owner, [10**12]) == 0
    assert count_unread_of([owner, stranger]) == {owner: 3, stranger: 1}
    with transaction():
        assert actions.mark_read_about(owner, TOPIC) == 2
    assert count_unread_of([owner, stranger]) == {owner: 1, stranger: 1}
    with transaction():
        assert actions.mark_read(owner) == 1
    assert count_unread_of([owner, stranger]) == {owner: 0, stranger: 1}


def test_a_mark_says_when(acts: Ledger, news: list[int]) -> None:
    before = now()
    with transaction():
        actions.mark_read(acts.cast.owner.id)
    assert all(before <= mark.at <= now() for mark in db.session.scalars(sa.select(NotificationRead)))


def test_the_list_takes_one_query_however_long_it_is(acts: Ledger, news: list[int]) -> None:
    owner = acts.cast.owner.id
    seen: list[str] = []
    connection = db.session.connection()

    def note(_: object, __: object, statement: str, *___: object) -> None:
        seen.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        queries.list_notifications(owner, described)
    finally:
        event.remove(connection, "before_cursor_execute", note)
    assert len(seen) == 1
