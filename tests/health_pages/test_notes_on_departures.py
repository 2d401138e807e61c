"""Whose departure a note is about: named where it is written and where it stands; a new departure rings anew."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from community.accounts.memberships import MembershipPeriod, write_periods
from community.health.situations import today
from models.accounts import Account
from models.base import db, transaction
from models.health import AlarmNote
from tests.cast import Cast
from tests.health.scenario import LONG_AGO, Company, ago, hire
from tests.health_pages.conftest import Read, rescore, stored
from tests.health_pages.test_briefing import emptied, fill_in, leave, left, two_carry

__all__ = ["emptied", "left", "two_carry"]  # fixtures


def address(account: Account, alarm: str = "left") -> str:
    return f"/accounts/{account.id}/alarms/{alarm}"


def note(staff: FlaskClient, account: Account, alarm: str = "left") -> None:
    path = address(account, alarm)
    assert staff.post(path, data=fill_in(staff, path, "確認しました")).status_code == 302


def ringing(account: Account, read: Read) -> list[str]:
    page = read(f"/accounts/{account.id}")
    return [str(heading["id"]).removeprefix("alarm-") for heading in page.select("section.alarm h2")]


def come_and_go(cast: Cast, *spans: tuple[int, int | None]) -> None:
    """Write when the one who carried A was there, in days ago."""
    periods = [MembershipPeriod(cast.a.id, ago(came), None if went is None else ago(went)) for came, went in spans]
    with transaction():
        write_periods(cast.owner, periods)
    rescore(cast.a)


def said_of(cast: Cast, name: str, days: int) -> str:
    return f"{getattr(cast, name).display_name}さん（{say(days)}）"


def say(days: int) -> str:
    year = "" if ago(days).year == today().year else f"{ago(days).year}年"
    return f"{year}{ago(days).month}月{ago(days).day}日"


# --- whom it names


def test_the_form_and_the_note_name_whose_departure_it_is(two_carry: Cast, staff: FlaskClient, read: Read) -> None:
    owner, colleague = said_of(two_carry, "owner", 5), said_of(two_carry, "colleague", 3)
    note(staff, two_carry.a)
    leave(two_carry.colleague, two_carry.a, ago(3))
    assert f"この記録は、次の人が離れたことについてです：{colleague}" in read(address(two_carry.a)).text
    note(staff, two_carry.a)
    said = [row.text for row in read(f"/accounts/{two_carry.a.id}").select("aside li[data-row]") if "確認" in row.text]
    assert [f"離れた人：{colleague}" in text for text in said] == [True, False]
    assert [f"離れた人：{owner}" in text for text in said] == [False, True]


def test_of_many_who_left_the_note_names_five(emptied: Cast, staff: FlaskClient, read: Read) -> None:
    note(staff, emptied.a, "empty")
    (written,) = db.session.query(AlarmNote)
    people = [hire(Company(emptied.b), ago(10)) for _ in range(4)]
    written.leavers += "".join(f" {person.id}:2020-01-01" for person in people)
    db.session.flush()
    assert len(written.leavers.split()) == 7
    assert "ほか2人" in read(f"/accounts/{emptied.a.id}").select("aside")[0].text


# --- what rings anew


@pytest.mark.parametrize("went", [1, 0])
def test_who_came_back_and_left_before_the_day_of_the_note_or_on_it_rings_again(
    left: Cast, staff: FlaskClient, read: Read, went: int
) -> None:
    note(staff, left.a)
    come_and_go(left, (LONG_AGO.days, 5), (3, went))
    assert ringing(left.a, read) == ["left"]
    assert said_of(left, "owner", went) in read(address(left.a)).text
    note(staff, left.a)
    assert ringing(left.a, read) == []


@pytest.mark.parametrize("went", [9, 1])
def test_a_corrected_day_is_the_same_departure(left: Cast, staff: FlaskClient, read: Read, went: int) -> None:
    note(staff, left.a)
    come_and_go(left, (LONG_AGO.days, went))
    assert stored(left.a).left_since == ago(went)
    assert ringing(left.a, read) == []


@pytest.mark.parametrize("spans", [[(LONG_AGO.days, 5), (3, 0)], [(LONG_AGO.days, 2)]])
def test_a_form_that_was_open_for_another_day_is_refused(
    left: Cast, staff: FlaskClient, spans: list[tuple[int, int | None]]
) -> None:
    path = address(left.a)
    typed = fill_in(staff, path, "後任は神谷さん")
    come_and_go(left, *spans)
    answer = staff.post(path, data=typed)
    assert answer.status_code == 409
    assert "この知らせの中身が変わりました。" in answer.text
    assert said_of(left, "owner", spans[-1][1] or 0) in answer.text
    assert db.session.query(AlarmNote).all() == []


# --- a company without members


def test_a_corrected_day_is_the_same_emptiness(emptied: Cast, staff: FlaskClient, read: Read) -> None:
    note(staff, emptied.a, "empty")
    for member in (emptied.company_admin, emptied.colleague):
        with transaction():
            write_periods(member, [MembershipPeriod(emptied.a.id, ago(LONG_AGO.days), ago(3))])
    rescore(emptied.a)
    assert stored(emptied.a).empty_since == ago(3)
    assert ringing(emptied.a, read) == []


def test_a_note_on_an_empty_company_is_about_its_people(emptied: Cast, staff: FlaskClient, read: Read) -> None:
    note(staff, emptied.a, "empty")
    newcomer = hire(Company(emptied.a), today() - timedelta(days=1))
    db.session.flush()
    rescore(emptied.a)
    assert stored(emptied.a).left_since is not None
    assert ringing(emptied.a, read) == []
    with transaction():
        write_periods(newcomer, [MembershipPeriod(emptied.a.id, ago(1), today())])
    rescore(emptied.a)
    assert ringing(emptied.a, read) == ["empty"]


# --- where nothing rings


def test_a_contract_that_is_over_takes_no_note(left: Cast, staff: FlaskClient) -> None:
    path = address(left.a)
    typed = fill_in(staff, path, "後任は神谷さん")
    left.a.contract_ended_on = ago(2)
    db.session.flush()
    rescore(left.a)
    assert staff.get(path).status_code == 404
    answer = staff.post(path, data=typed)
    assert answer.status_code == 409
    assert "この知らせは当てはまらなくなりました。" in answer.text
    assert db.session.query(AlarmNote).all() == []


def test_where_only_the_mark_is_left_a_note_stops_nothing_and_says_so(
    left: Cast, staff: FlaskClient, read: Read
) -> None:
    path = address(left.a)
    come_and_go(left, (LONG_AGO.days, 90))
    assert stored(left.a).left_since == ago(90)
    assert ringing(left.a, read) == []
    links = f"main a[href='{path}']"
    assert [link.text for link in read(f"/accounts/{left.a.id}").select(links)] == ["確かめたことを記録する"]
    form = read(path).select_one("main form")
    assert form is not None
    assert "知らせ" not in form.text
    note(staff, left.a)
    page = read(f"/accounts/{left.a.id}")
    assert "もういない人の分です。" in page.text
    assert "確認しました" in page.text
    assert page.select(links) == []


def test_what_is_noted_is_not_asked_for_again(left: Cast, staff: FlaskClient) -> None:
    note(staff, left.a)
    assert staff.get(address(left.a)).status_code == 404


def test_who_is_erased_is_not_named(left: Cast, staff: FlaskClient, read: Read) -> None:
    note(staff, left.a)
    left.owner.erased_at = stored(left.a).scored_at
    db.session.flush()
    (said,) = [row for row in read(f"/accounts/{left.a.id}").select("aside li[data-row]") if "確認" in row.text]
    assert f"離れた人：退会した人（{say(5)}）" in BeautifulSoup(str(said), "html.parser").text
