"""However many companies there are, the pages of customer success stay small."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from community.health.publishing import ensure_first_policy
from community.health.situations import today
from models.accounts import Account, AccountKind
from models.base import db, now
from models.health import AccountScore
from tests.cast import Cast

pytestmark = pytest.mark.one_database

MANY, FEW = 5000, 290
LARGEST = 400_000
"""Bytes of a page."""

PAGES = ("/staff/today?all=1", "/accounts", "/accounts?group=moving", "/accounts?view=table&sort=alerts&order=desc")


def found_many(count: int) -> None:
    """Companies all of which ring, with a place in the matrix; half of them rise, half have fallen."""
    ensure_first_policy()
    common = {"kind": AccountKind.CUSTOMER, "licences": 100}
    named = [{"name": f"第{n:04}北関東情報システム株式会社", "reading": f"ダイ{n}", **common} for n in range(count)]
    ids = db.session.scalars(sa.insert(Account).returning(Account.id), named).all()
    scored = {"day": today(), "read_to": 0, "policy_version": 1, "momentum": 1.0, "band": "watch", "scored_at": now()}
    rising, falling = {"behavior": 90.0, "behavior_30": 60.0}, {"behavior": 40.0, "behavior_30": 70.0}
    gone_on = today() - timedelta(days=3)
    left = {"left_since": gone_on, "left_unnoted_since": gone_on, "leavers_share": 0.5, "behavior_of_present": 20.0}
    db.session.execute(
        sa.insert(AccountScore),
        [{"account_id": i, **scored, **(rising if i % 2 else falling), **left, "falling": not i % 2} for i in ids],
    )
    db.session.flush()


@pytest.mark.parametrize("count", [MANY, FEW])
@pytest.mark.usefixtures("cast")
def test_pages_stay_small(staff: FlaskClient, count: int) -> None:
    found_many(count)
    sizes = {page: len(staff.get(page).data) for page in PAGES}
    assert max(sizes.values()) <= LARGEST, sizes


def test_what_is_not_listed_is_counted_and_stands_in_the_table(staff: FlaskClient, cast: Cast) -> None:
    found_many(MANY)
    page = BeautifulSoup(staff.get("/staff/today?all=1").text, "html.parser")
    assert len(page.select(".calls > li")) == 30
    assert "5000社" in page.h1.text  # type: ignore[union-attr]
    ways = [str(link["href"]) for link in page.select("main .more") if "すべてを表で見る" in link.text]
    assert ways == [
        "/accounts?view=table&alert=any&sort=alerts&order=desc",
        "/accounts?view=table&sort=change&order=desc",
    ]
    for way in ways:
        assert len(BeautifulSoup(staff.get(way).text, "html.parser").select("tbody tr")) == 100
