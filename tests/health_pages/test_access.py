"""Scores are for the people who act on them; everybody else meets a closed door."""

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from community.health import queries
from models.accounts import Account, AccountKind
from models.base import db
from models.health import AccountScore, AlarmNote
from tests.cast import Cast
from tests.health.scenario import ago
from tests.health_pages.conftest import Read, rescore, signed_in, stored

MAY_SEE = {"community_manager", "cs", "administrator"}
PAGES = (
    "/accounts",
    "/accounts?view=table",
    "/accounts.csv",
    "/accounts/{id}",
    "/accounts/{id}/acts",
    "/accounts/{id}/updates",
)

pytestmark = pytest.mark.usefixtures("year")


def test_only_people_who_work_with_scores_see_them(app: Flask, cast: Cast) -> None:
    for name, member in cast.people().items():
        if name != "suspended":
            client = signed_in(app, member)
            statuses = {page: client.get(page.format(id=cast.a.id)).status_code for page in PAGES}
            assert statuses == dict.fromkeys(PAGES, 200 if name in MAY_SEE else 403), name


def test_guests_are_asked_to_sign_in(client: FlaskClient, cast: Cast) -> None:
    for page in PAGES:
        response = client.get(page.format(id=cast.a.id))
        assert response.status_code == 302
        assert "/sign-in" in response.location


def test_an_account_that_is_no_customer_has_no_score(cast: Cast, read: Read, staff: FlaskClient) -> None:
    others: list[Account] = [cast.prospect_account, cast.partner_account, cast.vendor]
    for account in others:
        page = read(f"/accounts/{account.id}")
        assert account.name in page.h1.text  # type: ignore[union-attr]
        assert page.select(".axis-box, .breakdown, svg.hbar, .chart, data") == []
        assert staff.get(f"/accounts/{account.id}/acts").status_code == 404
        assert staff.get(f"/accounts/{account.id}/updates").status_code == 404
        assert account.name not in read("/accounts", view="table").main.text  # type: ignore[union-attr]


def test_an_account_that_was_a_customer_has_no_score_either(cast: Cast, staff: FlaskClient) -> None:
    """Its row stays, with alarms that were true."""
    addresses = [f"/accounts/{cast.a.id}/{page}" for page in ("acts", "updates", "alarms/left")]
    db.session.execute(sa.update(AccountScore).values(left_since=ago(5), left_unnoted_since=ago(5)))
    assert [staff.get(address).status_code for address in addresses] == [200, 200, 200]
    cast.a.kind = AccountKind.PARTNER
    db.session.flush()
    rescore(cast.a)
    assert stored(cast.a).left_since == ago(5)
    assert [staff.get(address).status_code for address in addresses] == [404, 404, 404]
    assert staff.post(addresses[2], data={"note": "後任は神谷さん"}).status_code == 404
    assert db.session.scalars(sa.select(AlarmNote)).all() == []
    assert queries.behaviors_of([cast.a.id, cast.b.id]).keys() == {cast.b.id}


def test_there_is_no_such_account(staff: FlaskClient) -> None:
    for number in ("99999999", "9" * 23):
        for address in (f"/accounts/{number}", f"/accounts/{number}/acts", f"/accounts/{number}/updates"):
            assert staff.get(address).status_code == 404


def test_addresses_that_make_no_sense_are_answered(cast: Cast, read: Read) -> None:
    nonsense = {
        "csm": "x",
        "segment": "?",
        "stage": "<b>",
        "renewal": "9" * 30,
        "group": "0",
        "sort": "'",
        "page": "-1",
    }
    assert cast.a.name in read("/accounts", view="table", **nonsense).text
    read(f"/accounts/{cast.a.id}", since="-5", span="9" * 40)
    acts = f"/accounts/{cast.a.id}/acts"
    read(acts, kind="?", member="²", day="0001-01-01", since="9" * 30, as_of="9999-12-31", part="x")
    read(acts, since="999999999", part="new", account_id="7", _external="1", page="0")


def test_a_partners_page_stands_under_the_list_of_companies(cast: Cast, staff: FlaskClient, read: Read) -> None:
    partner = cast.partner_account
    above = read(f"/accounts/{partner.id}").select_one(".breadcrumb a")
    assert above is not None
    assert above.text == "会社一覧"
    assert partner.name in staff.get(str(above["href"])).text
