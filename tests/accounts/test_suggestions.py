"""Whom the list beside the caret offers after @."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from community.accounts import actions, rules
from community.accounts.suggestions import MOST, suggest_people
from models.base import db, now, today, transaction
from tests.cast import Cast, make_cast
from tests.joining.test_invitations import signed_in
from tests.signing_in import session_of


@pytest.fixture
def named(cast: Cast) -> Cast:
    cast.stranger.family_reading, cast.stranger.given_reading = "ベップ", "ナオキ"
    cast.third.family_reading, cast.third.given_reading = "ちば", "みさき"
    db.session.flush()
    return cast


def handles(typed: str, cast: Cast) -> list[str]:
    return [person.handle for person in suggest_people(typed, cast.owner)]


def offered(client: FlaskClient, typed: str) -> list[dict[str, str]]:
    """What the page's script is given."""
    answer = client.get("/people/suggest", query_string={"q": typed}).json
    assert isinstance(answer, list)
    return answer


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("別府", "stranger"),
        ("別府直", "stranger"),
        ("別府 直樹", "stranger"),
        ("直樹", "stranger"),
        ("べっぷ", "stranger"),
        ("ﾍﾞｯ", "stranger"),
        ("べっﾌﾟ", "stranger"),
        ("なお", "stranger"),
        ("チバ", "third"),
        ("みさ", "third"),
        ("ＳＴＲＡ", "stranger"),
        ("Third", "third"),
    ],
)
def test_people_are_found_by_name_reading_and_handle(named: Cast, typed: str, found: str) -> None:
    assert handles(typed, named) == [found]


@pytest.mark.parametrize("kept", ["べっぷ", "ベップ", "ﾍﾞｯﾌﾟ"])
@pytest.mark.parametrize("typed", ["べっ", "ベッ", "ﾍﾞｯ", "べっぷなお"])
def test_a_reading_is_found_however_it_is_kept(named: Cast, kept: str, typed: str) -> None:
    given = {"べっぷ": "なおき", "ベップ": "ナオキ", "ﾍﾞｯﾌﾟ": "ﾅｵｷ"}[kept]
    named.stranger.family_reading, named.stranger.given_reading = kept, given
    db.session.flush()
    assert handles(typed, named) == ["stranger"]


@pytest.mark.parametrize("kept", ["Smith", "ＳＭＩＴＨ", "Ｓｍｉｔｈ"])
def test_a_latin_name_is_found_in_any_width(named: Cast, kept: str) -> None:
    named.stranger.family_name = kept
    db.session.flush()
    assert handles("smi", named) == handles("Ｓｍｉ", named) == ["stranger"]


@pytest.mark.parametrize("typed", ["", " ", "　", "%", "_", "\\", "別_", "x" * 200, "樹", "\x00", "'--"])
def test_what_nobody_is_called_finds_nobody(named: Cast, typed: str) -> None:
    assert handles(typed, named) == []


def test_the_handle_itself_comes_first(named: Cast) -> None:
    for handle in ("co", "coaa"):
        reading = "ア" if handle == "coaa" else "ン"
        member = actions.add_member(f"{handle}@a.example", handle, "小", family_reading=reading)
        actions.join_account(member, named.a, now().date())
    assert handles("co", named)[0] == "co"
    assert "coaa" in handles("co", named)


def test_family_names_come_before_given_names(named: Cast) -> None:
    naoe = actions.add_member("naoe@b.example", "naoe", "直江", family_reading="ンン")
    actions.join_account(naoe, named.b, now().date())
    assert handles("直", named) == ["naoe", "stranger"]


def test_erased_people_and_oneself_are_not_offered(named: Cast) -> None:
    named.stranger.erased_at = now()
    db.session.flush()
    assert handles("べっぷ", named) == []
    assert handles("owner", named) == []


def test_suspended_people_are_not_offered_until_they_are_back(named: Cast) -> None:
    named.stranger.suspended_until = now() + timedelta(days=1)
    db.session.flush()
    assert handles("べっぷ", named) == []
    named.stranger.suspended_until = now() - timedelta(days=1)
    db.session.flush()
    assert handles("べっぷ", named) == ["stranger"]


def test_who_has_left_or_whose_contract_is_over_is_not_offered(named: Cast) -> None:
    last_day = today() - timedelta(days=rules.FAREWELL_DAYS)
    named.b.contract_ended_on = last_day
    db.session.flush()
    assert handles("べっぷ", named) == ["stranger"]
    named.b.contract_ended_on = last_day - timedelta(days=1)
    db.session.flush()
    assert handles("べっぷ", named) == []
    actions.add_member("left@b.example", "left", "別所")
    assert handles("left", named) == []


def test_a_prospect_is_offered_the_vendors_people_however_many_customers_fit(named: Cast) -> None:
    for n in range(MOST):
        member = actions.add_member(f"aa{n}@b.example", f"aa{n}", "足立", family_reading="アア")
        actions.join_account(member, named.b, today())
    named.cs.family_reading = "アン"
    db.session.flush()
    assert [person.handle for person in suggest_people("あ", named.prospect)] == [named.cs.handle]


def test_other_companies_stay_unnamed(app: Flask, named: Cast) -> None:
    customer, staff = signed_in(app, named.owner), signed_in(app, named.cs)
    assert offered(customer, "べっぷ") == [{"name": "別府 直樹", "handle": "stranger", "note": "卸売業・50〜99名"}]
    assert offered(customer, "colleague")[0]["note"] == named.a.name
    assert offered(staff, "べっぷ")[0]["note"] == named.b.name
    assert offered(customer, "") == []


def test_few_names_and_one_query_however_many_fit(app: Flask, named: Cast) -> None:
    client = signed_in(app, named.owner)
    client.get("/")  # a new session is asked whether there are terms to agree to
    one = queries_of(client, "stranger")
    for n in range(20):
        member = actions.add_member(f"many{n}@b.example", f"many{n}", "多田", family_reading="タダ")
        actions.join_account(member, named.b, now().date())
    assert len(handles("ただ", named)) == MOST
    client.get("/healthz")  # what was written is behind us
    assert queries_of(client, "ただ") == one


def queries_of(client: FlaskClient, typed: str) -> int:
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    engine = db.session.connection().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert client.get("/people/suggest", query_string={"q": typed}).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return count


def test_nobody_writes_off_the_list_of_members(make_app: Callable[..., Flask]) -> None:
    app = make_app(rate_limits=True)
    with app.app_context():
        with transaction():
            owner = make_cast(db.session).owner
        client = app.test_client()
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = session_of(owner), True
        db.session.remove()
    answers = [client.get("/people/suggest?q=").status_code for _ in range(121)]
    assert answers == [200] * 120 + [429]
