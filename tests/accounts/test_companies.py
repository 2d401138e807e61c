"""Setting up companies: what the staff's pages accept, refuse and leave behind."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from community.accounts import actions, companies, queries
from community.accounts.companies import ParentError, PhaseOrderError, PlannedPhase
from community.audit.texts import APART, put_together
from models.accounts import Account, AccountKind, Segment, StaffRole, Stage
from models.audit import AuditEntry
from models.base import db, now, transaction
from models.health import AccountScore
from models.records import AccountRecord
from tests.cast import Cast
from tests.forms.filling import send_form
from tests.forums.conftest import make_forum
from tests.joining.test_invitations import signed_in
from tests.signing_in import session_of

NEW = {
    "name": "株式会社北浜精工",
    "reading": "キタハマセイコウ",
    "kind": "customer",
    "industry": "製造業",
    "employees": "１，２００",
    "prefecture": "27",
    "mail_domains": "@Kitahama.example.jp\nkitahama.example",
    "plan": "スタンダード",
    "licences": "120",
    "csm": "0",
    "renews_on": "2027-04-01",
    "segment": "mid",
    "stage": "onboarding",
}


def company(name: str = NEW["name"]) -> Account:
    found = queries.get_account_by_name(name)
    assert found is not None
    return found


def phases(account: Account) -> list[tuple[date, str, str]]:
    return [(phase.from_day, phase.segment, phase.stage) for phase in queries.list_phases(account.id)]


def audited(action: str) -> list[AuditEntry]:
    return list(db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == action)))


def as_typed(account: Account, **changes: str) -> dict[str, str]:
    """The form of a company as its page shows it, with some fields typed over."""
    newest = queries.newest_phase(account.id)
    assert newest is not None
    shown: dict[str, Any] = {
        "name": account.name,
        "reading": account.reading,
        "kind": account.kind,
        "industry": account.industry,
        "employees": account.employees or "",
        "prefecture": account.prefecture or 0,
        "mail_domains": "\n".join(queries.list_mail_domains(account.id)),
        "csm": account.csm_id or 0,
        "segment": newest.segment,
        "stage": newest.stage,
        "phase_from": queries.today().isoformat(),
    }
    return {name: str(value) for name, value in (shown | changes).items()}


@pytest.fixture
def staff(app: Flask, cast: Cast) -> FlaskClient:
    return signed_in(app, cast.cs)


def test_a_company_is_set_up(staff: FlaskClient, cast: Cast) -> None:
    answer = staff.post("/companies/new", data={**NEW, "csm": str(cast.cs.id)})
    account = company()
    assert answer.location == f"/companies/{account.id}/people"
    assert (account.kind, account.employees, account.prefecture, account.licences) == (
        AccountKind.CUSTOMER,
        1200,
        27,
        120,
    )
    assert (account.csm_id, account.renews_on) == (cast.cs.id, date(2027, 4, 1))
    assert queries.list_mail_domains(account.id) == ["kitahama.example", "kitahama.example.jp"]
    assert phases(account) == [(queries.today(), Segment.MID, Stage.ONBOARDING)]
    assert [entry.actor_id for entry in audited("account.create")] == [cast.cs.id]
    assert NEW["name"] in staff.get("/companies").text


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "会社の名前を入力してください"),
        ("name", "べにばな商事株式会社", "はもう登録されています"),
        ("name", "あ" * 201, "200文字まで"),
        ("employees", "たくさん", "数字で入力してください"),
        ("employees", "0", "1から1,000万まで"),
        ("licences", "99999999999", "0から1,000万まで"),
        ("renews_on", "来年", "日付になっていません"),
        ("renews_on", "0001-01-01", "2000年から2099年まで"),
        ("mail_domains", "kitahama", "ドメインの形になっていません"),
        ("mail_domains", "a@b@c.jp", "ドメインの形になっていません"),
        ("mail_domains", "kitahama.example\nYAHOO.co.jp", "だれでも使えるメール"),
        ("mail_domains", "benibana.example", "もう「べにばな商事株式会社」のドメインです"),
        ("mail_domains", "\n".join(f"d{n}.example" for n in range(51)), "50個まで"),
        ("segment", "", "両方を選んでください"),
        ("kind", "vendor", "error-text"),
        ("prefecture", "48", "error-text"),
        ("csm", "999999", "error-text"),
    ],
)
def test_what_cannot_be_is_refused_and_kept(
    staff: FlaskClient, cast: Cast, field: str, typed: str, sentence: str
) -> None:
    db.session.execute(sa.text("insert into mail_domain values ('benibana.example', :b)"), {"b": cast.b.id})
    answer = staff.post("/companies/new", data={**NEW, field: typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "error-summary" in answer.text
    assert "キタハマセイコウ" in answer.text
    assert queries.get_account_by_name(NEW["name"]) is None


@pytest.mark.one_database
def test_of_one_field_one_thing_is_said(staff: FlaskClient) -> None:
    page = staff.post("/companies/new", data={**NEW, "employees": "たくさん"}).text
    assert page.count('class="error-text"') == 1


def test_a_customer_has_a_segment_and_a_stage_and_a_partner_need_not(staff: FlaskClient, cast: Cast) -> None:
    undecided = {**NEW, "segment": "", "stage": ""}
    assert "契約企業のセグメントを選んでください" in staff.post("/companies/new", data=undecided).text
    assert staff.post("/companies/new", data={**undecided, "kind": "partner"}).status_code == 302
    assert phases(company()) == []


@pytest.mark.one_database
@pytest.mark.parametrize(("kind", "required"), [("customer", True), ("prospect", False), ("partner", False)])
def test_segment_and_stage_are_marked_where_they_are_asked_for(
    staff: FlaskClient, kind: str, *, required: bool
) -> None:
    page = BeautifulSoup(staff.get(f"/companies/new?kind={kind}").text, "html.parser")
    for name in ("segment", "stage"):
        field = page.select_one(f"select[name={name}]")
        assert field is not None
        assert field.has_attr("required") == required
        assert "見込み客とパートナーは、決まってからでもかまいません" in page.select_one(f"#{name}-hint").text  # pyright: ignore[reportOptionalMemberAccess]


def test_the_first_phase_may_have_begun_before_today(staff: FlaskClient, cast: Cast) -> None:
    staff.post("/companies/new", data={**NEW, "phase_from": "2026-04-01"})
    assert phases(company()) == [(date(2026, 4, 1), Segment.MID, Stage.ONBOARDING)]


def test_what_is_changed_is_written_down_with_what_was(staff: FlaskClient, cast: Cast) -> None:
    form = as_typed(cast.a, industry="金属加工業", prefecture="13", mail_domains="asahi.example.jp")
    assert send_form(staff, f"/companies/{cast.a.id}/edit", form).location == "/companies?kind=customer"
    (entry,) = audited("account.change")
    assert (entry.actor_id, entry.subject_id) == (cast.cs.id, cast.a.id)
    before, after = put_together(entry)
    assert before == {"industry": "製造業", "prefecture": None, "mail_domains": []}
    assert after == {"industry": "金属加工業", "prefecture": 13, "mail_domains": ["asahi.example.jp"]}
    assert entry.after == {"industry": APART, "prefecture": 13, "mail_domains": APART}
    assert audited("account.open_phase") == []
    assert len(phases(cast.a)) == 1


def test_saved_as_it_was_nothing_is_written(staff: FlaskClient, cast: Cast) -> None:
    assert send_form(staff, f"/companies/{cast.a.id}/edit", as_typed(cast.a)).status_code == 302
    assert audited("account.change") == []


def test_a_domain_goes_from_one_company_to_another(staff: FlaskClient, cast: Cast) -> None:
    send_form(staff, f"/companies/{cast.a.id}/edit", as_typed(cast.a, mail_domains="moved.example\nstays.example"))
    send_form(staff, f"/companies/{cast.a.id}/edit", as_typed(cast.a, mail_domains="stays.example"))
    send_form(staff, f"/companies/{cast.b.id}/edit", as_typed(cast.b, mail_domains="moved.example"))
    assert queries.get_account_by_mail_domain("x@moved.example") is cast.b
    assert queries.get_account_by_mail_domain("x@stays.example") is cast.a


def test_a_phase_is_added_and_the_past_stays(staff: FlaskClient, cast: Cast) -> None:
    today, began = queries.today(), phases(cast.a)
    form = as_typed(cast.a, segment="high", stage="renewal")
    send_form(staff, f"/companies/{cast.a.id}/edit", form)
    assert phases(cast.a) == [(today, Segment.HIGH, Stage.RENEWAL), *began]
    (entry,) = audited("account.open_phase")
    assert entry.after == {"segment": "high", "stage": "renewal", "from_day": today.isoformat()}


@pytest.mark.one_database
@pytest.mark.parametrize("days", [-1, -400])
def test_no_phase_begins_in_the_past(staff: FlaskClient, cast: Cast, days: int) -> None:
    began = phases(cast.a)
    day = (queries.today() + timedelta(days=days)).isoformat()
    answer = send_form(staff, f"/companies/{cast.a.id}/edit", as_typed(cast.a, segment="high", phase_from=day))
    assert answer.status_code == 422
    assert "過ぎた日の区分は変えられません" in answer.text
    assert f'value="{day}"' in answer.text
    assert phases(cast.a) == began


@pytest.mark.parametrize("typed", ["", "today"])
def test_no_phase_begins_before_one_that_is_planned(staff: FlaskClient, cast: Cast, typed: str) -> None:
    planned = queries.today() + timedelta(days=30)
    actions.open_phase(cast.a, Segment.HIGH, Stage.RENEWAL, planned)
    day = queries.today().isoformat() if typed else ""
    answer = send_form(staff, f"/companies/{cast.a.id}/edit", as_typed(cast.a, stage="advocate", phase_from=day))
    assert answer.status_code == 422
    assert f"{planned.isoformat()}からの区分がもう決まっています" in answer.text


def test_somebody_faster_planned_a_phase(cast: Cast) -> None:
    today = queries.today()
    actions.open_phase(cast.a, Segment.HIGH, Stage.RENEWAL, today + timedelta(days=30))
    with pytest.raises(PhaseOrderError):
        companies.change_phase(cast.a, PlannedPhase(Segment.MID, Stage.ADVOCATE, today), by=cast.cs, today=today)


def test_the_score_follows_the_segment_at_once(staff: FlaskClient, cast: Cast) -> None:
    send_form(staff, f"/companies/{cast.a.id}/edit", as_typed(cast.a, segment="high"))
    score = db.session.get(AccountScore, cast.a.id)
    assert score is not None
    assert score.day == queries.today()


def test_a_company_has_a_parent_but_not_one_below_itself(staff: FlaskClient, cast: Cast) -> None:
    assert send_form(staff, f"/companies/{cast.b.id}/edit", as_typed(cast.b, parent=str(cast.a.id))).status_code == 302
    assert send_form(staff, f"/companies/{cast.c.id}/edit", as_typed(cast.c, parent=str(cast.b.id))).status_code == 302
    for below in (cast.b, cast.c):
        answer = send_form(staff, f"/companies/{cast.a.id}/edit", as_typed(cast.a, parent=str(below.id)))
        assert (answer.status_code, "この会社は親会社にできません" in answer.text) == (422, True)
    with pytest.raises(ParentError):
        companies.change_company(cast.a, companies.CompanyCard(parent_id=cast.c.id), [], by=cast.cs)
    page = staff.get(f"/companies/{cast.b.id}/people").text
    assert f'<a class="link" href="/companies/{cast.a.id}/people">{cast.a.name}</a>' in page
    assert f'<a class="link" href="/companies/{cast.c.id}/people">{cast.c.name}</a>' in page
    shown = staff.get(f"/accounts/{cast.a.id}").text
    assert "グループの会社" in shown
    assert cast.b.name in shown


@pytest.mark.parametrize("changed", ["licences", "parent"])
def test_scores_follow_licences_and_parents_at_once(staff: FlaskClient, cast: Cast, changed: str) -> None:
    with transaction():
        cast.c.parent_id = cast.a.id
    value = "7" if changed == "licences" else str(cast.b.id)
    assert send_form(staff, f"/companies/{cast.c.id}/edit", as_typed(cast.c, **{changed: value})).status_code == 302
    newest = db.session.scalar(sa.select(sa.func.max(AccountRecord.id)))
    known = dict(db.session.execute(sa.select(AccountScore.account_id, AccountScore.accounts_to)).all())
    assert known[cast.c.id] == newest
    if changed == "parent":  # whose people moved inside the former or the present family
        assert (known[cast.a.id], known[cast.b.id]) == (newest, newest)


def test_a_family_has_no_more_floors_than_anybody_oversees(cast: Cast) -> None:
    chain = [actions.create_account(f"第{n}社") for n in range(companies.MOST_FLOORS)]
    for above, below in pairwise(chain):
        below.parent_id = above.id
    db.session.flush()
    assert not companies.can_be_parent(cast.a.id, chain[-1].id)
    assert companies.can_be_parent(cast.a.id, chain[-2].id)
    cast.b.parent_id = cast.a.id
    db.session.flush()
    assert not companies.can_be_parent(cast.a.id, chain[-2].id)


def test_a_parents_people_read_no_more_than_before(app: Flask, cast: Cast) -> None:
    category = make_forum(cast).private
    cast.a.parent_id = cast.b.id
    db.session.flush()
    assert signed_in(app, cast.stranger).get(f"/forums/c/{category.slug}").status_code == 404


def test_open_pages_of_its_people_are_asked_anew(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cut: list[str] = []
    monkeypatch.setattr("community.realtime.reauthorise", cut.append)
    card = companies.CompanyCard(industry="金属加工業")
    companies.change_company(cast.a, card, [], by=cast.cs)
    assert cut == []
    companies.change_company(cast.a, companies.CompanyCard(kind=AccountKind.PARTNER), [], by=cast.cs)
    assert cut == [f"member:{person.id}" for person in (cast.owner, cast.colleague, cast.company_admin)]


def test_whoever_is_in_charge_stays_so_without_the_role(staff: FlaskClient, cast: Cast) -> None:
    actions.grant_role(cast.cs, StaffRole.COMMUNITY_MANAGER)
    cast.a.csm_id = cast.cs.id
    assert cast.cs.display_name in staff.get(f"/companies/{cast.a.id}/edit").text
    assert send_form(staff, f"/companies/{cast.a.id}/edit", as_typed(cast.a)).status_code == 302
    assert cast.a.csm_id == cast.cs.id


# --- the vendor's own company


def test_only_administrators_touch_the_vendors_company(app: Flask, staff: FlaskClient, cast: Cast) -> None:
    path, form = f"/companies/{cast.vendor.id}/edit", {"name": "新しい名前", "prefecture": "0"}
    assert staff.get(path).status_code == 403
    assert staff.post(path, data=form).status_code == 403
    assert path not in staff.get("/companies?kind=vendor").text
    administrator = signed_in(app, cast.administrator)
    page = administrator.get(path).text
    assert 'name="segment"' not in page
    assert send_form(administrator, path, {**form, "kind": "customer"}).status_code == 302
    assert (cast.vendor.name, cast.vendor.kind) == ("新しい名前", AccountKind.VENDOR)


def test_there_is_one_vendor(app: Flask, cast: Cast) -> None:
    administrator = signed_in(app, cast.administrator)
    assert administrator.get("/companies/new?kind=vendor").status_code == 403
    assert administrator.post("/companies/new?kind=vendor", data={"name": "もう一つ"}).status_code == 403


def test_the_first_administrator_sets_up_the_vendor_and_becomes_one_of_its_people(
    client: FlaskClient,
) -> None:
    first = actions.create_member("first@vendor.example", "first", "始", staff_role=StaffRole.ADMINISTRATOR)
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = session_of(first), True
    assert "はじめに、運営会社を登録してください" in client.get("/companies").text
    answer = client.post("/companies/new?kind=vendor", data={"name": "株式会社ベンダー", "prefecture": "13"})
    vendor = company("株式会社ベンダー")
    assert (answer.location, vendor.kind) == (f"/companies/{vendor.id}/people", AccountKind.VENDOR)
    assert [person.id for person in queries.list_members_of(vendor.id, queries.today())] == [first.id]
    assert "はじめに、運営会社を登録してください" not in client.get("/companies").text
    assert client.get("/companies/new?kind=vendor").status_code == 403


# --- the list


def test_the_list_takes_as_many_queries_for_one_company_as_for_many(staff: FlaskClient, cast: Cast) -> None:
    staff.get("/")  # a new session is asked whether there are terms to agree to

    def queries_of(path: str) -> int:
        count = 0

        def note(*_: object) -> None:
            nonlocal count
            count += 1

        engine = db.session.connection().engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            assert staff.get(path).status_code == 200
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return count

    assert queries_of("/companies?kind=partner") == queries_of("/companies?kind=customer") > 0


def test_the_list_counts_people_and_says_where_companies_stand(staff: FlaskClient, cast: Cast) -> None:
    page = staff.get("/companies").text
    assert "メンバー3名" in page
    assert "ミッドタッチ・定着期" in page
    assert f"/accounts/{cast.a.id}" in page
    partners = staff.get("/companies?kind=partner").text
    assert cast.partner_account.name in partners
    assert f'/accounts/{cast.partner_account.id}"' not in partners
    assert staff.get("/companies?kind=nonsense").status_code == 200


def test_erased_people_do_not_count(cast: Cast) -> None:
    cast.owner.erased_at = now()
    db.session.flush()
    assert queries.count_members([cast.a.id, cast.vendor.id]) == {cast.a.id: 2, cast.vendor.id: 3}


def names_on(page: str) -> list[str]:
    return [link.get_text() for link in BeautifulSoup(page, "html.parser").select("main .row-title a")]


def test_contracts_that_are_over_are_counted_apart(staff: FlaskClient, cast: Cast) -> None:
    assert "契約企業 3<" in staff.get("/companies").text
    cast.a.contract_ended_on = queries.today() - timedelta(days=1)
    db.session.flush()
    assert "契約企業 2（ほかに契約終了1）<" in staff.get("/companies").text


def test_the_list_is_searched_by_name_reading_and_who_is_in_charge(staff: FlaskClient, cast: Cast) -> None:
    staff.post("/companies/new", data={**NEW, "csm": str(cast.cs.id), "reading": "カブシキガイシャキタハマセイコウ"})
    prospect = {**NEW, "name": "北浜商会", "reading": "", "kind": "prospect", "mail_domains": ""}
    assert staff.post("/companies/new", data=prospect).status_code == 302
    for typed in ("北浜", "ｷﾀﾊﾏ", "きたはませいこう", "（株）北浜"):
        assert names_on(staff.get("/companies", query_string={"q": typed}).text) == [NEW["name"]]
    page = staff.get("/companies?q=北浜").text
    assert "キタハマセイコウ" in page
    assert "カブシキガイシャ" not in page
    assert "検討中の企業 1" in page
    assert names_on(staff.get("/companies?q=北浜&kind=prospect").text) == ["北浜商会"]
    assert names_on(staff.get(f"/companies?csm={cast.cs.id}").text) == [NEW["name"]]
    assert NEW["name"] not in names_on(staff.get("/companies?csm=0").text)
    assert "あてはまる会社はありません" in staff.get("/companies?q=湖東").text
    for strange in (
        {"csm": "x"},
        {"csm": "9" * 40},
        {"page": "-1"},
        {"page": "9" * 30},
        {"q": "\x00"},
        {"q": "（カ）"},
    ):
        assert staff.get("/companies", query_string=strange).status_code == 200


@pytest.mark.one_database
@pytest.mark.parametrize("count", [64, 1000])
def test_the_list_is_light_however_many_companies_there_are(staff: FlaskClient, cast: Cast, count: int) -> None:
    there = len(queries.list_accounts([AccountKind.CUSTOMER]))
    for number in range(count - there):
        name, reading = (
            f"株式会社第{number:04}試験製作所ホールディングス",
            f"カブシキガイシャダイ{number:04}シケンセイサクショ",
        )
        db.session.add(Account(name=name, reading=reading, kind=AccountKind.CUSTOMER, csm_id=cast.cs.id))
    db.session.flush()
    for page in (1, 2):
        assert len(staff.get(f"/companies?page={page}").data) <= 150_000
    pages = -(-count // 50)
    shown = [name for page in range(1, pages + 1) for name in names_on(staff.get(f"/companies?page={page}").text)]
    assert sorted(shown) == sorted(account.name for account in queries.list_accounts([AccountKind.CUSTOMER]))
    assert f"1／{pages}ページ" in staff.get("/companies").text
