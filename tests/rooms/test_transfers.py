"""When a person changes company, each room's rows follow: before the person is locked, and after."""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from blueprints import transfers
from community.accounts import memberships, queries
from community.forums import actions as forums
from community.forums.sending import lock_writer
from community.joining import invitations
from community.ledger import reassignment
from community.room import Room, Rooms, Transfer
from models.accounts import Account, Member
from models.base import db, transaction
from models.forums import Post, Topic
from models.mail import Mail
from tests.cast import Cast, make_cast
from tests.forums.conftest import make_forum, open_topic
from tests.signing_in import client_of


def test_a_room_follows_every_transfer(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, int | None, int | None]] = []

    def follow(transfer: Transfer) -> None:
        today, before = transfer.from_day, transfer.from_day - timedelta(days=1)
        companies = (transfer.company_on(before), transfer.company_on(today))
        seen.append((len(memberships.list_periods(cast.stranger)), *companies))

    rooms: Rooms = app.extensions["rooms"]
    monkeypatch.setitem(app.extensions, "rooms", Rooms((*rooms.rooms, Room("notes", transfer_followers=(follow,)))))
    planned = memberships.plan_transfer(cast.stranger, cast.c, queries.today())
    with transaction():
        transfers.carry_out(planned, lambda: reassignment.carry_out(planned, by=cast.cs, reason="転職"))
    # Before anything is written, and when it is.
    assert seen == [(1, cast.b.id, cast.c.id), (2, cast.b.id, cast.c.id)]


def test_what_was_written_on_the_day_goes_along_by_invitation(app: Flask, cast: Cast) -> None:
    with transaction():
        topic = open_topic(make_forum(cast).members, cast.owner)
        post = forums.post_reply(topic, cast.stranger, "ここから直せます。")
        invitations.invite(cast.stranger.email, cast.c, cast.cs)
    letter = db.session.scalars(sa.select(Mail.text)).one()
    path = re.search(r"https?://[^/]+(/invitations/\S+)", letter)
    assert path
    assert client_of(app, cast.stranger).post(f"{path[1]}/move").location == "/"
    assert db.session.get_one(Post, post.id, populate_existing=True).account_id == cast.c.id


@pytest.mark.parametrize("database", ["postgresql"])
def test_a_transfer_and_what_the_person_sends_wait_for_each_other(make_app: Callable[..., Flask]) -> None:
    """A form locks its writer, then the topic; SQLite lets one write after the other."""
    app = make_app()
    with app.app_context(), transaction():
        cast = make_cast(db.session)
        topic_id = open_topic(make_forum(cast).public, cast.stranger).id
        person_id, company_id, by_id = cast.stranger.id, cast.c.id, cast.cs.id
    is_sending = threading.Event()

    def send() -> int:
        with app.app_context(), transaction():
            topic, person = db.session.get_one(Topic, topic_id), db.session.get_one(Member, person_id)
            lock_writer(person)
            is_sending.set()
            wait_until_another_waits()
            return forums.post_reply(topic, person, "続きです", form_key="the-form").id

    def go() -> None:
        assert is_sending.wait(60)
        with app.app_context(), transaction():
            person, by = db.session.get_one(Member, person_id), db.session.get_one(Member, by_id)
            company = db.session.get_one(Account, company_id)
            planned = memberships.plan_transfer(person, company, queries.today())
            transfers.carry_out(planned, lambda: reassignment.carry_out(planned, by=by, reason="転職"))

    with ThreadPoolExecutor(2) as pool:
        sent, gone = pool.submit(send), pool.submit(go)
        gone.result()
        post_id = sent.result()
    with app.app_context():
        assert db.session.get_one(Post, post_id).account_id == company_id
        assert db.session.get_one(Topic, topic_id).account_id == company_id


def wait_until_another_waits() -> None:
    """Return when another transaction waits for this one; pytest ends a test that waits for ever."""
    waits = sa.text(
        "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
    )
    while not db.session.scalar(waits):
        pass
