"""The account page about people: who left, who moved, what an alarm says, and figures of a day that is over."""

import re
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup

from blueprints.health.account_alarms import find_leaving_days
from blueprints.health.breakdown import PersonRow
from blueprints.health.departures import tell_who_left
from blueprints.health.reasons import BAND_REASONS
from community.accounts import memberships
from community.accounts.names import MemberName
from community.health.presence import BandReason, Departure
from community.ledger import reassignment
from models.accounts import Account, Member, Membership
from models.base import db, transaction
from tests.cast import Cast
from tests.health.scenario import act, ago, process
from tests.health_pages.conftest import Read, rescore, stored
from tests.health_pages.test_account import in_tenths, one, one_link, one_text

pytestmark = pytest.mark.one_database

# --- alarms: what they say, with the names and days that only this page knows


@pytest.mark.usefixtures("year")
def test_a_silence_is_about_what_people_begin_themselves(cast: Cast, read: Read) -> None:
    """B answers what others begin; its alarm says so, and never that nothing happens."""
    act(cast.stranger, "seminar_attended", ago(12), 70)
    act(cast.stranger, "mail_clicked", ago(3), 71)
    process()
    alarm = one(read(f"/accounts/{cast.b.id}"), ".alarm")
    assert one_text(alarm, "h2") == "自分からの行動が途絶えた"
    day = ago(100)
    assert re.search(
        rf"自分から始めた行動が\d+営業日ありません（最後は{day.month}月{day.day}日の登壇）。"
        r"この1年でいちばん長かった間は\d+営業日でした。そのあとは、セミナーへの参加、メールのクリックがあります。",
        alarm.text,
    )


@pytest.mark.usefixtures("year")
def test_who_did_not_come_has_not_reacted(cast: Cast, read: Read) -> None:
    act(cast.stranger, "registered_not_come", ago(3), 70)
    process()
    assert "そのあとは" not in one(read(f"/accounts/{cast.b.id}"), ".alarm").text


def leave(member: Member, day: date) -> None:
    membership = db.session.query(Membership).filter_by(member_id=member.id, until_day=None).one()
    with transaction():
        membership.until_day = day


@pytest.mark.usefixtures("year")
def test_the_alarm_names_who_left(cast: Cast, read: Read) -> None:
    leave(cast.company_admin, ago(5))
    rescore(cast.a)
    day = ago(5)
    named = f"{cast.company_admin.family_name}さん（{day.month}月{day.day}日）"
    said = one(read(f"/accounts/{cast.a.id}"), "#alarm-left ~ .lead").text
    assert said.startswith(f"{named}が離れました。点の")
    leave(cast.colleague, ago(5))
    rescore(cast.a)
    assert f"{named}ほか1人が離れました。点の" in one(read(f"/accounts/{cast.a.id}"), "#alarm-left ~ .lead").text


def person(member_id: int, exact: float, departure: Departure | None) -> PersonRow:
    return PersonRow(member_id, 0, exact, 0.0, (), departure=departure, is_new=False, near_cap=False, is_active=False)


def test_who_left_the_family_and_holds_something_may_be_why_an_alarm_rings() -> None:
    day, later = date(2026, 8, 4), date(2026, 11, 27)
    gone, inside, on = (
        Departure(day, 7, is_inside_family=False, left_family_on=day),
        Departure(day, 8, is_inside_family=True),
        Departure(day, 8, is_inside_family=True, left_family_on=later),
    )
    rows = [
        person(1, 9.0, inside),
        person(2, 5.0, gone),
        person(3, 4.0, None),
        person(4, 0.5, gone),
        person(5, 2.0, on),
    ]
    assert find_leaving_days(rows) == {1: None, 2: day, 5: later}


@pytest.mark.usefixtures("app")
def test_who_left_on_the_day_of_the_alarm_is_named_before_those_who_hold_more() -> None:
    day, later = date(2026, 8, 4), date(2026, 11, 27)
    names = {n: MemberName(n, family, "", "", None) for n, family in ((1, "榊原"), (2, "安藤"), (3, "神谷"))}
    days = {1: day, 3: None, 2: later}
    assert tell_who_left(days, names, later) == "安藤さん（11月27日）ほか1人が離れました。"
    assert tell_who_left(days, names, day) == "榊原さん（8月4日）ほか1人が離れました。"
    assert tell_who_left({3: None}, names, day) == ""


@pytest.mark.usefixtures("year")
def test_the_alarm_names_nobody_who_was_erased(cast: Cast, read: Read) -> None:
    leave(cast.company_admin, ago(5))
    rescore(cast.a)
    cast.company_admin.erased_at = cast.company_admin.created_at + timedelta(days=300)
    db.session.flush()
    said = one(read(f"/accounts/{cast.a.id}"), "#alarm-left ~ .lead").text
    assert said.startswith("退会した人（")


@pytest.mark.usefixtures("year")
def test_a_fall_is_told_in_figures_once(cast: Cast, read: Read) -> None:
    score = stored(cast.a)
    score.falling, score.behavior_30 = True, 90.0
    db.session.flush()
    short = "30日で20点以上下がると知らせます。何が減ったかは、下にあります。"
    assert one(read(f"/accounts/{cast.a.id}"), "#alarm-fell ~ .lead").text == short
    full = one(read(f"/accounts/{cast.a.id}", since=7), "#alarm-fell ~ .lead").text
    assert full.startswith("30日で90.0から")


def test_a_good_score_of_one_person_at_work_says_what_is_counted() -> None:
    assert str(BAND_REASONS[BandReason.ONE_ACTIVE]) == "自分から動いた人が1人だけです（最近90日間）"


# --- who left


@pytest.mark.usefixtures("year")
def test_bars_and_figures_of_those_who_left_agree(cast: Cast, read: Read) -> None:
    leave(cast.company_admin, ago(5))
    rescore(cast.a)
    page = read(f"/accounts/{cast.a.id}")
    shown = [in_tenths(each.text) for each in page.select(".without-leavers .n")]
    score, held, present = shown
    rows = [in_tenths(row.select(".n")[0].text) for row in page.select(".people-bars li") if "に離れた" in row.text]
    assert held == sum(rows)
    rest = float(str(page.select(".without-leavers .bar-fill")[0]["width"]))
    whole = float(str(page.select(".without-leavers svg")[0]["width"]))
    assert rest / whole == pytest.approx(1 - held / score, abs=0.01)
    assert present > score - held
    assert "メンバーだけで計算した値は、引き算した値より大きくなります。" in page.text


@pytest.mark.usefixtures("year")
def test_a_departure_stands_on_the_line(cast: Cast, read: Read) -> None:
    leave(cast.company_admin, ago(5))
    rescore(cast.a)
    page = read(f"/accounts/{cast.a.id}", span=90)
    (event,) = [each for each in page.select(".chart-events li") if "離れた" in each.text]
    assert f"{ago(5).month}/{ago(5).day}" in event.text
    assert f"{cast.company_admin.family_name}さんが離れた" in event.text
    assert str(one_link(event)["href"]) == f"/accounts/{cast.a.id}/acts?member={cast.company_admin.id}"


@pytest.mark.usefixtures("year")
def test_all_who_leave_on_one_day_stand_on_the_line(cast: Cast, read: Read) -> None:
    for person in (cast.owner, cast.company_admin):
        leave(person, ago(5))
    rescore(cast.a)
    page = read(f"/accounts/{cast.a.id}", span=90)
    (event,) = [each for each in page.select(".chart-events li") if "離れた" in each.text]
    assert "2人が離れた" in event.text
    assert str(one_link(event)["href"]) == "#left"
    assert len(page.select("#left [data-row]")) == 2


@pytest.mark.usefixtures("year")
def test_who_went_to_a_company_has_moved_and_is_no_newcomer(cast: Cast, read: Read) -> None:
    moved, left = ago(12), ago(30)
    transfer(cast.company_admin, cast.b, moved, cast.cs)
    rescore(cast.a)
    page = read(f"/accounts/{cast.a.id}", since=90, span=90)
    assert f"{cast.company_admin.family_name}さんが異動" in one(page, ".chart-events").text
    leave(cast.owner, left)
    rescore(cast.a)
    tags = {tag.text for tag in read(f"/accounts/{cast.a.id}", since=90).select("#left .tag")}
    assert tags == {f"{moved.month}月{moved.day}日に異動", f"{left.month}月{left.day}日に離れた"}


def transfer(member: Member, company: Account, day: date, by: Member) -> None:
    with transaction():
        reassignment.carry_out(memberships.plan_transfer(member, company, day), by=by, reason="転職")
    process()


@pytest.mark.usefixtures("year")
def test_a_backdated_move_is_told_as_a_move(cast: Cast, read: Read) -> None:
    """The owner's meetup of 60 days ago moves with them; nobody withdrew it, and it is not late."""
    transfer(cast.owner, cast.b, ago(70), cast.cs)
    name = cast.owner.family_name
    for page in (old := read(f"/accounts/{cast.a.id}"), new := read(f"/accounts/{cast.b.id}")):
        assert "行動力は" in one(page, ".why .lead").text
    side = one(old, ".page-side").text
    assert f"{name}さんの行動4件が、ほかの会社に移りました。" in side  # a meetup, two replies, a mail
    assert "取り消された行動が1件あります。" in side  # the colleague's, which really was withdrawn
    assert f"ほかの会社に移った{name}さんの行動1件で" in one(old, ".why .lead").text
    assert f"{name}さんの行動1件が、ほかの会社から移ってきました。" in one(new, ".page-side").text
    assert f"移ってきた{name}さんの行動1件" in one(new, ".why .lead").text
    assert "遅れて届いた記録" not in one(new, ".page-side").text


# --- figures of a day that is over


@pytest.mark.usefixtures("year")
def test_of_a_company_that_everybody_left_the_last_figures_have_their_day(cast: Cast, read: Read) -> None:
    for person in (cast.owner, cast.colleague, cast.company_admin):
        leave(person, ago(5))
    rescore(cast.a)
    page = read(f"/accounts/{cast.a.id}", since=30)
    last = f"{ago(6).month}月{ago(6).day}日"
    box = page.select(".axis-box")[2].get_text(" ", strip=True)
    assert box.startswith(f"最後の行動力（{last}）")
    assert "判定不能" in box
    check_no_word_of_today(page)
    assert last in [cell.get_text(strip=True) for cell in page.select(".breakdown thead th")]
    assert "いまはメンバーがいません。" in page.text
    assert len(page.select(".without-leavers .n")) == 2  # nobody is there to be compared with


def check_no_word_of_today(page: BeautifulSoup) -> None:
    shown = " ".join(
        part.get_text(" ", strip=True) for part in page.select(".axes, .why, figure, .breakdown, .without")
    )
    assert "最後の行動力" in shown
    for word in ("きょう", "きのう", "この30日", "この90日", "いまの", "直近"):
        assert word not in shown, word


@pytest.mark.usefixtures("year")
def test_after_the_end_of_a_contract_nothing_is_told_as_present(cast: Cast, read: Read) -> None:
    cast.a.contract_ended_on = ago(10)
    db.session.flush()
    rescore(cast.a)
    page = read(f"/accounts/{cast.a.id}", since=30)
    check_no_word_of_today(page)
    assert "終わりの90日に活動した人" in page.text
    assert "活動中の人" not in page.text
    day = ago(10)
    assert f"数字は、{day.year}年{day.month}月{day.day}日のものです。" in page.text


@pytest.mark.usefixtures("year")
def test_the_last_act_is_told_from_today_after_the_end_of_a_contract(cast: Cast, read: Read) -> None:
    cast.b.contract_ended_on = ago(10)
    db.session.flush()
    rescore(cast.b)
    assert "（100日前）です。" in one(read(f"/accounts/{cast.b.id}", since=30), ".why .lead").text
