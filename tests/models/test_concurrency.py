"""Concurrent writers lose nothing, on either database."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from flask import Flask

from community.ledger.actions import record_signal
from models.accounts import Member
from models.base import db, set_reading, transaction
from models.ledger import PendingSignal, Signal, SignalKind
from tests.cast import make_cast

WRITERS = 8
ACTS = 25


def test_concurrent_read_modify_writes_lose_no_update(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    with app.app_context(), transaction():
        member_id = make_cast(db.session).owner.id
    start = threading.Barrier(WRITERS)

    def write(_: int) -> None:
        start.wait()
        for _ in range(ACTS):
            with app.app_context(), transaction():
                set_reading(False)
                member = db.session.get(Member, member_id, with_for_update={"of": Member})
                assert member is not None
                member.session_version += 1

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    with app.app_context():
        member = db.session.get(Member, member_id)
        assert member is not None
        assert member.session_version == 1 + WRITERS * ACTS


def test_concurrent_acts_each_have_one_signal_that_waits(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    with app.app_context(), transaction():
        member_id = make_cast(db.session).owner.id

    def act(writer: int) -> None:
        for i in range(ACTS):
            with app.app_context(), transaction():
                member = db.session.get(Member, member_id)
                assert member is not None
                record_signal(SignalKind.MAIL_CLICKED, member, subject=("mailing", writer * ACTS + i))

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(act, range(WRITERS)))
    with app.app_context():
        for model in (Signal, PendingSignal):
            assert db.session.scalar(sa.select(sa.func.count()).select_from(model)) == WRITERS * ACTS
