"""The page of a company's own administrator: what it shows, what it lets them do, and what it never says."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from community.accounts import queries
from community.projections.tasks import process_pending
from community.signin import rights
from community.signin.rights import LastAdministratorError
from models.accounts import Account, Member
from models.audit import AuditEntry
from models.base import db, now, transaction
from models.mail import Mail
from tests.cast import Cast, make_cast
from tests.forms.filling import send_form
from tests.forms.parsing import list_forms, parse
from tests.forums.conftest import make_forum, open_topic
from tests.signing_in import client_of

FACTS = {"reading": "アサヒ", "industry": "金属加工業", "employees": "450", "prefecture": "13"}


@pytest.fixture
def admin(app: Flask, cast: Cast) -> FlaskClient:
    return client_of(app, cast.company_admin)


def test_it_says_who_is_here_and_what_is_recorded_but_no_score(admin: FlaskClient, cast: Cast) -> None:
    with transaction():
        category = make_forum(cast).members
        for n in range(3):
            open_topic(category, cast.owner, title=f"質問{n}")
        open_topic(category, cast.stranger, title="よその質問")
        cast.owner.visited_at, cast.colleague.visited_at = now() - timedelta(days=2), now() - timedelta(days=20)
    process_pending()
    page = admin.get("/company").text
    for text in (cast.owner.display_name, "1週間のうちに来ました", "ひと月のうちに来ました", "まだ来ていません"):
        assert text in page
    assert '<th scope="row">質問・相談</th>\n            <td class="n">3</td>' in page
    assert cast.stranger.display_name not in page
    for word in ("活用度", "行動力", "浸透度", "スコア", "判定", "勢い"):
        assert word not in page


def test_another_administrator_is_named_and_the_last_one_stays(admin: FlaskClient, cast: Cast) -> None:
    own = f"/company/people/{cast.company_admin.handle}"
    admin.post(own, data={"is_admin": "0"})
    assert "ほかに会社の管理者がいません" in admin.get("/company").text
    assert admin.post(f"/company/people/{cast.owner.handle}", data={"is_admin": "1"}).location == "/company"
    assert admin.post(own, data={"is_admin": "0"}).location == "/"
    assert [member.id for member in queries.list_company_admins(cast.a.id)] == [cast.owner.id]
    assert admin.get("/company").status_code == 403
    written = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "member.set_company_admin").order_by(AuditEntry.id)
    )
    assert [(entry.actor_id, entry.subject_id) for entry in written] == [
        (cast.company_admin.id, cast.owner.id),
        (cast.company_admin.id, cast.company_admin.id),
    ]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("who", "shown_on", "asks"),
    [
        ("company_admin", "/company", "/company/people/{owner}"),
        ("administrator", "/people/{owner}/rights", "/people/{owner}/company-admin"),
    ],
)
def test_making_somebody_an_administrator_asks_first_and_says_what_it_means(
    app: Flask, cast: Cast, who: str, shown_on: str, asks: str
) -> None:
    client, handle = client_of(app, cast.people()[who]), cast.owner.handle
    asks = asks.format(owner=handle)
    shown = parse(client.get(shown_on.format(owner=handle)).text)
    assert [a.text(strip=True) for a in shown.css(f'a[href="{asks}"]')] != []
    assert not [form for form in list_forms(shown, "/") if form.action == asks]  # no button does it unasked
    page = client.get(asks)
    assert "会社の管理者にしますか？" in page.text
    assert "同僚を招待する" in page.text
    form = next(form for form in list_forms(parse(page.text), asks) if form.action == asks)
    assert {name: known.value for name, known in form.fields.items() if name != "csrf_token"} == {"is_admin": "1"}
    client.post(form.action, data={"is_admin": "1"})
    assert cast.owner.membership is not None
    assert cast.owner.membership.is_company_admin
    assert "外しますか？" in client.get(asks).text


@pytest.mark.one_database
def test_giving_up_ones_own_company_asks_first(admin: FlaskClient, cast: Cast) -> None:
    page = admin.get(f"/company/people/{cast.company_admin.handle}").text
    assert "会社の管理者をやめますか？" in page
    assert "自分で元に戻すことはできません" in page


def test_of_two_administrators_who_leave_at_once_one_stays(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    with app.app_context(), transaction():
        cast = make_cast(db.session)
        assert cast.owner.membership
        cast.owner.membership.is_company_admin = True
        ids, account_id = (cast.owner.id, cast.company_admin.id), cast.a.id

    def leave(member_id: int) -> None:
        with app.app_context(), suppress(LastAdministratorError), transaction():
            member, account = db.session.get(Member, member_id), db.session.get(Account, account_id)
            assert member
            assert account
            rights.share_company(member, account, is_admin=False, by=member)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(leave, ids))
    with app.app_context():
        assert len(queries.list_company_admins(account_id)) == 1


def test_facts_are_corrected_and_written_down(admin: FlaskClient, cast: Cast) -> None:
    assert send_form(admin, "/company", {**FACTS, "is_name_shown": "y"}).location == "/company"
    assert (cast.a.industry, cast.a.employees, cast.a.prefecture, cast.a.is_name_shown) == ("金属加工業", 450, 13, True)
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "account.change")).one()
    assert entry.actor_id == cast.company_admin.id
    refused = admin.post("/company", data={**FACTS, "employees": "たくさん"})
    assert (refused.status_code, "数字で入力してください" in refused.text) == (422, True)


def test_an_objection_reaches_who_is_in_charge(admin: FlaskClient, cast: Cast) -> None:
    cast.a.csm_id = cast.cs.id
    words = {"matter": "records", "message": "返信を記録しないでください。\n<b>社内の決まりです。</b>"}
    assert admin.post("/company/words", data=words).location == "/company"
    mail = db.session.scalars(sa.select(Mail)).one()
    assert (mail.to_address, mail.subject) == (cast.cs.email, f"{cast.a.name}：記録への異議")
    assert cast.company_admin.email in mail.text
    assert words["message"] in mail.text
    assert "<b>社内" not in mail.html
    assert admin.post("/company/words", data={"matter": "", "message": ""}).status_code == 422


def test_without_anybody_in_charge_it_reaches_everybody_who_accompanies_customers(
    admin: FlaskClient, cast: Cast
) -> None:
    admin.post("/company/words", data={"matter": "ending", "message": "3月で終わります。"})
    reached = db.session.scalars(sa.select(Mail.to_address).order_by(Mail.to_address))
    assert reached.all() == sorted([cast.cs.email, cast.administrator.email])


def test_once_the_contract_is_over_it_is_read_and_written_to_but_not_changed(admin: FlaskClient, cast: Cast) -> None:
    cast.a.contract_ended_on = queries.today() - timedelta(days=1)
    assert "ご契約が終わったため、変えられません" in admin.get("/company").text
    assert admin.post("/company", data=FACTS).status_code == 403
    assert admin.post("/company/words", data={"matter": "other", "message": "ありがとう。"}).status_code == 302
