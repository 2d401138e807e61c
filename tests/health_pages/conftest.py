"""What the pages of the health room are tried with: a year of acts of the cast, processed and written down."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from community.health import actions, snapshots
from community.health.situations import today
from models.accounts import Account, Member
from models.base import db, transaction
from models.health import AccountScore
from models.ledger import Signal
from tests.cast import PASSWORD, Cast
from tests.health.scenario import Company, act, ago, hire, process, withdraw

Read = Callable[..., BeautifulSoup]


def take_snapshots(*accounts: Account) -> None:
    with transaction():
        snapshots.take_snapshots([account.id for account in accounts], today() - timedelta(days=1))


def rescore(*accounts: Account) -> None:
    with transaction():
        actions.rescore([account.id for account in accounts], today())


DAYS_WRITTEN_DOWN = 100
"""What the pages look back at in these tests, and a little more; a whole year would only take longer."""


@pytest.fixture
def year(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> dict[str, Signal]:
    """A: three people, several kinds, on many days, one act withdrawn. B: three people, silent. C: nothing at all."""
    monkeypatch.setattr(snapshots, "BACKFILL_DAYS", DAYS_WRITTEN_DOWN)
    done = {
        "talk": act(cast.owner, "talk_given", ago(200), 1),
        "old_reply": act(cast.colleague, "reply_posted", ago(120), 2),
        "meetup": act(cast.owner, "meetup_attended", ago(60), 3),
        "meetup_too": act(cast.colleague, "meetup_attended", ago(60), 3),
        "question": act(cast.company_admin, "topic_opened", ago(20), 4),
        "reply": act(cast.owner, "reply_posted", ago(2), 5),
        "reply_twice": act(cast.owner, "reply_posted", ago(2), 6),
        "spam": act(cast.colleague, "reply_posted", ago(5), 7),
        "mail": act(cast.owner, "mail_opened", ago(1), 8),
        "b_talk": act(cast.stranger, "talk_given", ago(100), 9),
    }
    others = Company(cast.b)
    for age in (102, 104, 106, 108):
        act(hire(others) if age > 104 else cast.stranger, "topic_opened", ago(age), age)
    process()
    take_snapshots(cast.a, cast.b, cast.c)
    done["story"] = act(cast.company_admin, "story_published", today(), 10)
    done["late"] = act(cast.colleague, "seminar_attended", ago(40), 11)
    withdraw(done["spam"])
    process()
    rescore(cast.a, cast.b, cast.c)
    return done


def signed_in(app: Flask, member: Member) -> FlaskClient:
    client = app.test_client()
    client.post("/sign-in", data={"email": member.email, "password": PASSWORD})
    return client


@pytest.fixture
def staff(app: Flask, cast: Cast) -> FlaskClient:
    """CS, signed in."""
    return signed_in(app, cast.cs)


@pytest.fixture
def read(staff: FlaskClient) -> Read:
    """Read a page as CS."""

    def _read(path: str, **query: str | int) -> BeautifulSoup:
        response = staff.get(path, query_string=query or None)
        assert response.status_code == 200, path
        return BeautifulSoup(response.text, "html.parser")

    return _read


def stored(account: Account) -> AccountScore:
    score = db.session.get(AccountScore, account.id, populate_existing=True)
    assert score is not None
    return score
