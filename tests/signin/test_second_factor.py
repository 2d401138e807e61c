"""A code besides the password: set up, asked for, used once, replaced when it is lost."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import segno
import sqlalchemy as sa
import time_machine
from bs4 import BeautifulSoup
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from pyotp.totp import TOTP
from time_machine import Traveller

from blueprints.joining.terms import ASKED_AT
from community.__main__ import main
from community.accounts import queries
from community.encryption import UnreadableError
from community.joining import terms
from community.joining.terms import NewVersion
from community.signin import queries as signin_queries
from community.signin import second_factor, totp
from community.signin.second_factor import CodeKind, WrongCodeError
from community.signin.tokens import make_reset_token
from models.accounts import Member
from models.audit import AuditEntry
from models.base import db, transaction
from models.forums import Category, Draft
from models.joining import TermsKind
from models.mail import Mail
from models.security import RecoveryCode
from tests.cast import PASSWORD, Cast, make_cast
from tests.databases import make_config, plain_environment
from tests.signin.test_sign_in import is_in, sign_in
from tests.signing_in import client_of, prove

NOON = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
HALF_A_MINUTE = timedelta(seconds=30)
SECRET = totp.make_secret()


@pytest.fixture(autouse=True)
def at() -> Iterator[Traveller]:
    """Noon, until a test moves on."""
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def code_of(member: Member, moment: datetime = NOON) -> str:
    secret = totp.decrypt_secret(member.id, member.totp_secret) if member.totp_secret else SECRET
    return TOTP(secret).at(moment)


def turn_on(member: Member, moment: datetime = NOON) -> list[str]:
    """By a code of the minute before, so that the one of now is still good."""
    with transaction():
        return second_factor.turn_on(member, SECRET, code_of(member, moment - HALF_A_MINUTE))


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
    assert kept == {totp.recovery_hash(code) for code in codes}
    assert not any(code in str(kept) for code in codes)
    assert client.get("/me/two-step/set-up").location == "/me/two-step"  # the secret is not shown again


@pytest.mark.one_database
def test_the_picture_says_what_the_text_says_and_fits_the_policy(app: Flask, cast: Cast) -> None:
    client = client_of(app, cast.owner)
    page = BeautifulSoup(client.get("/me/two-step/set-up").text, "html.parser")
    picture = page.select_one("[role=img] > svg.qr")
    assert picture is not None
    assert not any(tag.has_attr("style") for tag in page.find_all(True))
    secret = page.select_one("code.secret").text.replace(" ", "")  # pyright: ignore[reportOptionalMemberAccess]
    address = totp.address_of(cast.owner, secret)
    assert f"secret={secret}&" in address
    expected = segno.make(address, micro=False).svg_inline(omitsize=True)
    assert str(picture.select("path")[-1]["d"]) in expected


def test_the_database_alone_tells_no_secret(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    turn_on(cast.owner)
    kept = cast.owner.totp_secret or ""
    assert SECRET not in kept
    assert totp.decrypt_secret(cast.owner.id, kept) == SECRET
    with pytest.raises(UnreadableError):  # copied into somebody else's row
        totp.decrypt_secret(cast.colleague.id, kept)
    monkeypatch.setitem(app.config, "TSUDOI", make_config(tmp_path, ""))  # another installation, with its own key
    with pytest.raises(UnreadableError):
        totp.decrypt_secret(cast.owner.id, kept)


def test_the_password_alone_is_no_longer_enough(client: FlaskClient, cast: Cast) -> None:
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


@pytest.mark.one_database
@pytest.mark.parametrize(("steps", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(app: Flask, cast: Cast, steps: int, *, fits: bool) -> None:
    secret = SECRET
    typed = code_of(cast.owner, NOON + steps * HALF_A_MINUTE)
    assert (totp.find_step(secret, typed, NOON, after=0) is not None) == fits


@pytest.mark.one_database
@pytest.mark.parametrize("typed", [" {} ", "{:.3}　{}", "full width"])
def test_codes_are_taken_as_people_type_them(app: Flask, cast: Cast, typed: str) -> None:
    code = code_of(cast.owner)
    written = {
        " {} ": f" {code} ",
        "{:.3}　{}": f"{code[:3]}　{code[3:]}",
        "full width": code.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)}),
    }[typed]
    assert totp.find_step(SECRET, written, NOON, after=0)


def test_a_recovery_code_is_good_once_however_it_is_typed(client: FlaskClient, cast: Cast) -> None:
    codes = turn_on(cast.owner)
    sign_in(client, cast.owner.email)
    answer = client.post("/sign-in/code", data={"code": codes[3].upper().replace("-", " ")}, follow_redirects=True)
    assert "残りは9個です" in answer.text
    assert is_in(client)
    assert second_factor.check_code(cast.owner, codes[3]) is None
    assert second_factor.check_code(cast.owner, codes[4]) == CodeKind.RECOVERY
    assert second_factor.check_code(cast.colleague, codes[5]) is None
    assert totp.recovery_hash("O0il") == totp.recovery_hash("0011")


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
        assert second_factor.check_code(cast.owner, code) == CodeKind.RECOVERY
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
    assert signin_queries.count_recovery_codes(cast.owner.id) == 0
    assert kinds_of_mail() == ["second_factor_on", "second_factor_off"]


def test_other_devices_are_out_once_it_is_on(app: Flask, cast: Cast) -> None:
    phone, laptop = client_of(app, cast.owner), client_of(app, cast.owner)
    page = BeautifulSoup(laptop.get("/me/two-step/set-up").text, "html.parser")
    secret = page.select_one("code.secret").text.replace(" ", "")  # pyright: ignore[reportOptionalMemberAccess]
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


@pytest.mark.one_database
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


@pytest.mark.one_database
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


@pytest.mark.one_database
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
        second_factor.turn_on(cast.owner, SECRET, "000000")
    assert second_factor.check_code(cast.owner, "000000") is None
    assert not second_factor.reset(cast.owner, by=cast.administrator, reason="")


def kinds_of_mail() -> list[str]:
    return list(db.session.scalars(sa.select(Mail.kind).order_by(Mail.id)))


# --- a clock that is set back


def test_who_signed_in_before_the_clock_was_set_back_is_not_locked_out(app: Flask, cast: Cast, at: Traveller) -> None:
    turn_on(cast.owner)
    assert second_factor.check_code(cast.owner, code_of(cast.owner)) is CodeKind.CODE
    earlier = NOON - timedelta(hours=2)
    at.move_to(earlier)
    assert second_factor.check_code(cast.owner, code_of(cast.owner, earlier)) is CodeKind.CODE
    assert second_factor.check_code(cast.owner, code_of(cast.owner, earlier)) is None  # once, as ever


def test_a_nudge_of_the_clock_makes_no_used_code_good_again(app: Flask, cast: Cast, at: Traveller) -> None:
    turn_on(cast.owner)
    used = code_of(cast.owner)
    assert second_factor.check_code(cast.owner, used) is CodeKind.CODE
    at.move_to(NOON - HALF_A_MINUTE)
    assert second_factor.check_code(cast.owner, used) is None


# --- a new secret key

# The last one is what version 0.1 derived for member 7 from OLD_KEY and "a-salt".
OLD_KEY, NEW_KEY = "3f1d9b72c4e8a06f5be217d98c40aa63", "9ad07c51e6b3f8240d7e1c5b9a2f4683"
OLD_DERIVED = "OCUPMBVPUYXJOST3HGLNNYFR4NUDAK7S"


@pytest.fixture
def under(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Let the installation have this secret key from now on, and these before it."""

    def change(key: str, *before: str) -> None:
        data_dir = tmp_path / key[:6].replace(" ", "-")
        config = make_config(data_dir, "", secret_key=key, secret_keys_before=",".join(before))
        monkeypatch.setitem(app.config, "TSUDOI", config)

    change(OLD_KEY)
    return change


def signs_in_by_code(app: Flask, member: Member, moment: datetime = NOON, secret: str = SECRET) -> bool:
    client = app.test_client()
    sign_in(client, member.email)
    client.post("/sign-in/code", data={"code": TOTP(secret).at(moment)})
    return is_in(client)


def test_an_authenticator_survives_a_new_secret_key(app: Flask, cast: Cast, under: Callable[..., None]) -> None:
    turn_on(cast.owner)
    under(NEW_KEY, "one that never was", OLD_KEY)
    assert signs_in_by_code(app, cast.owner)


def test_rotate_keys_lets_the_old_key_go(
    app: Flask, cast: Cast, under: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_on(cast.owner)
    monkeypatch.setattr("community.commands.accounts.create_app", lambda _: app)
    under(NEW_KEY, OLD_KEY)
    for _ in range(2):  # as often as one likes
        said = CliRunner(env=plain_environment()).invoke(main, ["rotate-keys"], catch_exceptions=False)
        assert (said.exit_code, said.output) == (0, "Authenticators encrypted with today's secret key: 1\n")
    under(NEW_KEY)
    assert signs_in_by_code(app, cast.owner)
    under(OLD_KEY)
    assert not second_factor.is_readable(cast.owner)


def test_rotate_keys_says_what_it_cannot_read_and_leaves_it(
    app: Flask, cast: Cast, under: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_on(cast.owner)
    monkeypatch.setattr("community.commands.accounts.create_app", lambda _: app)
    under(NEW_KEY)
    said = CliRunner(env=plain_environment()).invoke(main, ["rotate-keys"], catch_exceptions=False)
    assert said.exit_code == 1
    assert "Unreadable: 1" in said.output
    under(NEW_KEY, OLD_KEY)
    assert signs_in_by_code(app, cast.owner)


def test_with_a_lost_key_one_is_told_and_comes_in_by_a_recovery_code(
    app: Flask, client: FlaskClient, cast: Cast, under: Callable[..., None]
) -> None:
    codes = turn_on(cast.owner)
    under(NEW_KEY)
    sign_in(client, cast.owner.email)
    refused = client.post("/sign-in/code", data={"code": TOTP(SECRET).at(NOON)})
    assert refused.status_code == 422
    assert "いまは認証アプリのコードを確かめられません" in refused.text
    assert client.post("/sign-in/code", data={"code": codes[0]}).status_code == 302
    assert client.post("/me/two-step/off", data={"password": PASSWORD, "code": codes[1]}).status_code == 302
    assert cast.owner.totp_since is None


def derive(member: Member, salt: str) -> str:
    """Give the person a second factor as the version before did it: a salt, and nothing else; return its secret."""
    member.totp_salt, member.totp_since, member.totp_last_step = salt, NOON - timedelta(days=30), 1
    db.session.flush()
    return totp.derive_secrets(member.id, salt)[0]


@pytest.mark.one_database
def test_the_derived_secret_is_what_the_version_before_derived(app: Flask, under: Callable[..., None]) -> None:
    # HMAC of HMAC, worked out by that version for member 7 and this key.
    assert totp.derive_secrets(7, "a-salt") == [OLD_DERIVED]


def test_an_enrolment_of_the_version_before_goes_on_and_is_encrypted_by_migrate(
    app: Flask, cast: Cast, under: Callable[..., None]
) -> None:
    secret = derive(cast.owner, "a-salt")
    with transaction():
        assert second_factor.encrypt_derived() == 1
        assert second_factor.encrypt_derived() == 0
    assert cast.owner.totp_salt == "a-salt"  # the old code reads it while the new one is rolled out
    under(NEW_KEY, OLD_KEY)
    with transaction():
        assert second_factor.encrypt_anew() == second_factor.Reencrypted(1, 0, 0)
    assert cast.owner.totp_salt is None
    under(NEW_KEY)
    assert signs_in_by_code(app, cast.owner, secret=secret)


def test_an_enrolment_that_nothing_encrypted_goes_on_as_long_as_its_key_is_known(
    app: Flask, cast: Cast, under: Callable[..., None]
) -> None:
    secret = derive(cast.owner, "a-salt")
    under(NEW_KEY, OLD_KEY)
    with transaction():
        assert second_factor.encrypt_derived() == 0  # of which key it is, no row says
        assert second_factor.encrypt_anew() == second_factor.Reencrypted(0, 0, 1)
    assert signs_in_by_code(app, cast.owner, secret=secret)
    under(NEW_KEY)  # that sign-in has encrypted it
    assert signs_in_by_code(app, cast.owner, NOON + HALF_A_MINUTE, secret)


def test_an_embedded_installation_changes_its_own_key(tmp_path: Path) -> None:
    before = make_config(tmp_path, "").secret
    fresh = make_config(tmp_path, "").make_new_secret()
    assert fresh.secret != before
    assert fresh.secrets_before == [before]
    assert make_config(tmp_path, "").secrets_before == [before]
    assert {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {
        "secret-key": 0o600, "secret-keys-before": 0o600,
    }  # fmt: skip
    fresh.forget_secrets_before()
    assert make_config(tmp_path, "").secrets_before == []
    moved = make_config(tmp_path, "", secret_key="a, key, with commas of its own", secret_keys_before="x,y")
    assert moved.secrets_before == ["x,y", "x", "y", fresh.secret]  # the file of the time before the setting


def fields_of(page: str, action: str) -> dict[str, str]:
    """What the form with this address sends, as a browser would."""
    form = BeautifulSoup(page, "html.parser").select_one(f'form[action="{action}"]')
    assert form is not None
    return {str(field["name"]): str(field.get("value", "")) for field in form.select("input[name]")}


def secret_on(page: str) -> str:
    found = BeautifulSoup(page, "html.parser").select_one("code.secret")
    assert found is not None
    return found.text.replace(" ", "")


def test_the_code_is_of_the_secret_that_was_shown_though_the_proof_ended_meanwhile(
    app: Flask, cast: Cast, at: Traveller
) -> None:
    client = client_of(app, cast.owner)
    page = client.get("/me/two-step/set-up").text
    later = NOON + timedelta(minutes=11)
    at.move_to(later)
    fields = {**fields_of(page, "/me/two-step/set-up"), "code": TOTP(secret_on(page)).at(later)}
    asked = client.post("/me/two-step/set-up", data=fields)
    assert asked.status_code == 403
    sent = {**fields_of(asked.text, "/me/proof"), "proof_password": PASSWORD}
    answer = client.post("/me/proof", data=sent)
    assert (answer.status_code, answer.location) == (307, "/me/two-step/set-up")
    assert client.post(answer.location, data=sent).status_code == 200
    assert totp.decrypt_secret(cast.owner.id, cast.owner.totp_secret or "") == secret_on(page)


def test_of_two_tabs_each_is_confirmed_by_the_code_of_what_it_shows(app: Flask, cast: Cast, at: Traveller) -> None:
    client = client_of(app, cast.owner)
    first = client.get("/me/two-step/set-up").text
    later = NOON + timedelta(hours=2)
    at.move_to(later)
    prove(client)
    second = client.get("/me/two-step/set-up").text
    assert secret_on(second) != secret_on(first)
    fields = {**fields_of(first, "/me/two-step/set-up"), "code": "000000"}
    wrong = client.post("/me/two-step/set-up", data=fields)
    assert (wrong.status_code, secret_on(wrong.text)) == (422, secret_on(first))
    fields = {**fields_of(wrong.text, "/me/two-step/set-up"), "code": TOTP(secret_on(first)).at(later)}
    assert client.post("/me/two-step/set-up", data=fields).status_code == 200
    assert totp.decrypt_secret(cast.owner.id, cast.owner.totp_secret or "") == secret_on(first)


@pytest.mark.one_database
@pytest.mark.parametrize("shown", ["", "rubbish", "another's"])
def test_a_secret_that_this_person_was_not_shown_is_not_taken(app: Flask, cast: Cast, shown: str) -> None:
    client = client_of(app, cast.owner)
    sent = totp.encrypt_secret(cast.colleague.id, SECRET) if shown == "another's" else shown
    own = secret_on(client.get("/me/two-step/set-up").text)
    answer = client.post("/me/two-step/set-up", data={"code": TOTP(SECRET).at(NOON), "shown": sent})
    assert (answer.status_code, secret_on(answer.text)) == (422, own)


@pytest.fixture
def required(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "TSUDOI", app.config["TSUDOI"].model_copy(update={"require_totp_for_staff": True}))


@pytest.mark.one_database
@pytest.mark.usefixtures("required")
def test_staff_who_must_set_it_up_can_have_a_new_password_sent(app: Flask, cast: Cast) -> None:
    staff = client_of(app, cast.cs, proved=False)
    asked = staff.get("/me/two-step/set-up", follow_redirects=True).text
    assert staff.get("/me/two-step").status_code == 200  # やめる leads there
    forgot = BeautifulSoup(asked, "html.parser").select_one('a[href="/password/forgot"]')
    assert forgot is not None
    assert staff.get(str(forgot["href"])).status_code == 200
    sent = staff.post("/password/forgot", data={"email": cast.cs.email})
    assert staff.get(sent.location).status_code == 200
    mail = db.session.scalars(sa.select(Mail).where(Mail.kind == "password_reset")).one()
    (path,) = set(re.findall(r"/password/reset/[^\s<\"]+", mail.text))
    assert staff.get(path).status_code == 200
    staff.post(path, data={"password": "yugata-no-engawa"})
    prove(staff, proof_password="yugata-no-engawa")
    assert secret_on(staff.get("/me/two-step/set-up").text)


@pytest.mark.usefixtures("required")
def test_staff_who_must_set_it_up_come_past_the_gate_of_the_terms(app: Flask, cast: Cast) -> None:
    with transaction():
        new = NewVersion(TermsKind.TERMS, queries.today(), True, "## 約束", "")
        version = terms.publish(new, None)
    staff = client_of(app, cast.cs)
    with staff.session_transaction() as session:
        session.pop(ASKED_AT, None)
    gate = staff.get("/", follow_redirects=True)
    assert gate.request.path == "/terms/consent"
    assert staff.get("/terms").status_code == 200
    staff.post("/terms/consent", data={"versions": str(version.id), "next": "/"})
    page = staff.get("/", follow_redirects=True)
    assert page.request.path == "/me/two-step/set-up"
