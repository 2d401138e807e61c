"""A code besides the password: set up, asked for, used once, replaced when it is lost."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import segno
import sqlalchemy as sa
import time_machine
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from pyotp.totp import TOTP
from time_machine import Traveller

from community.accounts import one_time, queries, second_factor
from community.accounts.second_factor import Proof, WrongCodeError
from community.accounts.tokens import make_reset_token
from models.accounts import Member
from models.audit import AuditEntry
from models.base import db, transaction
from models.forums import Category, Draft
from models.mail import Mail
from models.security import RecoveryCode
from tests.accounts.test_sign_in import is_in, sign_in
from tests.cast import PASSWORD, Cast, make_cast
from tests.signing_in import client_of

NOON = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
HALF_A_MINUTE = timedelta(seconds=30)
SALT = "a-salt"


@pytest.fixture(autouse=True)
def at() -> Iterator[Traveller]:
    """Noon, until a test moves on."""
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def code_of(member: Member, moment: datetime = NOON) -> str:
    return TOTP(one_time.secret_of(member, member.totp_salt or SALT)).at(moment)


def turn_on(member: Member, moment: datetime = NOON) -> list[str]:
    """By a code of the minute before, so that the one of now is still good."""
    with transaction():
        return second_factor.turn_on(member, SALT, code_of(member, moment - HALF_A_MINUTE))


def test_it_counts_once_a_code_has_confirmed_it(app: Flask, cast: Cast) -> None:
    client = client_of(app, cast.owner)
    page = BeautifulSoup(client.get("/me/two-step/set-up").text, "html.parser")
    secret = page.select_one("code.secret").text.replace(" ", "")  # pyright: ignore[reportOptionalMemberAccess]
    assert client.post("/me/two-step/set-up", data={"code": "000000"}).status_code == 422
    assert cast.owner.totp_since is None
    answer = client.post("/me/two-step/set-up", data={"code": TOTP(secret).at(NOON)})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert cast.owner.totp_since is not None
    codes = re.findall(r'<code translate="no">([0-9a-z-]{19})</code>', answer.text)
    assert len(set(codes)) == 10
    kept = set(db.session.scalars(sa.select(RecoveryCode.code_hash)))
    assert kept == {one_time.recovery_hash(code) for code in codes}
    assert not any(code in str(kept) for code in codes)
    assert client.get("/me/two-step/set-up").location == "/me/two-step"  # the secret is not shown again


def test_the_picture_says_what_the_text_says_and_fits_the_policy(app: Flask, cast: Cast) -> None:
    client = client_of(app, cast.owner)
    page = BeautifulSoup(client.get("/me/two-step/set-up").text, "html.parser")
    picture = page.select_one("[role=img] > svg.qr")
    assert picture is not None
    assert not any(tag.has_attr("style") for tag in page.find_all(True))
    with client.session_transaction() as session:
        address = one_time.address_of(cast.owner, session["totp_salt"])
    text = page.select_one("code.secret").text  # pyright: ignore[reportOptionalMemberAccess]
    assert f"secret={text.replace(' ', '')}&" in address
    expected = segno.make(address, micro=False).svg_inline(omitsize=True)
    assert str(picture.select("path")[-1]["d"]) in expected


def test_the_database_alone_tells_no_secret(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    turn_on(cast.owner)
    before = one_time.secret_of(cast.owner, SALT)
    assert one_time.secret_of(cast.colleague, SALT) != before
    monkeypatch.setitem(app.config, "SECRET_KEY", "another secret of another application")
    assert one_time.secret_of(cast.owner, SALT) != before


def test_the_password_alone_no_longer_opens_the_door(client: FlaskClient, cast: Cast) -> None:
    turn_on(cast.owner)
    answer = sign_in(client, cast.owner.email, remember="y", next="/me/profile")
    assert answer.location == "/sign-in/code"
    assert not is_in(client)
    assert client.get_cookie("tsudoi_remember") is None
    assert client.post("/sign-in/code", data={"code": "12345"}).status_code == 422
    answer = client.post("/sign-in/code", data={"code": code_of(cast.owner)})
    assert answer.location == "/me/profile"
    assert is_in(client)
    client.delete_cookie("tsudoi")
    assert is_in(client)  # the device that has shown a code is remembered


def test_a_code_is_good_once(app: Flask, cast: Cast, at: Traveller) -> None:
    turn_on(cast.owner)
    first, second = app.test_client(), app.test_client()
    for client in (first, second):
        sign_in(client, cast.owner.email)
        client.post("/sign-in/code", data={"code": code_of(cast.owner)})
    assert (is_in(first), is_in(second)) == (True, False)
    at.move_to(NOON + HALF_A_MINUTE)
    second.post("/sign-in/code", data={"code": code_of(cast.owner, NOON - HALF_A_MINUTE)})
    assert not is_in(second)  # an older one than the last, too
    second.post("/sign-in/code", data={"code": code_of(cast.owner, NOON + HALF_A_MINUTE)})
    assert is_in(second)


@pytest.mark.parametrize(("steps", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(app: Flask, cast: Cast, steps: int, *, fits: bool) -> None:
    secret = one_time.secret_of(cast.owner, SALT)
    typed = code_of(cast.owner, NOON + steps * HALF_A_MINUTE)
    assert (one_time.find_step(secret, typed, NOON, after=0) is not None) == fits


@pytest.mark.parametrize("typed", [" {} ", "{:.3}　{}", "full width"])
def test_codes_are_taken_as_people_type_them(app: Flask, cast: Cast, typed: str) -> None:
    code = code_of(cast.owner)
    written = {
        " {} ": f" {code} ",
        "{:.3}　{}": f"{code[:3]}　{code[3:]}",
        "full width": code.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)}),
    }[typed]
    assert one_time.find_step(one_time.secret_of(cast.owner, SALT), written, NOON, after=0)


def test_a_recovery_code_is_good_once_however_it_is_typed(client: FlaskClient, cast: Cast) -> None:
    codes = turn_on(cast.owner)
    sign_in(client, cast.owner.email)
    answer = client.post("/sign-in/code", data={"code": codes[3].upper().replace("-", " ")}, follow_redirects=True)
    assert "残りは9個です" in answer.text
    assert is_in(client)
    assert second_factor.check_code(cast.owner, codes[3]) is None
    assert second_factor.check_code(cast.owner, codes[4]) == Proof.RECOVERY
    assert second_factor.check_code(cast.colleague, codes[5]) is None
    assert one_time.recovery_hash("O0il") == one_time.recovery_hash("0011")


def test_new_recovery_codes_take_the_place_of_the_old_ones(app: Flask, cast: Cast) -> None:
    old = turn_on(cast.owner)
    client = client_of(app, cast.owner)
    wrong = client.post("/me/two-step/codes", data={"password": "not-the-password", "code": code_of(cast.owner)})
    assert wrong.status_code == 422
    answer = client.post("/me/two-step/codes", data={"password": PASSWORD, "code": code_of(cast.owner)})
    new = re.findall(r'<code translate="no">([0-9a-z-]{19})</code>', answer.text)
    assert len(new) == 10
    assert second_factor.check_code(cast.owner, old[0]) is None
    for code in new[:7]:
        assert second_factor.check_code(cast.owner, code) == Proof.RECOVERY
    assert "残り3個です。なくなる前に" in client.get("/me/two-step").text


def test_switching_off_needs_password_and_code(app: Flask, cast: Cast) -> None:
    turn_on(cast.owner)
    client = client_of(app, cast.owner)
    for data in (
        {"password": "not-the-password", "code": code_of(cast.owner)},
        {"password": PASSWORD, "code": "000000"},
        {"password": PASSWORD, "code": ""},
    ):
        assert client.post("/me/two-step/off", data=data).status_code == 422
        assert cast.owner.totp_since is not None
    client.post("/me/two-step/off", data={"password": PASSWORD, "code": code_of(cast.owner)})
    assert cast.owner.totp_since is None
    assert queries.count_recovery_codes(cast.owner.id) == 0
    assert kinds_of_mail() == ["second_factor_on", "second_factor_off"]


def test_other_devices_are_out_once_it_is_on(app: Flask, cast: Cast) -> None:
    phone, laptop = client_of(app, cast.owner), client_of(app, cast.owner)
    laptop.get("/me/two-step/set-up")
    with laptop.session_transaction() as session:
        secret = one_time.secret_of(cast.owner, session["totp_salt"])
    laptop.post("/me/two-step/set-up", data={"code": TOTP(secret).at(NOON)})
    assert (is_in(phone), is_in(laptop)) == (False, True)


def test_a_new_password_by_mail_does_not_get_around_it(client: FlaskClient, cast: Cast) -> None:
    turn_on(cast.owner)
    token = make_reset_token(cast.owner)
    answer = client.post(f"/password/reset/{token}", data={"password": "yugata-no-engawa"})
    assert answer.location == "/sign-in/code"
    assert not is_in(client)
    client.post("/sign-in/code", data={"code": code_of(cast.owner)})
    assert is_in(client)


def test_the_first_step_is_worth_nothing_once_the_password_is_another(client: FlaskClient, cast: Cast) -> None:
    turn_on(cast.owner)
    sign_in(client, cast.owner.email)
    cast.owner.session_version += 1
    assert client.post("/sign-in/code", data={"code": code_of(cast.owner)}).location == "/sign-in"
    assert not is_in(client)


def test_the_first_step_is_worth_nothing_after_ten_minutes(client: FlaskClient, cast: Cast, at: Traveller) -> None:
    turn_on(cast.owner)
    sign_in(client, cast.owner.email)
    later = NOON + timedelta(minutes=11)
    at.move_to(later)
    assert client.get("/sign-in/code").location == "/sign-in"
    assert client.post("/sign-in/code", data={"code": code_of(cast.owner, later)}).location == "/sign-in"
    assert not is_in(client)


def test_a_text_from_a_lost_session_comes_through_both_steps(app: Flask, client: FlaskClient, cast: Cast) -> None:
    turn_on(cast.owner)
    db.session.add(Category(slug="open", name="だれでも"))
    body = "書きかけの本文です。" * 300
    lost = client.post("/forums/topics/new", data={"title": "書きかけ", "body": body, "category": ""})
    aside = BeautifulSoup(lost.text, "html.parser").select_one("input[name=resume]")
    assert aside is not None
    page = sign_in(client, cast.owner.email, resume=str(aside["value"]))
    kept = BeautifulSoup(page.text, "html.parser").select_one("input[name=resume]")
    assert kept is not None
    wrong = client.post("/sign-in/code", data={"code": "000000", "resume": str(kept["value"])})
    assert str(kept["value"]) in wrong.text
    answer = client.post("/sign-in/code", data={"code": code_of(cast.owner), "resume": str(kept["value"])})
    assert answer.location == "/forums/topics/new"
    assert db.session.scalars(sa.select(Draft.body).where(Draft.member_id == cast.owner.id)).one() == body


# --- the staff


def test_staff_are_led_to_set_it_up_where_it_is_required(make_app: Callable[..., Flask]) -> None:
    app = make_app(require_totp_for_staff=True)
    with app.app_context():
        with transaction():
            cast = make_cast(db.session)
        staff, customer = client_of(app, cast.cs), client_of(app, cast.owner)
        for path in ("/", "/accounts", "/me/settings", "/companies"):
            assert staff.get(path).location == "/me/two-step/set-up"
        assert staff.post("/me/settings", data={"locale": "en"}).location == "/me/two-step/set-up"
        assert "はじめに2段階認証を設定してください" in staff.get("/me/two-step/set-up").text
        assert customer.get("/").status_code == 200
        turn_on(db.session.merge(cast.cs))
        assert client_of(app, cast.cs).get("/accounts").status_code == 200


def test_staff_go_on_as_ever_where_it_is_not(app: Flask, cast: Cast) -> None:
    assert client_of(app, cast.cs).get("/accounts").status_code == 200


def test_an_administrator_resets_it_with_a_reason(app: Flask, cast: Cast, client: FlaskClient) -> None:
    turn_on(cast.owner)
    administrator, path = client_of(app, cast.administrator), f"/people/{cast.owner.handle}/two-step/reset"
    assert administrator.post(path, data={"reset_reason": ""}).status_code == 422
    administrator.post(path, data={"reset_reason": "内線で本人と確かめたため"})
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "member.reset_second_factor")).one()
    assert (entry.actor_id, entry.subject_id, entry.reason) == (
        cast.administrator.id, cast.owner.id, "内線で本人と確かめたため",
    )  # fmt: skip
    assert kinds_of_mail()[-1] == "second_factor_reset"
    assert sign_in(client, cast.owner.email).location == "/"


def test_nobody_resets_their_own(app: Flask, cast: Cast) -> None:
    turn_on(cast.administrator)
    path = f"/people/{cast.administrator.handle}/two-step/reset"
    assert client_of(app, cast.administrator).post(path, data={"reset_reason": "なくした"}).status_code == 403


def test_what_is_wrong_changes_nothing(app: Flask, cast: Cast) -> None:
    with pytest.raises(WrongCodeError):
        second_factor.turn_on(cast.owner, SALT, "000000")
    assert second_factor.check_code(cast.owner, "000000") is None
    assert not second_factor.reset(cast.owner, by=cast.administrator, reason="")


def kinds_of_mail() -> list[str]:
    return list(db.session.scalars(sa.select(Mail.kind).order_by(Mail.id)))
