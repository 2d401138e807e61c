"""A working Wednesday morning in a small forum, with its news written and sent by hand."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from community.mail.actions import Outcome
from community.mail.transport import SmtpTransport
from community.mailings import choices, tasks
from community.notifications import actions as notifications
from community.projections.tasks import process_pending
from models.accounts import Member
from models.base import db, transaction
from models.forums import Category, Post, Topic
from models.mail import Delivery, Mail, NotificationMail
from tests.cast import Cast
from tests.forums.conftest import Forum, make_forum, open_topic
from tests.forums.conftest import reply as write_reply

TOKYO = ZoneInfo("Asia/Tokyo")
MORNING = datetime(2027, 3, 3, 10, tzinfo=TOKYO)  # a Wednesday


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


class Desk:
    """What a test does in this room; `sent` has what went out."""

    def __init__(self, cast: Cast, forum: Forum, clock: time_machine.Traveller) -> None:
        self.cast, self.forum, self.clock = cast, forum, clock
        self.sent: list[Mail] = []

    def topic(self, *watchers: Member, category: Category | None = None) -> Topic:
        with transaction():
            topic = open_topic(category or self.forum.members, self.cast.owner)
            for member in watchers:
                notifications.watch(member.id, topic)
        self.later(minutes=1)
        return topic

    def reply(self, topic: Topic, author: Member, body: str = "時間帯の設定を見てください。") -> Post:
        with transaction():
            return write_reply(topic, author, body)

    def wants(self, member: Member, kind: str, delivery: Delivery) -> None:
        with transaction():
            choices.choose(member.id, {kind: delivery})

    def later(self, **how: float) -> None:
        self.clock.shift(timedelta(**how))

    def write(self) -> list[Mail]:
        """After processing: all mails there are, oldest first."""
        process_pending()
        tasks.write_mails()
        return mails()

    def send(self) -> list[tuple[str, str]]:
        """What goes out now: to whom, and what kind."""
        already = len(self.sent)
        tasks.send_waiting()
        return [(mail.to_address.partition("@")[0], mail.kind) for mail in self.sent[already:]]

    def obstacles(self) -> set[str]:
        return set(db.session.scalars(sa.select(NotificationMail.obstacle).where(NotificationMail.due_at.is_(None))))

    def waiting(self) -> list[NotificationMail]:
        return list(db.session.scalars(sa.select(NotificationMail).where(NotificationMail.due_at.is_not(None))))


def mails() -> list[Mail]:
    return list(db.session.scalars(sa.select(Mail).where(Mail.can_wait).order_by(Mail.id)))


@pytest.fixture
def desk(clock: time_machine.Traveller, app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk(cast, make_forum(cast), clock)
    db.session.commit()

    def take(self: SmtpTransport, mail: Mail) -> Outcome:
        made.sent.append(mail)
        return Outcome()

    monkeypatch.setattr(SmtpTransport, "deliver", take)
    config = app.config["TSUDOI"].model_copy(update={"smtp_url": "smtp://mail.example"})
    monkeypatch.setitem(app.config, "TSUDOI", config)
    return made
