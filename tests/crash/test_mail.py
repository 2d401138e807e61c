"""A reply in a topic that five hundred people follow: each is mailed, once by Message-ID, whenever the worker dies."""

import email
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Literal

import pytest
import sqlalchemy as sa

from community.signin.passwords import SAMPLE_PASSWORD
from models.accounts import Account, Member
from models.base import now
from models.forums import Audience, Category, Topic
from models.mail import Mail
from models.notifications import Notification
from tests.crash.visitor import Visitor
from tests.mail.smtp import Server, serving
from tests.mailings.crowd import add_crowd
from tests.processes import Installation

CROWD = 500
AUTHOR = "tadokoro@tomoura.example.jp"
BODY = {"body": "みなさん、更新しました。", "form_key": "0b8f6f0e-6f5e-4b58-9d2b-6b8f2f1d9a10"}
# How many the server has taken when the worker is killed; 0: as soon as the reply is there.
ONCE, OFTEN = (100,), (0, 60, 250)
PATIENCE_SECONDS = 180


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("kind", "kills"),
    [
        ("embedded", ONCE),
        pytest.param("embedded", OFTEN, marks=pytest.mark.long),
        pytest.param("production", OFTEN, marks=pytest.mark.long),
    ],
)
def test_each_of_five_hundred_is_mailed_once(
    kind: Literal["embedded", "production"], kills: tuple[int, ...], tmp_path: Path
) -> None:
    with serving() as server:
        settings = {"TSUDOI_SMTP_URL": server.url, "TSUDOI_MAIL_FROM": "no-reply@example.jp"}
        with Installation(kind, tmp_path, demo=True, settings=settings) as installation:
            topic_id, begun = gather_crowd(installation), now()
            assert Visitor(installation.url(), AUTHOR, SAMPLE_PASSWORD).send(f"/forums/topics/{topic_id}/posts", BODY)
            for taken in kills:
                wait_until(installation, lambda taken=taken: len(server.taken) >= taken)
                installation.kill("worker")
                give_up_claims(installation)
            wait_until(installation, lambda: len(received(server)) >= CROWD)
            check(installation, server, begun)


def gather_crowd(installation: Installation) -> int:
    """Five hundred people of one company follow a topic that they may read; say which."""
    with installation.database() as database:
        open_to_them = sa.select(Topic.id).join(Category, Category.id == Topic.category_id)
        topic_id = database.scalar(open_to_them.where(Category.readers == Audience.PUBLIC, Topic.hidden_at.is_(None)))
        account_id = database.scalar(sa.select(Account.id).where(Account.name == "株式会社北浜精工"))
        assert topic_id
        assert account_id
        add_crowd(database, topic_id, account_id, CROWD)
        return topic_id


def give_up_claims(installation: Installation) -> None:
    """As if the minutes had passed for which a mail waits for a sender that has died."""
    with installation.database() as database:
        database.execute(sa.update(Mail).where(Mail.can_wait, Mail.next_try > now()).values(next_try=now()))


def wait_until(installation: Installation, done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not done():
        assert time.monotonic() < deadline, installation.logs()
        time.sleep(0.05)


def received(server: Server) -> dict[str, str]:
    """To whom the crowd's mails were, by Message-ID: a second copy counts as the same."""
    mails = [email.message_from_bytes(taken) for taken in list(server.taken)]
    return {str(m["Message-ID"]): str(m["To"]) for m in mails if str(m["To"]).startswith("crowd")}


def check(installation: Installation, server: Server, begun: datetime) -> None:
    mailed = received(server)
    assert len(mailed) == len(set(mailed.values())) == CROWD
    with installation.database() as database:
        crowd = Member.handle.like("crowd%")
        told = sa.select(Notification.member_id).join(Member, Member.id == Notification.member_id)
        people = database.scalars(told.where(crowd, Notification.at > begun)).all()
        assert len(people) == len(set(people)) == CROWD
        assert database.scalar(sa.select(sa.func.count()).where(Mail.to_address.like("crowd%"))) == CROWD
