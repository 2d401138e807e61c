"""Joining by a company's mail domain or its link: the address is proven first, and nobody learns who is here."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from community.accounts import actions, memberships, queries
from community.joining import company_links, requests
from community.joining import rules as joining_rules
from community.joining.company_links import LinkTerms
from community.joining.requests import KEPT_AFTERWARDS, MAILS_A_DAY, REQUEST_LIFE
from community.signin import rights
from models.accounts import Account, MailDomain, Member
from models.audit import AuditEntry
from models.base import db, now, transaction
from models.joining import CompanyLink, JoinRequest
from models.mail import Mail
from tests.cast import Cast, make_cast
from tests.joining.test_invitations import scored
from tests.signing_in import client_of

NEWCOMER = "shinjin@asahi.example"
FORM = {"family_name": "新藤", "given_name": "仁", "handle": "shindo", "password": "hajimete-no-asa"}


@pytest.fixture
def domain(cast: Cast) -> str:
    """Of A."""
    db.session.add(MailDomain(domain="asahi.example", account_id=cast.a.id))
    db.session.flush()
    return "asahi.example"


def ask(client: FlaskClient, email: str = NEWCOMER, path: str = "/join") -> int:
    return client.post(path, data={"email": email}).status_code


def mails() -> list[tuple[str, str]]:
    return [(mail.kind, mail.to_address) for mail in db.session.scalars(sa.select(Mail).order_by(Mail.id))]


def mailed_path() -> str:
    mail = db.session.scalars(sa.select(Mail).where(Mail.kind == "join_confirm").order_by(Mail.id.desc())).first()
    assert mail is not None
    return re.findall(r"http://localhost:8000(/join/confirm/\S+)", mail.text)[0]


def make_link(account: Account, by: Member, *, uses: int = 20, own: bool = False) -> tuple[CompanyLink, str]:
    with transaction():
        link, token = company_links.make_link(account, by, LinkTerms(14, uses, own))
    return link, f"/join/links/{token}"


# --- by mail domain


def test_an_address_of_a_companys_domain_joins_it(app: Flask, client: FlaskClient, cast: Cast, domain: str) -> None:
    assert client.post("/join", data={"email": f" {NEWCOMER.upper()} "}).location == "/join/sent"
    assert queries.get_member_by_email(NEWCOMER) is None
    path = mailed_path()
    assert client.get(path).status_code == 200  # looking uses nothing up: mail scanners look too
    page = client.get(path)
    assert cast.a.name in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert client.post(path, data=FORM).location == "/welcome"
    member = queries.get_member_by_email(NEWCOMER)
    assert member is not None
    assert scored(cast.a).members == queries.count_members_of(cast.a.id, queries.today())
    assert member.account == cast.a
    assert member.membership is not None
    assert not member.membership.is_company_admin
    assert client.get("/welcome").status_code == 200
    again = app.test_client()
    assert again.get(path).status_code == 410
    assert again.post(path, data={**FORM, "handle": "second"}).status_code == 410


def test_known_mapped_and_unknown_look_the_same(client: FlaskClient, cast: Cast, domain: str) -> None:
    addresses = (cast.owner.email, NEWCOMER, "who@nowhere.example", "free@gmail.com")
    answers = [client.post("/join", data={"email": email}) for email in addresses]
    assert {(answer.status_code, answer.location, answer.text) for answer in answers} == {
        (302, "/join/sent", answers[0].text)
    }
    kinds = ["join_known", "join_confirm", "join_unknown", "join_unknown"]
    assert mails() == list(zip(kinds, addresses, strict=True))
    written = db.session.scalars(sa.select(JoinRequest).order_by(JoinRequest.id)).all()
    assert [request.account_id for request in written] == [None, cast.a.id, None, None]


def test_the_same_is_asked_of_the_database_whoever_asks(client: FlaskClient, cast: Cast, domain: str) -> None:
    client.post("/join", data={"email": "first@nowhere.example"})
    counts = []
    for email in (cast.owner.email, "who@nowhere.example", NEWCOMER):
        statements: list[str] = []

        def note(*what: object, seen: list[str] = statements) -> None:
            seen.append(str(what[2]))

        event.listen(sa.Engine, "before_cursor_execute", note)
        try:
            client.post("/join", data={"email": email})
        finally:
            event.remove(sa.Engine, "before_cursor_execute", note)
        counts.append(len(statements))
    assert len(set(counts)) == 1


def test_free_mail_never_leads_into_a_company(client: FlaskClient, cast: Cast) -> None:
    db.session.add(MailDomain(domain="gmail.com", account_id=cast.a.id))  # however it came there
    assert ask(client, "x@gmail.com") == 302
    assert mails() == [("join_unknown", "x@gmail.com")]


def test_the_vendors_company_and_those_whose_contract_is_over_are_not_joined(client: FlaskClient, cast: Cast) -> None:
    for account, domain in ((cast.vendor, "vendor.example"), (cast.b, "b.example")):
        db.session.add(MailDomain(domain=domain, account_id=account.id))
    cast.b.contract_ended_on = queries.today() - timedelta(days=1)
    for address in ("x@vendor.example", "x@b.example"):
        ask(client, address)
    assert {kind for kind, _ in mails()} == {"join_unknown"}


def test_a_contract_that_ends_meanwhile_closes_the_request(client: FlaskClient, cast: Cast, domain: str) -> None:
    ask(client)
    cast.a.contract_ended_on = queries.today() - timedelta(days=1)
    assert client.post(mailed_path(), data=FORM).status_code == 410


def test_a_mailed_link_is_void_after_its_time_and_then_forgotten(client: FlaskClient, cast: Cast, domain: str) -> None:
    ask(client)
    path = mailed_path()
    with time_machine.travel(now() + REQUEST_LIFE + timedelta(seconds=5), tick=False):
        assert client.get(path).status_code == 410
        assert client.post(path, data=FORM).status_code == 410
    with time_machine.travel(now() + REQUEST_LIFE + KEPT_AFTERWARDS + timedelta(seconds=5), tick=False):
        ask(client, "other@asahi.example")
    assert db.session.scalars(sa.select(JoinRequest.email)).all() == ["other@asahi.example"]


@pytest.mark.parametrize("token", ["x", "a" * 3000, "%00", "../../x"])
def test_made_up_links_are_void(client: FlaskClient, cast: Cast, token: str) -> None:
    for path in (f"/join/confirm/{token}", f"/join/links/{token}"):
        assert client.get(path).status_code in {404, 410}
        assert client.post(path, data={**FORM, "email": NEWCOMER}).status_code in {404, 405, 410}


def test_nobody_is_flooded_with_mails(client: FlaskClient, cast: Cast, domain: str) -> None:
    for _ in range(MAILS_A_DAY + 2):
        assert ask(client) == 302
    assert len(mails()) == MAILS_A_DAY


def test_the_database_keeps_no_key(client: FlaskClient, cast: Cast, domain: str) -> None:
    ask(client)
    (request,) = db.session.scalars(sa.select(JoinRequest))
    assert mailed_path().rpartition("/")[2] not in str(vars(request))
    assert re.fullmatch(r"[0-9a-f]{64}", request.token_hash)


@pytest.mark.one_database
def test_a_bad_address_is_told_so_and_kept(client: FlaskClient, cast: Cast) -> None:
    answer = client.post("/join", data={"email": "saeki＠"})
    assert answer.status_code == 422
    assert 'value="saeki＠"' in answer.text
    assert mails() == []


# --- by a company's link


def test_the_address_of_a_link_is_shown_once(app: Flask, cast: Cast) -> None:
    admin = client_of(app, cast.company_admin)
    form = {"account": cast.a.id, "days": "14", "max_uses": "20", "own_domains_only": "y"}
    assert admin.post("/invitations/links", data=form).location == "/invitations/links"
    shown = re.findall(r"http://localhost:8000(/join/links/[\w-]+)", admin.get("/invitations/links").text)
    assert len(shown) == 1
    assert "/join/links/" not in admin.get("/invitations/links").text
    (link,) = db.session.scalars(sa.select(CompanyLink))
    assert shown[0].rpartition("/")[2] not in str(vars(link))
    assert (link.account_id, link.max_uses, link.own_domains_only) == (cast.a.id, 20, False)
    assert app.test_client().get(shown[0]).status_code == 200
    admin.post(f"/invitations/links/{link.id}/renew")
    renewed = re.findall(r"http://localhost:8000(/join/links/[\w-]+)", admin.get("/invitations/links").text)[0]
    assert app.test_client().get(shown[0]).status_code == 410
    assert app.test_client().get(renewed).status_code == 200
    acts = [e.action for e in db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id))]
    assert acts[-2:] == ["company_link.make", "company_link.renew"]


def test_whoever_has_the_link_joins_once_their_address_is_proven(app: Flask, client: FlaskClient, cast: Cast) -> None:
    link, path = make_link(cast.a, cast.cs)
    assert cast.a.name in client.get(path).text
    assert ask(client, "x@private.example", path) == 200
    assert (link.uses, queries.get_member_by_email("x@private.example")) == (0, None)
    assert client.post(mailed_path(), data=FORM).location == "/welcome"
    member = queries.get_member_by_email("x@private.example")
    assert member is not None
    assert (member.account, link.uses) == (cast.a, 1)


def test_a_link_for_ones_own_domains_refuses_others(client: FlaskClient, cast: Cast, domain: str) -> None:
    _, path = make_link(cast.a, cast.cs, own=True)
    answer = client.post(path, data={"email": "x@private.example"})
    assert answer.status_code == 422
    assert "@asahi.example" in answer.text
    assert ask(client, NEWCOMER, path) == 200
    assert mails() == [("join_confirm", NEWCOMER)]


def test_a_link_takes_nobody_from_another_company(client: FlaskClient, cast: Cast, domain: str) -> None:
    _, path = make_link(cast.b, cast.cs)
    answers = [client.post(path, data={"email": email}).text for email in (NEWCOMER, cast.third.email, "n@n.example")]
    assert len(set(answers)) == 1
    assert [kind for kind, _ in mails()] == ["join_unknown", "join_known", "join_confirm"]


def test_withdrawn_expired_and_used_up_links_open_nothing(client: FlaskClient, cast: Cast) -> None:
    link, path = make_link(cast.a, cast.cs, uses=1)
    ask(client, "one@private.example", path)
    first = mailed_path()
    ask(client, "two@private.example", path)
    second = mailed_path()
    assert client.post(first, data=FORM).location == "/welcome"
    other = client.application.test_client()
    assert other.get(path).status_code == 410
    assert other.post(second, data={**FORM, "handle": "second"}).status_code == 410
    link.uses = 0
    with time_machine.travel(now() + timedelta(days=15), tick=False):
        assert other.get(path).status_code == 410
    with transaction():
        company_links.withdraw_link(link, cast.cs)
    assert ask(other, "three@private.example", path) == 410
    assert other.get(second).status_code == 410
    assert queries.get_member_by_email("two@private.example") is None


@pytest.mark.parametrize("lost", ["unmade", "suspended", "moved"])
def test_who_was_dismissed_does_not_come_back_by_a_link_they_made(
    app: Flask, client: FlaskClient, cast: Cast, lost: str
) -> None:
    link, path = make_link(cast.a, cast.company_admin)
    ask(client, "x@private.example", path)
    dismiss(cast, lost)
    assert client.post(mailed_path(), data=FORM).status_code == 410
    assert ask(client, "y@private.example", path) == 410
    successor = client_of(app, cast.cs)
    assert cast.a.name not in successor.get("/invitations/links").text.partition("使える参加リンク")[2]
    successor.post(f"/invitations/links/{link.id}/renew")  # whoever renews it answers for it
    renewed = re.findall(r"http://localhost:8000(/join/links/[\w-]+)", successor.get("/invitations/links").text)[0]
    assert client.get(renewed).status_code == 200


def dismiss(cast: Cast, lost: str) -> None:
    """Let the company's administrator be one no longer."""
    who, by, day = cast.company_admin, cast.administrator, queries.today()
    with transaction():
        if lost == "unmade":
            rights.set_company_admin(who, cast.a, is_admin=False, by=by)
        elif lost == "suspended":
            rights.suspend(who, day, by=by, reason="退職したため")
        else:
            memberships.carry_out_transfer(memberships.plan_transfer(who, cast.b, day), by=by, reason="転籍したため")


@pytest.mark.parametrize("owned_by", ["b", None])
@pytest.mark.parametrize("by_link", [True, False])
def test_a_domain_that_is_no_longer_the_companys_opens_it_no_more(
    client: FlaskClient, cast: Cast, domain: str, owned_by: str | None, *, by_link: bool
) -> None:
    ask(client, NEWCOMER, make_link(cast.a, cast.cs, own=True)[1] if by_link else "/join")
    path = mailed_path()
    db.session.execute(sa.delete(MailDomain))
    if owned_by:
        db.session.add(MailDomain(domain=domain, account_id=cast.b.id))
    db.session.flush()
    assert (client.get(path).status_code, client.post(path, data=FORM).status_code) == (410, 410)
    assert queries.get_member_by_email(NEWCOMER) is None


def test_links_are_made_and_withdrawn_by_those_who_may_invite_there(app: Flask, cast: Cast) -> None:
    form = {"days": "14", "max_uses": "5"}
    admin, cs = client_of(app, cast.company_admin), client_of(app, cast.cs)
    assert admin.post("/invitations/links", data={**form, "account": cast.b.id}).status_code == 422
    assert cs.post("/invitations/links", data={**form, "account": cast.vendor.id}).status_code == 422
    administrator = client_of(app, cast.administrator)
    assert administrator.post("/invitations/links", data={**form, "account": cast.vendor.id}).status_code == 422
    for wrong in ({"max_uses": "0"}, {"max_uses": "501"}, {"max_uses": "x"}, {"days": "3650"}):
        assert cs.post("/invitations/links", data={**form, "account": cast.b.id, **wrong}).status_code == 422
    link, path = make_link(cast.b, cast.cs)
    for act in ("withdraw", "renew"):
        assert admin.post(f"/invitations/links/{link.id}/{act}").status_code == 404
    assert cast.b.name not in admin.get("/invitations/links").text
    assert cs.post(f"/invitations/links/{link.id}/withdraw").status_code == 302
    assert app.test_client().get(path).status_code == 410
    assert client_of(app, cast.owner).get("/invitations/links").status_code == 403


def test_of_two_people_with_the_last_use_one_joins(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    with app.app_context():
        with transaction():
            people = make_cast(db.session)
            link, _ = company_links.make_link(people.a, people.cs, LinkTerms(14, 1, own_domains_only=False))
            for n in range(3):
                requests.request_to_join(f"x{n}@private.example", "ja", link)
        texts = db.session.scalars(sa.select(Mail.text).order_by(Mail.id)).all()
        paths = [re.findall(r"(/join/confirm/\S+)", text)[0] for text in texts]
        link_id = link.id
        db.session.remove()

    def press(n: int) -> int:
        with app.app_context():
            return app.test_client().post(paths[n % 3], data={**FORM, "handle": f"shindo{n}"}).status_code

    with ThreadPoolExecutor(max_workers=6) as crowd:
        answers = sorted(crowd.map(press, range(6)))  # each presses twice
    assert answers == [302, 410, 410, 410, 410, 410]
    with app.app_context():
        assert db.session.scalar(sa.select(CompanyLink.uses).where(CompanyLink.id == link_id)) == 1
        arrived = sa.select(sa.func.count()).where(Member.email.like("%@private.example"))
        assert db.session.scalar(arrived) == 1


@pytest.mark.one_database
def test_a_guess_at_addresses_is_slowed_down(make_app: Callable[..., Flask]) -> None:
    client = make_app(rate_limits=True).test_client()
    answers = [ask(client, f"who{n}@nowhere.example") for n in range(301)]
    assert answers == [302] * 300 + [429]


def test_who_is_asked_for_by_strangers_is_never_refused_and_gets_their_mail(
    app: Flask, client: FlaskClient, cast: Cast, domain: str
) -> None:
    for n in range(MAILS_A_DAY + 2):
        app.test_client().post("/join", data={"email": NEWCOMER}, environ_base={"REMOTE_ADDR": f"198.51.{n}.1"})
    assert ask(client) == 302
    assert mails() == [("join_confirm", NEWCOMER)] * MAILS_A_DAY
    assert client.get(mailed_path()).status_code == 200


def test_asking_in_vain_by_one_way_leaves_the_other_ones_open(client: FlaskClient, cast: Cast) -> None:
    address = "who@private.example"
    for _ in range(MAILS_A_DAY + 1):
        ask(client, address)
    _, path = make_link(cast.a, cast.company_admin)
    client.post(path, data={"email": address})
    assert mails() == [*[("join_unknown", address)] * MAILS_A_DAY, ("join_confirm", address)]


def test_somebody_who_came_in_by_another_way_meanwhile_is_told_to_sign_in(
    client: FlaskClient, cast: Cast, domain: str
) -> None:
    ask(client)
    with transaction():
        actions.join_account(actions.add_member(NEWCOMER, "shinjin", "新人"), cast.a, queries.today())
    assert client.get(mailed_path()).status_code == 410
    assert client.post(mailed_path(), data=FORM).status_code == 410


# --- the password's field


def password_field(page: str) -> tuple[Tag, Tag]:
    """The field of the new password, and the button that shows what is typed into it."""
    shown = BeautifulSoup(page, "html.parser")
    field, button = shown.select_one("#password"), shown.select_one("[data-show-password=password]")
    assert field is not None
    assert button is not None
    return field, button


@pytest.mark.one_database
def test_a_join_form_keeps_the_passwords_field_usable_after_an_error(
    client: FlaskClient, cast: Cast, domain: str
) -> None:
    ask(client)
    path = mailed_path()
    assert "もう一度入力してください" not in client.get(path).text
    refused = client.post(path, data={**FORM, "handle": "1"})
    assert refused.status_code == 422
    field, button = password_field(refused.text)
    assert FORM["password"] not in refused.text  # never sent back
    assert (field["type"], field.get("value", ""), field.get("disabled")) == ("password", "", None)
    told = BeautifulSoup(refused.text, "html.parser").select_one(f"#{str(field['aria-describedby']).split()[0]}")
    assert told is not None
    assert "もう一度入力してください" in told.text
    assert client.post(path, data=FORM).status_code == 302
    assert (button["type"], button["aria-controls"], "needs-js" in button["class"]) == ("button", "password", True)
    words = [(word.text, word.has_attr("hidden")) for word in button.select("span")]
    assert words == [("表示", False), ("隠す", True), ("：パスワード", False)]


@pytest.mark.one_database
def test_a_refused_company_name_is_told_of_at_the_join_form(client: FlaskClient, cast: Cast, domain: str) -> None:
    ask(client)
    cast.a.name, cast.a.reading = "旭電機株式会社", "あさひでんき"
    refused = client.post(mailed_path(), data={**FORM, "password": "asahidenki2026"})
    assert (refused.status_code, "よく使われるパスワード" in refused.text) == (422, True)
    assert "もう一度入力してください" not in refused.text  # the error says what to do


def test_the_last_day_of_a_contract_is_a_day_to_join(cast: Cast) -> None:
    day = queries.today()
    for ended_on, may in ((None, True), (day, True), (day - timedelta(days=1), False)):
        cast.a.contract_ended_on = ended_on
        assert joining_rules.can_be_joined(cast.a, day) == may
