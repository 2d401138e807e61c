"""When a person changes company, each room's rows follow: before the person is locked, and after."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from blueprints import transfers
from community.accounts import memberships, queries
from community.forums import actions as forums
from community.joining import invitations
from community.ledger import reassignment
from community.room import Room, Rooms, Transfer
from models.base import db, transaction
from models.forums import Post
from models.mail import Mail
from tests.cast import Cast
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
