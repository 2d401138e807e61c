"""The day of customer success: whom to call, who left, who rises; and the note with which an alarm stops."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from community.accounts.memberships import MembershipPeriod, write_periods
from community.health import actions
from community.health.publishing import ensure_first_policy
from community.health.situations import today
from models.accounts import Account, AccountKind, Member, Membership, StaffRole
from models.base import db, transaction
from models.health import AccountScore, AlarmNote
from models.ledger import Signal
from tests.cast import PASSWORD, Cast
from tests.health.scenario import LONG_AGO, Company, act, ago, found, hire, process
from tests.health.test_actions import counted_statements
from tests.health_pages.conftest import Read, rescore, signed_in, stored, take_snapshots

PAGE = "/staff/today"


@pytest.fixture
def left(cast: Cast, year: dict[str, Signal]) -> Cast:
    """The one who carried A went to C five days ago, and has acted there."""
    for n in range(5):
        act(cast.owner, "meetup_organised", ago(40 + n), 50 + n)
    with transaction():
        write_periods(
            cast.owner,
            [MembershipPeriod(cast.a.id, ago(LONG_AGO.days), ago(5)), MembershipPeriod(cast.c.id, ago(5))],
        )
    act(cast.owner, "topic_opened", ago(1), 90)
    process()
    rescore(cast.a, cast.b, cast.c)
    return cast


def items(page: BeautifulSoup, place: str) -> list[str]:
    return [item.get_text(" ", strip=True) for item in page.select(f"{place} [data-row]")]


@pytest.mark.usefixtures("year")
def test_the_most_urgent_first_each_with_its_reason(left: Cast, read: Read) -> None:
    page = read(PAGE)
    assert page.h1.text == "きょう声をかけるのは、2社です。"  # type: ignore[union-attr]
    first, second = items(page, ".calls")
    score = stored(left.a)
    assert left.a.name in first
    assert f"点の{score.leavers_share:.0%}は、もういない人の分です。" in first
    assert f"いまのメンバーだけなら{score.behavior_of_present:.1f}です。" in first
    assert left.b.name in second
    assert f"自分から始めた行動が{stored(left.b).silent_days}営業日ありません。" in second
    assert left.company_admin.display_name in first


def test_who_left_stands_with_where_to_and_both_scores(left: Cast, read: Read) -> None:
    page = read(PAGE)
    (company,) = page.select("[data-row]:has(.leavers)")
    (leaver,) = company.select(".leaver")
    assert left.owner.display_name in leaver.text
    assert [link["href"] for link in company.select("a")] == [
        f"/accounts/{left.a.id}#left",
        f"/accounts/{left.a.id}/acts?member={left.owner.id}",
        f"/accounts/{left.c.id}",
    ]
    assert read(f"/accounts/{left.a.id}").select_one("#left") is not None
    assert "移った先で、もう動きはじめています。" in leaver.text
    bars = [figure.text for figure in page.select(".without-leavers .n")]
    assert bars == [f"{stored(left.a).behavior:.1f}", f"{stored(left.a).behavior_of_present:.1f}"]


def test_a_company_that_several_have_left_is_one_item_with_its_scores_once(left: Cast, read: Read) -> None:
    with transaction():
        write_periods(left.colleague, [MembershipPeriod(left.a.id, ago(LONG_AGO.days), ago(3))])
    process()
    rescore(left.a)
    page = read(PAGE)
    (company,) = page.select("[data-row]:has(.leavers)")
    first, second = (leaver.text for leaver in company.select(".leaver"))
    assert left.owner.display_name in first
    assert left.colleague.display_name in second
    assert len(company.select(".without-leavers")) == 1
    call = items(page, ".calls")[0]
    # Who holds less, and left last: since then the alarm rings.
    assert f"{left.colleague.family_name}さん（{ago(3).month}月{ago(3).day}日）ほか1人が離れました。" in call


@pytest.mark.parametrize("kind", ["mail_opened", "mail_clicked", "seminar_attended"])
def test_what_others_begin_does_not_show_that_somebody_works_there(left: Cast, read: Read, kind: str) -> None:
    with transaction():
        write_periods(
            left.owner,
            [MembershipPeriod(left.a.id, ago(LONG_AGO.days), ago(5)), MembershipPeriod(left.b.id, ago(5))],
        )
    act(left.owner, kind, today(), 91)
    process()
    rescore(left.a, left.b)
    (company,) = read(PAGE).select("[data-row]:has(.leavers)")
    assert left.b.name in company.text
    assert "動きはじめています" not in company.text


def test_companies_that_rise_say_how_many_act(cast: Cast, read: Read) -> None:
    act(cast.owner, "reply_posted", ago(100), 1)
    process()
    take_snapshots(cast.a)
    for person in (cast.owner, cast.colleague, cast.company_admin):
        act(person, "talk_given", ago(2), person.id)
    process()
    rescore(cast.a)
    said = read(PAGE).select_one(".rise")
    assert said is not None
    assert cast.a.name in said.text
    assert "この90日で、活動中の人が1人から3人に。" in said.text


@pytest.mark.usefixtures("cast")
def test_companies_that_rise_beyond_three_are_folded_and_counted(read: Read) -> None:
    ensure_first_policy()
    for number in range(4):
        company = found(people=0)
        before, now = 40.0, 50.0 + number
        db.session.add(
            AccountScore(
                account_id=company.id, day=today(), read_to=0, policy_version=1, behavior=now, behavior_30=before
            )
        )
    db.session.flush()
    page = read(PAGE)
    changes = [item.get_text(" ", strip=True).split()[-1] for item in page.select(".rise")]
    assert changes == ["30日で＋13.0", "30日で＋12.0", "30日で＋11.0", "30日で＋10.0"]
    assert len(page.select("details .rise")) == 1
    assert "30日で5点以上の4社" in page.text


def test_bands_lead_to_the_table_of_their_companies(left: Cast, read: Read) -> None:
    left.b.csm_id = left.cs.id
    db.session.flush()
    for query in ({"all": 1}, {}):
        shown = read(PAGE, **query).select(".band-link")
        assert shown
        for link in shown:
            listed = read(str(link["href"])).select("tbody tr")
            assert len(listed) == int(link.b.text)  # type: ignore[union-attr]


def test_all_means_all_only_where_it_is_asked_for(left: Cast, read: Read) -> None:
    left.b.csm_id = left.cs.id
    db.session.flush()
    assert len(items(read(PAGE, all=0), ".calls")) == 1


def test_a_contract_that_is_over_counts_beside_the_others(left: Cast, read: Read) -> None:
    assert "契約企業 3社" in read(PAGE).text
    left.c.contract_ended_on = ago(2)
    db.session.flush()
    assert "契約企業 2社（ほかに契約終了1）" in read(PAGE).text
    assert "契約企業 2社（ほかに契約終了1）" in read("/accounts").text


def test_whoever_looks_after_companies_sees_their_own_first(left: Cast, read: Read) -> None:
    left.b.csm_id = left.cs.id
    db.session.flush()
    assert [left.b.name in item for item in items(read(PAGE), ".calls")] == [True]
    assert len(items(read(PAGE, all=1), ".calls")) == 2


def test_companies_whose_contract_is_over_are_not_called(left: Cast, read: Read) -> None:
    left.a.contract_ended_on = ago(2)
    db.session.flush()
    assert all(left.a.name not in item for item in items(read(PAGE), ".calls"))


def test_without_anything_that_rings_the_page_says_so(read: Read) -> None:
    page = read(PAGE)
    assert "急いで声をかける会社は" in page.h1.text  # type: ignore[union-attr]
    assert items(page, ".calls") == []


def test_more_companies_do_not_need_more_statements(left: Cast, staff: FlaskClient) -> None:
    numbers = []
    for ended in (ago(2), None):
        left.b.contract_ended_on = ended
        db.session.flush()
        staff.get(PAGE)
        with counted_statements() as said:
            staff.get(PAGE)
        numbers.append(len(said))
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize(
    ("role", "path"),
    [(StaffRole.CS, PAGE), (StaffRole.ADMINISTRATOR, "/"), (None, "/")],
)
def test_the_day_of_customer_success_begins_there(cast: Cast, app: Flask, role: StaffRole | None, path: str) -> None:
    person = {StaffRole.CS: cast.cs, StaffRole.ADMINISTRATOR: cast.administrator, None: cast.owner}[role]
    answer = app.test_client().post("/sign-in", data={"email": person.email, "password": PASSWORD})
    assert answer.headers["Location"] == path


# --- the note


def fill_in(client: FlaskClient, path: str, note: str) -> dict[str, str]:
    """Return what the form would send, as it is shown now."""
    form = BeautifulSoup(client.get(path).text, "html.parser").select_one("main form")
    assert form is not None
    hidden = {str(field["name"]): str(field["value"]) for field in form.select("input[type=hidden]")}
    return {**hidden, "note": note}


def test_an_alarm_stops_with_a_note_that_stays_on_the_page(left: Cast, staff: FlaskClient, read: Read) -> None:
    path = f"/accounts/{left.a.id}/alarms/left"
    assert read(f"/accounts/{left.a.id}").select_one("#alarm-left") is not None
    assert staff.post(path, data=fill_in(staff, path, " ")).status_code == 422
    assert staff.post(path, data=fill_in(staff, path, "後任は神谷さん")).status_code == 302
    page = read(f"/accounts/{left.a.id}")
    assert page.select_one("#alarm-left") is None
    assert "後任は神谷さん" in page.text
    assert all(left.a.name not in item for item in items(read(PAGE), ".calls"))
    assert left.a.name in read(PAGE).select("[data-row]:has(.leavers)")[0].text


def test_who_comes_second_is_told_and_keeps_what_they_wrote(left: Cast, app: Flask, staff: FlaskClient) -> None:
    path = f"/accounts/{left.a.id}/alarms/left"
    other = signed_in(app, left.administrator)
    typed = fill_in(other, path, "あと")
    staff.post(path, data=fill_in(staff, path, "はじめ"))
    answer = other.post(path, data=typed)
    assert answer.status_code == 422
    assert "ほかの人が先に記録しました。" in answer.text
    assert "あと</textarea>" in answer.text
    assert [note.note for note in db.session.query(AlarmNote)] == ["はじめ"]


def is_ringing(account: Account, read: Read) -> bool:
    return read(f"/accounts/{account.id}").select_one("#alarm-left") is not None


def leave(member: Member, account: Account, day: date) -> None:
    """Let somebody leave to nowhere, and score the account, as its pages do."""
    with transaction():
        write_periods(member, [MembershipPeriod(account.id, ago(LONG_AGO.days), day)])
    rescore(account)


@pytest.fixture
def two_carry(left: Cast) -> Cast:
    """A colleague of the one who left carries A as well."""
    for n in range(5):
        act(left.colleague, "meetup_organised", ago(40 + n), 70 + n)
    process()
    rescore(left.a)
    return left


@pytest.mark.parametrize("days", [5, 8, 0])
def test_a_note_is_about_those_who_had_left(two_carry: Cast, staff: FlaskClient, read: Read, days: int) -> None:
    """Of another who has left on the same day, before it or since nothing was noted."""
    path = f"/accounts/{two_carry.a.id}/alarms/left"
    staff.post(path, data=fill_in(staff, path, "後任は神谷さん"))
    assert not is_ringing(two_carry.a, read)
    leave(two_carry.colleague, two_carry.a, ago(days))
    assert is_ringing(two_carry.a, read)
    assert two_carry.a.name in items(read(PAGE), ".calls")[0]
    assert staff.post(path, data=fill_in(staff, path, "こちらも確認")).status_code == 302
    assert not is_ringing(two_carry.a, read)
    leave(two_carry.colleague, two_carry.a, ago(days + 1))  # the same departure, corrected
    assert not is_ringing(two_carry.a, read)


def test_who_came_back_and_left_again_rings_again(left: Cast, staff: FlaskClient, read: Read) -> None:
    path = f"/accounts/{left.a.id}/alarms/left"
    staff.post(path, data=fill_in(staff, path, "後任は神谷さん"))
    with transaction():
        for note in db.session.query(AlarmNote):
            note.at -= timedelta(days=4)
        came, left_on = MembershipPeriod(left.a.id, ago(LONG_AGO.days), ago(5)), ago(2)
        write_periods(left.owner, [came, MembershipPeriod(left.a.id, ago(3), left_on)])
    rescore(left.a)
    assert is_ringing(left.a, read)


def test_a_form_that_was_open_while_another_left_is_refused_and_says_who(
    two_carry: Cast, staff: FlaskClient, read: Read
) -> None:
    path = f"/accounts/{two_carry.a.id}/alarms/left"
    typed = fill_in(staff, path, "後任は神谷さん")
    leave(two_carry.colleague, two_carry.a, today())
    answer = staff.post(path, data=typed)
    assert answer.status_code == 409
    assert f"{two_carry.colleague.display_name}さんも離れていたことが分かりました。" in answer.text
    assert f"点の{stored(two_carry.a).leavers_share:.0%}は" in answer.text
    assert "後任は神谷さん</textarea>" in answer.text
    assert db.session.query(AlarmNote).all() == []
    shown_now = BeautifulSoup(answer.text, "html.parser").select_one("input[name=seen]")
    assert shown_now is not None
    assert staff.post(path, data={**typed, "seen": str(shown_now["value"])}).status_code == 302
    assert not is_ringing(two_carry.a, read)


@pytest.mark.parametrize("seen", ["", "x", "2026-13-01 1 1 2026-01-01"])
def test_without_what_its_writer_saw_no_note_is_written(left: Cast, staff: FlaskClient, seen: str) -> None:
    answer = staff.post(f"/accounts/{left.a.id}/alarms/left", data={"note": "後任は神谷さん", "seen": seen})
    assert answer.status_code == 409
    assert "この知らせの中身が変わりました。" in answer.text
    assert db.session.query(AlarmNote).all() == []


def test_an_alarm_that_is_over_takes_no_note_and_keeps_what_was_typed(left: Cast, staff: FlaskClient) -> None:
    path = f"/accounts/{left.a.id}/alarms/left"
    typed = fill_in(staff, path, "後任は神谷さん")
    with transaction():
        write_periods(left.owner, [MembershipPeriod(left.a.id, ago(LONG_AGO.days))])
    answer = staff.post(path, data=typed)
    assert answer.status_code == 409
    assert "この知らせは当てはまらなくなりました。" in answer.text
    assert "後任は神谷さん</textarea>" in answer.text


def test_of_a_company_that_is_no_customer_any_more_nothing_is_noted(left: Cast, staff: FlaskClient) -> None:
    left.a.kind = AccountKind.PARTNER
    db.session.flush()
    assert staff.get(f"/accounts/{left.a.id}/alarms/left").status_code == 404


def test_a_noted_alarm_is_quiet_when_the_last_who_left_holds_less_than_a_point(staff: FlaskClient, read: Read) -> None:
    """The day of the last of the core is an earlier one then, and nothing has happened."""
    company = found(3)
    core, small, here = company.people
    for number, days in enumerate((60, 90, 120, 150)):
        act(core, "talk_given", ago(days), 10 + number)
    for number, days in enumerate((30, 45)):
        act(here, "reply_posted", ago(days), 20 + number)
    act(small, "mail_clicked", ago(3), 30)
    process()
    leave(core, company.account, ago(40))
    leave(small, company.account, ago(1))
    path = f"/accounts/{company.id}/alarms/left"
    staff.post(path, data=fill_in(staff, path, "二人とも確認"))
    for days, since in ((0, ago(1)), (20, ago(40))):
        with transaction():
            actions.rescore([company.id], today() + timedelta(days=days))
        assert stored(company.account).left_since == since
        assert not is_ringing(company.account, read)


def test_what_the_alarm_says_leaves_out_who_is_in_the_family(two_carry: Cast, read: Read) -> None:
    two_carry.c.parent_id = two_carry.a.id
    db.session.flush()
    leave(two_carry.colleague, two_carry.a, ago(3))
    score = stored(two_carry.a)
    assert score.lost_share < score.leavers_share
    said = read(f"/accounts/{two_carry.a.id}").select_one("section.alarm .lead")
    assert said is not None
    assert f"点の{score.lost_share:.0%}は、グループを離れた人の分です。" in said.text
    assert f"その人たちを除くと{score.behavior_without_lost:.1f}です。" in said.text


@pytest.fixture
def emptied(left: Cast) -> Cast:
    """Nobody is with A any more since yesterday."""
    theirs = db.session.scalars(sa.select(Membership).where(Membership.account_id == left.a.id)).all()
    with transaction():
        for row in theirs:
            if row.until_day is None:
                row.until_day = ago(1)
    rescore(left.a)
    return left


def test_of_a_company_that_everybody_left_all_can_still_be_read(emptied: Cast, read: Read) -> None:
    page = read(f"/accounts/{emptied.a.id}")
    assert page.select_one("#alarm-empty") is not None
    assert "メンバーがいないので、いまは判定できません。" in page.text
    gone = page.select_one("#left")
    assert gone is not None
    assert emptied.company_admin.display_name in gone.text
    assert len(read(f"/accounts/{emptied.a.id}/acts").select("tr[data-row]")) > 3
    (company,) = read(PAGE).select("[data-row]:has(.leavers)")
    assert emptied.company_admin.display_name in company.text
    then = today() - timedelta(days=2)
    assert f"最後の行動力（{then.month}月{then.day}日）" in company.text
    assert "いまの行動力" not in company.text
    assert company.select(".without-leavers") == []


def test_a_late_act_leaves_the_last_score_of_a_company_that_everybody_left(emptied: Cast, read: Read) -> None:
    take_snapshots(emptied.a)
    before = read(f"/accounts/{emptied.a.id}").select_one(".breakdown tfoot data")
    assert before is not None
    act(emptied.company_admin, "talk_given", ago(3), 990)
    process()
    rescore(emptied.a)
    after = read(f"/accounts/{emptied.a.id}").select_one(".breakdown tfoot data")
    (company,) = read(PAGE).select("[data-row]:has(.leavers)")
    shown = company.select_one(".without-leavers dd.n") or company.select_one("b.num, .num b")
    assert after is not None
    assert shown is not None
    assert float(str(after["value"])) == float(str(before["value"]))
    assert shown.text.strip() == f"{float(str(before['value'])):.1f}"


def test_somebody_who_comes_again_breaks_no_page(emptied: Cast, read: Read) -> None:
    """Stored figures say for a while that nobody is there."""
    hire(Company(emptied.a), today())
    db.session.flush()
    assert emptied.a.name in read(PAGE).text
    assert read(f"/accounts/{emptied.a.id}").select_one("tfoot") is not None


@pytest.mark.parametrize("alarm", ["silent", "fell", "empty", "x"])
def test_only_what_goes_on_until_somebody_sees_to_it_has_a_note(left: Cast, staff: FlaskClient, alarm: str) -> None:
    assert staff.get(f"/accounts/{left.a.id}/alarms/{alarm}").status_code == 404


def test_after_ninety_days_a_mark_stays(left: Cast, read: Read) -> None:
    stored(left.a).left_since = stored(left.a).left_unnoted_since = today() - timedelta(days=90)
    db.session.flush()
    page = read(f"/accounts/{left.a.id}")
    assert page.select_one("#alarm-left") is None
    assert "もういない人の分です。" in page.text
