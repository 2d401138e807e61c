"""Notifications of what is no act of the ledger's: on the bell, on the page, and out of a rebuild's way."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from community.ledger.actions import record_signal
from community.notifications import actions, notices, queries
from community.notifications.notices import notify, withdraw, withdraw_all_but
from community.notifications.unread import count_unread, count_unread_of
from community.room import Rooms
from community.rooms import ROOMS
from models.accounts import Member
from models.base import db, now, transaction
from models.ledger import SignalKind
from models.notifications import Notice
from tests.cast import Cast
from tests.notifications import made_up
from tests.notifications.conftest import Ledger, everything, rebuilt
from tests.notifications.made_up import REMINDER, REVIEW

SignIn = Callable[[Member], FlaskClient]
KEY = "review of note 1"


@pytest.fixture(autouse=True)
def notes(app: Flask) -> Iterator[None]:
    with made_up.room_added():
        yield


@pytest.fixture
def ask(cast: Cast) -> Callable[..., None]:
    """Ask the owner and the third to review the colleague's note."""
    note = made_up.note(1, cast.colleague)
    db.session.commit()

    def ask(**how: Any) -> None:  # noqa: ANN401  as `notify` has them
        with transaction():
            notify(REVIEW, [cast.owner.id, cast.third.id], note, **{"key": KEY, "by": cast.colleague, **how})

    return ask


def unread(*members: Member) -> list[int]:
    """By each way of counting."""
    counts = count_unread_of([member.id for member in members])
    one_by_one = [count_unread(member.id) for member in members]
    assert one_by_one == list(counts.values())
    return one_by_one


def test_it_rings_and_stands_on_the_page(
    signed_in: SignIn, cast: Cast, ask: Callable[..., None], bells: dict[str, list[int]]
) -> None:
    ask()
    assert bells == {f"member:{member.id}": [1] for member in (cast.owner, cast.third)}
    owner = signed_in(cast.owner)
    page = owner.get("/notifications").text
    assert f"{cast.colleague.display_name}から確認の依頼（1）" in page
    assert "覚え書き1" in page
    assert "お知らせが1件" in owner.get("/").text
    assert owner.post("/notifications/note/1/open").location == "/notes/1"
    assert unread(cast.owner, cast.third, cast.stranger) == [0, 1, 0]
    assert bells[f"member:{cast.owner.id}"] == [1, 0]


def test_the_same_key_notifies_once(cast: Cast, ask: Callable[..., None], bells: dict[str, list[int]]) -> None:
    ask()
    ask()
    with transaction():
        notify(REVIEW, [cast.owner.id, cast.stranger.id], ("note", 1), key=KEY)
    assert unread(cast.owner, cast.third, cast.stranger) == [1, 1, 1]
    assert bells[f"member:{cast.owner.id}"] == [1]


def test_nobody_is_notified_of_their_own_doing_and_nobody_at_all_is_no_matter(cast: Cast) -> None:
    note = made_up.note(1, cast.owner)
    notify(REVIEW, [cast.owner.id], note, key=KEY, by=cast.owner)
    notify(REVIEW, [], note, key=KEY)
    assert db.session.scalars(sa.select(Notice)).all() == []


def test_it_waits_until_it_is_due_and_ends_when_it_expires(cast: Cast, ask: Callable[..., None]) -> None:
    at = now()
    with time_machine.travel(at, tick=False) as clock:
        ask(due_at=at + timedelta(hours=1), expires_at=at + timedelta(hours=3))
        assert unread(cast.owner) == [0]
        clock.shift(timedelta(hours=1))
        assert unread(cast.owner) == [1]
        [group] = queries.list_notifications(cast.owner.id, lambda keys: dict.fromkeys(keys, ""))
        assert group.at == at + timedelta(hours=1)
        clock.shift(timedelta(hours=2))
        assert unread(cast.owner) == [0]
        assert queries.list_notifications(cast.owner.id, lambda keys: dict.fromkeys(keys, "")) == []
        assert queries.find_target(cast.owner.id, ("note", 1)) is None


def test_what_is_withdrawn_is_gone_for_good(cast: Cast, ask: Callable[..., None], bells: dict[str, list[int]]) -> None:
    ask()
    with transaction():
        withdraw(REVIEW, KEY)
        withdraw(REVIEW, "another")
    assert unread(cast.owner, cast.third) == [0, 0]
    assert bells[f"member:{cast.owner.id}"] == [1, 0]
    ask()
    assert unread(cast.owner) == [0]
    assert queries.list_notifications(cast.owner.id, lambda keys: dict.fromkeys(keys, "")) == []


@pytest.mark.one_database
def test_of_keys_that_begin_alike_all_but_some_are_withdrawn(cast: Cast) -> None:
    with transaction():
        for key in ("a_b:1", "a_b:2", "axb:1"):
            notify(REVIEW, [cast.owner.id], ("note", 1), key=key)
        notify(REMINDER, [cast.owner.id], ("note", 1), key="a_b:1")
        withdraw_all_but(REVIEW, "a_b:", ["a_b:2"])
        withdraw_all_but(REVIEW, "none:", [])
    left = sa.select(Notice.kind, Notice.key).where(Notice.withdrawn_at.is_(None)).order_by(Notice.id)
    assert db.session.execute(left).all() == [
        (REVIEW.name, "a_b:2"),
        (REVIEW.name, "axb:1"),
        (REMINDER.name, "a_b:1"),
    ]


@pytest.mark.one_database
def test_a_state_that_comes_back_is_told_again(cast: Cast) -> None:
    standing = sa.select(sa.func.count(Notice.id)).where(Notice.withdrawn_at.is_(None))
    for n in (1, 2, 3):
        with transaction():
            for _ in range(2):
                notify(REVIEW, [cast.owner.id], ("note", 1), key="note:1:state")
        assert (db.session.scalar(standing), db.session.query(Notice).count()) == (1, n)
        with transaction():
            withdraw_all_but(REVIEW, "note:1:", [])
        assert db.session.scalar(standing) == 0


def test_a_key_is_of_one_kind(cast: Cast, ask: Callable[..., None]) -> None:
    ask()
    with transaction():
        notify(REMINDER, [cast.owner.id], ("note", 1), key=KEY)
    assert unread(cast.owner, cast.third) == [2, 1]
    with transaction():
        withdraw(REMINDER, KEY)
    assert unread(cast.owner, cast.third) == [1, 1]
    assert set(db.session.scalars(sa.select(Notice.kind).where(Notice.withdrawn_at.is_(None)))) == {REVIEW.name}


def test_a_rebuild_leaves_notices_alone(acts: Ledger, ask: Callable[..., None]) -> None:
    with transaction():
        actions.watch(acts.cast.owner.id, acts.topic)
    acts.reply(acts.cast.stranger)
    acts.notified()
    ask()
    rows = everything()
    kept = [tuple(row) for row in db.session.execute(sa.select(*Notice.__table__.columns))]
    assert rebuilt() == rows
    assert [tuple(row) for row in db.session.execute(sa.select(*Notice.__table__.columns))] == kept
    assert unread(acts.cast.owner) == [2]


def test_both_sources_stand_in_one_list_newest_first(acts: Ledger, ask: Callable[..., None]) -> None:
    owner = acts.cast.owner.id
    with transaction():
        actions.watch(owner, ("note", 1))
    acts.topic = ("note", 1)
    with time_machine.travel(now(), tick=False) as clock:
        acts.reply(acts.cast.stranger)
        acts.notified()
        clock.shift(timedelta(minutes=1))
        ask()
        clock.shift(timedelta(minutes=1))
        acts.reply(acts.cast.third)
        acts.notified()
        [group] = queries.list_notifications(owner, lambda keys: dict.fromkeys(keys, ""))
        assert [(line.kind.name, line.count, line.unread) for line in group.lines] == [
            ("reply", 2, 2),
            ("note_review", 1, 1),
        ]
        with transaction():
            assert actions.mark_read_about(owner, ("note", 1)) == 3
            assert actions.mark_read(owner) == 0
        assert unread(acts.cast.owner) == [0]


def test_all_are_read_at_once_but_for_what_is_not_due(cast: Cast, ask: Callable[..., None]) -> None:
    ask()
    with transaction():
        notify(REMINDER, [cast.owner.id], ("note", 1), key="tomorrow", due_at=now() + timedelta(days=1))
        assert actions.mark_read(cast.owner.id) == 1
    with time_machine.travel(now() + timedelta(days=1, minutes=1)):
        assert unread(cast.owner) == [1]


def test_kinds_of_a_room_that_is_gone_are_not_shown(app: Flask, cast: Cast, ask: Callable[..., None]) -> None:
    ask()
    with transaction():
        db.session.execute(sa.update(Notice).values(kind="no_such"))
    assert queries.list_notifications(cast.owner.id, lambda _: pytest.fail("asked")) == []


def test_the_bell_and_the_page_agree_on_what_may_be_seen(
    cast: Cast, ask: Callable[..., None], signed_in: SignIn
) -> None:
    ask()
    third = signed_in(cast.third)
    for hidden_from, shown in (((cast.third,), 0), ((), 1)):
        made_up.note(1, cast.colleague, *hidden_from)
        assert unread(cast.owner, cast.third) == [1, shown]
        assert third.get("/notifications/count").json == {"unread": shown}
        page = third.get("/notifications").text
        assert [page.count("確認の依頼"), page.count("未読"), page.count("すべて既読")] == [shown] * 3


def test_the_bell_and_the_page_agree_on_the_rooms_there_are(
    app: Flask, acts: Ledger, ask: Callable[..., None], signed_in: SignIn
) -> None:
    ask()
    key = made_up.note(2, acts.cast.owner)
    with transaction():
        record_signal(SignalKind.STORY_QUOTED, acts.cast.stranger, subject=key)
    acts.notified()
    owner = signed_in(acts.cast.owner)
    assert unread(acts.cast.owner) == [2]
    app.extensions["rooms"] = Rooms(ROOMS)
    assert unread(acts.cast.owner) == [0]
    assert owner.get("/notifications/count").json == {"unread": 0}
    assert "すべて既読" not in owner.get("/notifications").text


def test_a_clock_that_is_set_back_hides_nothing_that_was_shown(cast: Cast, ask: Callable[..., None]) -> None:
    begun = now()
    with time_machine.travel(begun, tick=False) as clock:
        ask()
        with transaction():
            notify(REMINDER, [cast.owner.id], ("note", 1), key="tomorrow", due_at=begun + timedelta(days=1))
        clock.move_to(begun - timedelta(hours=2))
        assert unread(cast.owner) == [0]
        with transaction():
            notices.keep_due(now(), begun)
        assert unread(cast.owner) == [1], "tomorrow's waits still"
