"""That it is still the owner who sits there: asked before an act, good for minutes in this browser, under a new key."""

import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from pyotp.totp import TOTP
from time_machine import Traveller
from werkzeug.test import TestResponse

from blueprints.reauthentication import REAUTHENTICATED_ACT
from community.signin import second_factor, totp
from models.accounts import Invitation, Member, StaffRole
from models.base import db, transaction
from models.security import SignIn
from tests.cast import PASSWORD, Cast, make_cast
from tests.forms.parsing import Form, list_forms, parse
from tests.joining.test_csv_invitations import signed_in as signed_list
from tests.joining.test_csv_invitations import upload
from tests.signin.test_sign_in import is_in, sign_in
from tests.signing_in import client_of, prove

NOON = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
HALF_A_MINUTE = timedelta(seconds=30)
REASON = "4月から運営に加わったため\n二行目"
MOVE = {"account": "{b}", "from_day": "2026-11-01", "transfer_reason": REASON}


@pytest.fixture(autouse=True)
def at() -> Iterator[Traveller]:
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The rooms whose sockets were cut."""
    rooms: list[str] = []
    monkeypatch.setattr("community.realtime.reauthorise", rooms.append)
    return rooms


def open_browser(app: Flask, member: Member, *, remember: str = "") -> FlaskClient:
    """One in which the person has signed in, and has gone for lunch."""
    client = app.test_client()
    sign_in(client, member.email, remember=remember)
    return client


def set_up(member: Member) -> str:
    """Give the person a second factor, by a code of the minute before; return its secret."""
    secret = totp.make_secret()
    with transaction():
        second_factor.turn_on(member, secret, TOTP(secret).at(NOON - HALF_A_MINUTE))
    return secret


def asked(answer: TestResponse) -> Form:
    """The form of the page that asks who sits there."""
    assert (answer.status_code, "ご本人の確認" in answer.text) == (403, True)
    return next(form for form in list_forms(parse(answer.text), "/me/proof") if form.action == "/me/proof")


def answer_it(client: FlaskClient, form: Form, **typed: str) -> TestResponse:
    """Send the page that asks, and then its fields again where it leads, as browsers do with a 307."""
    fields = {name: known.value for name, known in form.fields.items() if known.kind != "button"} | typed
    answer = client.post("/me/proof", data=fields)
    assert answer.status_code == 307
    return client.post(answer.location, data=fields)


def names_in(cast: Cast, path: str) -> Mapping[str, object]:
    """Whom and what the addresses and fields below name; a second factor is there where one is to be reset."""
    if path.endswith("/reset"):
        set_up(cast.owner)
    return {name: member.handle for name, member in cast.people().items()} | {
        "a": cast.a.id, "b": cast.b.id, "vendor": cast.vendor.id,
    }  # fmt: skip


# --- what asks


ACTS: list[tuple[str, str, dict[str, str]]] = [
    ("administrator", "/people/{owner}/role", {"role": "moderator", "role_reason": REASON}),
    ("administrator", "/people/{owner}/company-admin", {"is_admin": "1"}),
    ("administrator", "/people/{owner}/suspend", {"through": "2026-12-31", "suspension_reason": REASON}),
    ("administrator", "/people/{suspended}/lift", {"lift_reason": REASON}),
    ("administrator", "/people/{owner}/two-step/reset", {"reset_reason": REASON}),
    ("company_admin", "/company/people/{owner}", {"is_admin": "1"}),
    ("cs", "/invitations", {"email": "atarashii@example.jp", "account": "{a}", "is_company_admin": "y"}),
    ("cs", "/people/{owner}/company", MOVE | {"is_company_admin": "y"}),
    ("cs", "/people/{company_admin}/company", MOVE),
    ("cs", "/people/{third}/company", MOVE),
    ("administrator", "/invitations", {"email": "atarashii@example.jp", "account": "{vendor}"}),
    ("cs", "/companies/{a}/end", {"last_day": "2026-12-31", "end_reason": REASON, "seen": ""}),
    ("owner", "/me/two-step/set-up", {"code": "123456"}),
    ("owner", "/me/sessions/end-others", {}),
    ("owner", "/me/sessions/1/end", {}),
    ("owner", "/me/devices/1/forget", {}),
    ("cs", "/me/mails", {"mention": "at_once", "accepted": "at_once", "reply": "none", "solved": "none"}),
    ("owner", "/me/sign-out-everywhere", {}),
]  # fmt: skip


@pytest.mark.parametrize(("who", "path", "fields"), ACTS, ids=[path for _, path, _ in ACTS])
def test_an_open_session_alone_changes_nobodys_keys_or_rights(
    app: Flask, cast: Cast, who: str, path: str, fields: dict[str, str]
) -> None:
    names = names_in(cast, path)
    sent = {name: value.format(**names) for name, value in fields.items()}
    client = open_browser(app, cast.people()[who])
    before = db.session.scalar(sa.select(sa.func.count()).select_from(SignIn))
    form = asked(client.post(path.format(**names), data=sent))
    kept = {name: form.fields[name].value for name in sent}
    assert {name: value.replace("\r\n", "\n") for name, value in kept.items()} == sent
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SignIn)) == before
    assert cast.owner.staff_role is None
    assert cast.owner.suspended_until is None
    assert not db.session.scalars(sa.select(Invitation)).all()


def test_the_acts_that_ask_are_all_tried(app: Flask) -> None:
    views = {name for name, view in app.view_functions.items() if hasattr(view, REAUTHENTICATED_ACT)}
    # A page: test_the_secret_of_an_authenticator_is_not_shown_before. A list: test_a_list_of_the_vendors_people_asks.
    asked_here = {"signin.set_up_two_step", "joining.confirm_csv_invitations"}
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
        for _, path, _ in ACTS:
            asked_here.add(adapter.match(re.sub(r"\{\w+\}", "7", path), method="POST")[0])
    assert asked_here == views


def test_a_list_of_the_vendors_people_asks(app: Flask, cast: Cast) -> None:
    client = open_browser(app, cast.administrator)
    people = "email,姓\natarashii@example.jp,新\n"
    for account, status in ((cast.a, 302), (cast.vendor, 403)):
        signed = signed_list(upload(client, account, people, strangers="y"))
        assert client.post("/invitations/csv/confirm", data={"upload": signed}).status_code == status
    invited = db.session.scalars(sa.select(Invitation.account_id)).all()
    assert invited == [cast.a.id]


def test_the_secret_of_an_authenticator_is_not_shown_before(app: Flask, cast: Cast) -> None:
    client = open_browser(app, cast.owner)
    answer = client.get("/me/two-step/set-up")
    assert answer.location == "/me/proof?next=/me/two-step/set-up"
    assert prove(client, proof_password=PASSWORD, proof_path="/me/two-step/set-up").location == "/me/two-step/set-up"
    assert 'class="secret"' in client.get("/me/two-step/set-up").text


def test_a_secret_that_was_shown_before_the_proof_is_worth_nothing_after_it(
    app: Flask, cast: Cast, at: Traveller
) -> None:
    client = client_of(app, cast.owner)
    shown = re.search(r'class="secret"[^>]*>([A-Z2-7 ]+)<', client.get("/me/two-step/set-up").text)
    assert shown is not None
    at.shift(timedelta(minutes=11))
    prove(client)
    again = re.search(r'class="secret"[^>]*>([A-Z2-7 ]+)<', client.get("/me/two-step/set-up").text)
    assert again is not None
    assert again[1] != shown[1]


# --- what the page says


NAMES = {
    "/people/{owner}/role": "役割を変える",
    "/people/{owner}/company-admin": "管理者にする",
    "/people/{owner}/suspend": "利用を止める",
    "/people/{suspended}/lift": "利用を再開する",
    "/people/{owner}/two-step/reset": "2段階認証を解除する",
    "/company/people/{owner}": "管理者にする",
    "/invitations": "権限を持つ人を招待する",
    "/people/{owner}/company": "所属を変える",
    "/people/{company_admin}/company": "所属を変える",
    "/people/{third}/company": "所属を変える",
    "/companies/{a}/end": "契約の終わりを登録する",
    "/me/two-step/set-up": "2段階認証をはじめる",
    "/me/sessions/end-others": "ほかのすべての端末でサインアウトする",
    "/me/sessions/1/end": "サインアウトする",
    "/me/devices/1/forget": "端末を外す",
    "/me/mails": "新しい端末のメールを止める",
    "/me/sign-out-everywhere": "すべての端末でサインアウトする",
}


def way_back(answer: TestResponse) -> str:
    links = parse(answer.text).css(".gate a")
    return str(next(link.attributes["href"] for link in links if link.text().strip() == "やめておく"))


@pytest.mark.one_database
@pytest.mark.parametrize(("who", "path", "fields"), ACTS, ids=[path for _, path, _ in ACTS])
def test_the_page_that_asks_says_what_for_and_leads_back(
    app: Flask, cast: Cast, who: str, path: str, fields: dict[str, str]
) -> None:
    names = names_in(cast, path)
    client = open_browser(app, cast.people()[who])
    sent = {name: value.format(**names) for name, value in fields.items()}
    answer = client.post(path.format(**names), data=sent)
    assert f"「{NAMES[path]}」の前に" in answer.text
    assert client.get(way_back(answer)).status_code == 200
    form = {name: known.value for name, known in asked(answer).fields.items()}
    wrong = client.post("/me/proof", data=form | {"proof_password": "not-the-password"})
    assert (f"「{NAMES[path]}」の前に" in wrong.text, way_back(wrong)) == (True, way_back(answer))


@pytest.mark.one_database
def test_who_wanted_a_page_or_nothing_is_told_so_too(app: Flask, cast: Cast) -> None:
    client = open_browser(app, cast.owner)
    page = client.get("/me/proof?next=/me/two-step/set-up")
    assert ("「2段階認証をはじめる」の前に" in page.text, way_back(page)) == (True, "/me/two-step")
    for path in ("/me/proof", "/me/proof?next=/no/such/page", "/me/proof?next=//evil.example/"):
        page = client.get(path)
        assert ("つづける前に" in page.text, way_back(page)) == (True, "/")


WRONG: list[tuple[str, str, dict[str, str], list[str]]] = [
    ("administrator", "/people/{owner}/role", {}, ["役割を選んでください", "例：4月から運営に加わった"]),
    ("administrator", "/people/{owner}/role", {"role": "", "role_reason": REASON}, ["役割を選んでください"]),
    ("administrator", "/people/{moderator}/role", {"role": "moderator", "role_reason": REASON}, ["いまと同じ役割"]),
    ("administrator", "/people/{owner}/suspend", {}, ["いつまで止めるかを入力", "例：宣伝の投稿が続き"]),
    ("administrator", "/people/{suspended}/lift", {}, ["例：本人と話し"]),
    ("administrator", "/people/{owner}/two-step/reset", {}, ["例：情報システム部の内線で"]),
    ("cs", "/invitations", {"email": "x", "account": "{a}", "is_company_admin": "y"}, ["メールアドレス"]),
    ("cs", "/people/{owner}/company", {"account": "{b}", "is_company_admin": "y"}, ["いつから", "例：4月1日付け"]),
]  # fmt: skip


@pytest.mark.one_database
@pytest.mark.parametrize(("who", "path", "fields", "said"), WRONG)
def test_a_form_that_would_be_refused_says_so_before_it_asks_who_sits_there(
    app: Flask, cast: Cast, who: str, path: str, fields: dict[str, str], said: list[str]
) -> None:
    names = names_in(cast, path)
    sent = {name: value.format(**names) for name, value in fields.items()}
    answer = open_browser(app, cast.people()[who]).post(path.format(**names), data=sent)
    assert (answer.status_code, "ご本人の確認" in answer.text) == (422, False)
    summary = parse(answer.text).css_first(".error-summary")
    assert summary is not None
    assert [sentence for sentence in said if sentence not in summary.text()] == []


# --- how it goes on


@pytest.mark.one_database
def test_what_was_sent_goes_on_after_the_proof_as_it_was_typed(app: Flask, cast: Cast) -> None:
    client = open_browser(app, cast.administrator)
    page = client.get(f"/people/{cast.owner.handle}/rights")
    form = next(f for f in list_forms(parse(page.text), "/") if f.action.endswith("/role"))
    sent = {"seen": form.fields["seen"].value, "role": "moderator", "role_reason": REASON}
    question = asked(client.post(form.action, data=sent))
    wrong = client.post(
        "/me/proof", data={**{n: f.value for n, f in question.fields.items()}, "proof_password": "not-the-password"}
    )
    assert wrong.status_code == 422
    assert "いまのパスワードが違います" in wrong.text
    assert "not-the-password" not in wrong.text
    assert cast.owner.staff_role is None
    again = next(f for f in list_forms(parse(wrong.text), "/me/proof") if f.action == "/me/proof")
    done = answer_it(client, again, proof_password=PASSWORD)
    assert done.location == f"/people/{cast.owner.handle}/rights"
    assert cast.owner.staff_role == StaffRole.MODERATOR


@pytest.mark.one_database
def test_a_form_without_fields_goes_on_too(app: Flask, cast: Cast) -> None:
    phone, laptop = open_browser(app, cast.owner), open_browser(app, cast.owner)
    answer_it(laptop, asked(laptop.post("/me/sessions/end-others")), proof_password=PASSWORD)
    assert (is_in(phone), is_in(laptop)) == (False, True)


def test_a_proof_sends_forms_only_to_acts_that_ask_for_one(app: Flask, cast: Cast) -> None:
    client = open_browser(app, cast.owner)
    for path in ("/forums/topics/new", "/sign-out", "//evil.example/people", "https://evil.example/", "/no/such/page"):
        answer = prove(client, proof_password=PASSWORD, proof_path=path, proof_waits="1", title="x")
        assert (answer.status_code, answer.location) == (302, "/"), path
    for path in ("//evil.example/", "https://evil.example/", "/\\evil.example"):
        assert prove(client, proof_password=PASSWORD, proof_path=path).location == "/"
        assert client.get("/me/proof", query_string={"next": path}).location == "/"


# --- how long, where, and for whom


def test_a_proof_is_good_for_ten_minutes(app: Flask, cast: Cast, at: Traveller) -> None:
    client = open_browser(app, cast.owner)
    prove(client)
    at.shift(timedelta(minutes=9, seconds=59))
    assert client.get("/me/two-step/set-up").status_code == 200
    at.shift(timedelta(seconds=2))
    assert client.get("/me/two-step/set-up").status_code == 302


def test_a_clock_that_steps_back_makes_no_proof_eternal(app: Flask, cast: Cast) -> None:
    client = open_browser(app, cast.owner)
    db.session.execute(sa.update(SignIn).values(proved_at=NOON + timedelta(hours=2)))
    assert client.get("/me/two-step/set-up").status_code == 302
    prove(client)
    assert client.get("/me/two-step/set-up").status_code == 200


def test_a_proof_is_good_in_its_browser_alone(app: Flask, cast: Cast) -> None:
    phone, laptop = open_browser(app, cast.owner), open_browser(app, cast.owner)
    prove(phone)
    asked(laptop.post("/me/sessions/end-others"))


def test_a_proof_ends_with_the_sign_in_and_is_nobody_elses(app: Flask, cast: Cast) -> None:
    client = open_browser(app, cast.administrator)
    prove(client)
    client.post("/sign-out")
    sign_in(client, cast.administrator.email)
    asked(client.post(f"/people/{cast.owner.handle}/company-admin", data={"is_admin": "1"}))
    prove(client)
    sign_in(client, cast.owner.email)  # over the session that was there
    asked(client.post("/me/sessions/end-others"))


def test_a_proof_does_not_outlive_a_password(app: Flask, cast: Cast) -> None:
    client = open_browser(app, cast.owner)
    prove(client)
    client.post("/me/password", data={"old_password": PASSWORD, "password": "yugata-no-engawa"})
    assert is_in(client)
    asked(client.post("/me/sessions/end-others"))


# --- the key


def test_a_copied_cookie_dies_with_the_proof_and_the_browser_goes_on(app: Flask, cast: Cast, cut: list[str]) -> None:
    client, thief = open_browser(app, cast.owner, remember="y"), app.test_client()
    for name in ("tsudoi", "tsudoi_remember"):
        cookie = client.get_cookie(name)
        assert cookie is not None
        thief.set_cookie(name, cookie.value)
    assert is_in(thief)
    prove(client)
    assert not is_in(thief)
    assert is_in(client)
    client.delete_cookie("tsudoi")
    assert is_in(client)  # the remembered device knows the new key
    assert cut == [f"member:{cast.owner.id}"]
    assert len(db.session.scalars(sa.select(SignIn).where(SignIn.member_id == cast.owner.id)).all()) == 1


@pytest.mark.one_database
def test_other_tabs_of_the_browser_go_on_with_their_forms(csrf_client: FlaskClient, cast: Cast) -> None:
    client = csrf_client
    page = client.get("/sign-in").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token is not None
    client.post("/sign-in", data={"email": cast.owner.email, "password": PASSWORD, "csrf_token": token[1]})
    tab = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/me/settings").text)
    assert tab is not None
    prove(client, proof_password=PASSWORD, csrf_token=tab[1])
    answer = client.post("/me/sessions/end-others", data={"csrf_token": tab[1]})
    assert answer.location == "/me/sessions"


@pytest.mark.parametrize("path", ["/me/two-step/off", "/me/two-step/codes"])
def test_forms_that_ask_by_themselves_give_a_new_key(app: Flask, cast: Cast, path: str) -> None:
    secret = set_up(cast.owner)
    client, thief = client_of(app, cast.owner, proved=False), app.test_client()
    cookie = client.get_cookie("tsudoi")
    assert cookie is not None
    thief.set_cookie("tsudoi", cookie.value)
    client.post(path, data={"password": PASSWORD, "code": TOTP(secret).at(NOON)})
    assert (is_in(client), is_in(thief)) == (True, False)


def test_another_address_asked_for_gives_a_new_key(app: Flask, cast: Cast) -> None:
    client, thief = client_of(app, cast.owner, proved=False), app.test_client()
    cookie = client.get_cookie("tsudoi")
    assert cookie is not None
    thief.set_cookie("tsudoi", cookie.value)
    client.post("/me/email", data={"email": "new@kita.example", "password": PASSWORD})
    assert (is_in(client), is_in(thief)) == (True, False)


# --- by what


def test_who_has_a_second_factor_proves_it_by_a_code_once(app: Flask, cast: Cast) -> None:
    secret = set_up(cast.owner)
    client = client_of(app, cast.owner, proved=False)
    form = asked(client.post("/me/sessions/end-others"))
    assert "proof_password" not in form.fields  # the browser that is asked may have kept it
    assert prove(client, proof_password=PASSWORD).status_code == 422
    assert prove(client, proof_code="000000").status_code == 422
    assert prove(client, proof_code=TOTP(secret).at(NOON)).status_code == 302
    other = client_of(app, cast.owner, proved=False)
    assert prove(other, proof_code=TOTP(secret).at(NOON)).status_code == 422


def test_a_recovery_code_proves_it_too(app: Flask, cast: Cast) -> None:
    secret = totp.make_secret()
    with transaction():
        codes = second_factor.turn_on(cast.owner, secret, TOTP(secret).at(NOON))
    assert prove(client_of(app, cast.owner, proved=False), proof_code=codes[0]).status_code == 302


def test_who_has_no_password_gets_one_by_mail_first(app: Flask, cast: Cast) -> None:
    client = client_of(app, cast.owner, proved=False)
    cast.owner.password_hash = None
    answer = client.post("/me/sessions/end-others")
    assert "メールでパスワードを決める" in answer.text
    assert prove(client).status_code == 422


# --- at once, twice, and too often


def test_guesses_in_a_stolen_session_stop_and_lock_nobody_out(make_app: Callable[..., Flask]) -> None:
    app = make_app(rate_limits=True)
    with app.app_context():
        with transaction():
            owner = make_cast(db.session).owner
        thief, elsewhere = client_of(app, owner, proved=False), client_of(app, owner, proved=False)
        email = owner.email
    codes = [prove(thief, proof_password=f"guess-number-{n}").status_code for n in range(11)]
    assert codes == [422] * 10 + [429]
    assert prove(thief).status_code == 429
    refused = thief.post("/me/proof", data={"proof_path": "/", "proof_password": PASSWORD})
    assert "お急ぎのときは" in refused.text
    assert parse(refused.text).css_first('.error-page a[href="/password/forgot"]') is not None
    assert prove(elsewhere).status_code == 302
    assert sign_in(app.test_client(), email).status_code == 302


def test_of_two_proofs_at_once_one_gives_the_key_and_none_fails(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    with app.app_context():
        with transaction():
            owner = make_cast(db.session).owner
        tabs = [client_of(app, owner, proved=False)]
        cookie = tabs[0].get_cookie("tsudoi")
        member_id = owner.id
    assert cookie is not None
    for _ in range(3):
        tabs.append(app.test_client())
        tabs[-1].set_cookie("tsudoi", cookie.value)
    with ThreadPoolExecutor(len(tabs)) as pool:
        answers = list(pool.map(prove, tabs))
    assert {answer.status_code for answer in answers} == {302}
    assert [answer.location for answer in answers].count("/") == 1
    assert [is_in(tab) for tab in tabs].count(True) == 1
    with app.app_context():
        assert len(db.session.scalars(sa.select(SignIn).where(SignIn.member_id == member_id)).all()) == 1


def test_the_second_of_two_proofs_of_one_key_is_told_and_breaks_nothing(app: Flask, cast: Cast) -> None:
    client, tab = open_browser(app, cast.owner), app.test_client()
    cookie = client.get_cookie("tsudoi")
    assert cookie is not None
    tab.set_cookie("tsudoi", cookie.value)
    assert prove(client).status_code == 302
    assert prove(tab).location.startswith("/sign-in")  # the same cookie, sent again: it is void
    assert is_in(client)
