"""A topic whose acts are written straight into the ledger, and a run of this one projection."""

from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa

from community import realtime
from community.ledger import actions as ledger
from community.notifications import projector
from community.projections.tasks import process_pending, rebuild
from community.room import Key
from models.accounts import Member
from models.base import db, transaction
from models.ledger import Signal, SignalKind
from models.notifications import Notification
from tests.cast import Cast

Notified = dict[str, set[tuple[str, int]]]


class Ledger:
    """Acts within one topic."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.numbers = count(1)
        self.topic: Key = ("topic", 1000)

    def post(self) -> Key:
        return ("post", next(self.numbers))

    def reply(self, author: Member, post: Key | None = None) -> Signal:
        with transaction():
            return ledger.record_signal(SignalKind.REPLY_POSTED, author, subject=post or self.post(), parent=self.topic)

    def open(self, author: Member) -> Signal:
        with transaction():
            return ledger.record_signal(SignalKind.TOPIC_OPENED, author, subject=self.topic)

    def accept(self, answerer: Member, by: Member, kind: SignalKind = SignalKind.ANSWER_ACCEPTED) -> Signal:
        with transaction():
            return ledger.record_signal(kind, answerer, subject=self.post(), parent=self.topic, by=by)

    def reverse(self, act: Signal) -> None:
        with transaction():
            ledger.reverse(act)

    def give_back(self, act: Signal) -> None:
        with transaction():
            ledger.reinstate(act)

    def notified(self) -> Notified:
        """Process the ledger; return who was notified of what, by part: {"owner": {("reply", 17)}}."""
        process_pending((projector,))
        names = {member.id: name for name, member in self.cast.people().items()}
        notified: Notified = {}
        for row in db.session.scalars(sa.select(Notification)):
            notified.setdefault(names[row.member_id], set()).add((row.kind, row.signal_id))
        return notified


def everything() -> list[tuple[Any, ...]]:
    """Every notification, whole."""
    columns = Notification.__table__.columns
    rows = db.session.execute(sa.select(*columns).order_by(Notification.member_id, Notification.signal_id))
    return [tuple(row) for row in rows]


def rebuilt() -> list[tuple[Any, ...]]:
    """The same, after forgetting all and reading the ledger from its start."""
    rebuild((projector,))
    return everything()


@pytest.fixture
def acts(cast: Cast) -> Ledger:
    db.session.commit()
    return Ledger(cast)


@pytest.fixture
def bells(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[int]]:
    """The numbers that were pushed to each room."""
    rung: dict[str, list[int]] = {}

    def push(room: str, event: str, payload: dict[str, Any]) -> None:
        assert event == "notifications"
        assert payload["version"] > 0
        rung.setdefault(room, []).append(payload["unread"])

    monkeypatch.setattr(realtime, "push", push)
    return rung
