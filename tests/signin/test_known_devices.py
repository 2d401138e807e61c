"""Browsers that their owner has used before: known by a cookie, shown, removed, forgotten; and mail about new ones."""

import hashlib
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from pyotp.totp import TOTP
from werkzeug.test import Cookie

from community.room import current_rooms
from community.signin import addresses, known_devices, second_factor, tasks, totp
from community.signin.tokens import make_reset_token
from models.accounts import Member
from models.audit import AuditEntry
from models.base import db, now, today, transaction
from models.mail import Mail
from models.security import KnownDevice, SignIn
from tests.cast import PASSWORD, Cast
from tests.forms.filling import send_form
from tests.signin.test_sign_in import is_in, sign_in
from tests.signin.test_sign_ins import LAPTOP, PHONE
from tests.signing_in import client_of

COOKIE = "tsudoi_device"
NEW = "another-fine-evening"
SECRET = totp.make_secret()


def usual_choices() -> dict[str, str]:
    """What the form of mails sends where nothing was chosen."""
    return {kind.name: kind.delivery.value for kind in current_rooms().notification_kinds.values()}


def enter(client: FlaskClient, member: Member, user_agent: str = LAPTOP, password: str = PASSWORD) -> FlaskClient:
    data = {"email": member.email, "password": password}
    assert client.post("/sign-in", data=data, headers={"User-Agent": user_agent}).status_code == 302
    return client


def prove(client: FlaskClient, user_agent: str, password: str = PASSWORD) -> None:
    data = {"proof_path": "/", "proof_password": password}
    client.post("/me/proof", data=data, headers={"User-Agent": user_agent})


def rows(member: Member) -> list[KnownDevice]:
    mine = sa.select(KnownDevice).where(KnownDevice.member_id == member.id).order_by(KnownDevice.id)
    return list(db.session.scalars(mine.execution_options(populate_existing=True)))


def cookie_of(client: FlaskClient) -> Cookie:
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    return cookie


def tokens_of(client: FlaskClient) -> list[str]:
    return cookie_of(client).value.split(".")


def told(member: Member) -> list[str]:
    mine = sa.select(Mail.text).where(Mail.kind == "new_device", Mail.member_id == member.id)
    return list(db.session.scalars(mine.order_by(Mail.id)))


def test_the_cookie_is_random_kept_for_a_year_and_hashed_at_rest(app: Flask, cast: Cast) -> None:
    client = enter(app.test_client(), cast.owner)
    cookie = cookie_of(client)
    assert len(cookie.value) == 43  # 256 bits
    assert (cookie.http_only, cookie.same_site, cookie.path, cookie.max_age) == (True, "Lax", "/", 365 * 24 * 60 * 60)
    assert cookie.origin_only  # this host alone
    [device] = rows(cast.owner)
    assert device.token_hash == hashlib.sha256(cookie.value.encode()).hexdigest()
    assert (device.browser, device.system, device.made_on, device.seen_on) == (
        "Microsoft Edge", "Windows", today(), today(),
    )  # fmt: skip


@pytest.mark.one_database
def test_the_cookie_insists_on_https_where_the_session_does(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", True)
    assert cookie_of(enter(app.test_client(), cast.owner)).secure


def test_coming_back_is_the_same_device(app: Flask, cast: Cast) -> None:
    client = enter(app.test_client(), cast.owner)
    before = cookie_of(client).value
    client.post("/sign-out")
    enter(client, cast.owner)
    assert cookie_of(client).value == before
    assert len(rows(cast.owner)) == 1


def test_people_at_one_computer_are_known_there_each_for_themselves(app: Flask, cast: Cast) -> None:
    client = enter(app.test_client(), cast.owner)
    client.post("/sign-out")
    enter(client, cast.colleague)
    client.post("/sign-out")
    digests = [hashlib.sha256(token.encode()).hexdigest() for token in tokens_of(client)]
    assert [device.token_hash for device in (*rows(cast.colleague), *rows(cast.owner))] == digests
    assert len(set(digests)) == 2
    assert "Windows の Microsoft Edge" in client_of(app, cast.colleague).get("/me/sessions").text


def test_what_somebody_does_with_a_copied_cookie_changes_nobody_elses_row(app: Flask, cast: Cast) -> None:
    shared = enter(app.test_client(), cast.owner)
    shared.post("/sign-out")
    home = app.test_client()
    home.set_cookie(COOKIE, cookie_of(shared).value)
    enter(home, cast.stranger)
    assert known_devices.find_by_member(tokens_of(shared), cast.owner.id) is not None
    enter(shared, cast.colleague)  # who comes after the cookie was copied is known by no copy of it
    for person in (cast.owner, cast.colleague):
        assert known_devices.find_by_member(tokens_of(shared), person.id) is not None
    assert known_devices.find_by_member(tokens_of(home), cast.colleague.id) is None


def test_a_cookie_of_before_the_upgrade_stands_for_all_who_shared_it(app: Flask, cast: Cast) -> None:
    client = enter(app.test_client(), cast.owner)
    client.post("/sign-out")
    [shared] = rows(cast.owner)
    with transaction():  # people in one browser had one token
        db.session.add(KnownDevice(token_hash=shared.token_hash, member_id=cast.colleague.id))
    before = tokens_of(client)
    for person in (cast.colleague, cast.owner):
        enter(client, person).post("/sign-out")
        assert tokens_of(client) == before
        assert len(rows(person)) == 1


def test_a_browser_of_many_people_keeps_those_who_came_last(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_devices, "MOST_IN_ONE_BROWSER", 2)
    client = app.test_client()
    for person in (cast.owner, cast.colleague, cast.owner, cast.stranger):
        enter(client, person).post("/sign-out")
    held = tokens_of(client)
    assert len(held) == 2
    assert [known_devices.find_by_member(held, person.id) is not None for person in (cast.owner, cast.colleague)] == [
        True, False,
    ]  # fmt: skip


def test_a_cookie_that_somebody_has_put_there_is_void_afterwards(app: Flask, cast: Cast) -> None:
    attacker = enter(app.test_client(), cast.stranger)
    planted = cookie_of(attacker).value
    victim = app.test_client()
    victim.set_cookie(COOKIE, planted)
    enter(victim, cast.owner)
    assert cookie_of(victim).value != planted
    assert known_devices.find_by_member([planted], cast.owner.id) is None
    assert known_devices.find_by_email([planted], cast.owner.email) is None
    assert known_devices.find_by_email(tokens_of(victim), cast.owner.email) is not None


@pytest.mark.parametrize("made_up", ["", "x", "a" * 43, "a" * 5000, "\x00"])
def test_a_made_up_cookie_is_nobodys(app: Flask, cast: Cast, made_up: str) -> None:
    enter(app.test_client(), cast.owner)
    assert known_devices.find_by_member([made_up], cast.owner.id) is None
    assert known_devices.find_by_email([made_up], cast.owner.email) is None


def test_it_opens_nothing(app: Flask, cast: Cast) -> None:
    client = enter(app.test_client(), cast.owner)
    client.delete_cookie("tsudoi")
    assert not is_in(client)
    assert sign_in(client, cast.owner.email, "some-wrong-password").status_code == 422


# --- no longer known


def test_a_device_is_shown_after_signing_out_and_removed(app: Flask, cast: Cast) -> None:
    laptop = enter(app.test_client(), cast.owner)
    phone = enter(app.test_client(), cast.owner, PHONE)
    assert "前にサインインした端末" not in phone.get("/me/sessions").text
    laptop.post("/sign-out")
    page = phone.get("/me/sessions").text
    assert "前にサインインした端末" in page
    assert "Windows の Microsoft Edge を外す" in page
    path = f"/me/devices/{rows(cast.owner)[0].id}/forget"
    assert phone.post(path).status_code == 403
    assert len(rows(cast.owner)) == 2
    prove(phone, PHONE)
    answer = phone.post(path, follow_redirects=True)
    assert "その端末を外しました。" in answer.text
    assert [device.browser for device in rows(cast.owner)] == ["Safari"]
    again = phone.post(path, follow_redirects=True)
    assert "もう外れています" in again.text
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "member.forget_device")).one()
    assert (entry.actor_id, entry.subject_id) == (cast.owner.id, cast.owner.id)


def test_removing_it_ends_what_is_signed_in_there(app: Flask, cast: Cast) -> None:
    laptop, phone = enter(app.test_client(), cast.owner), enter(app.test_client(), cast.owner, PHONE)
    prove(phone, PHONE)
    phone.post(f"/me/devices/{rows(cast.owner)[0].id}/forget")
    assert (is_in(laptop), is_in(phone)) == (False, True)


def test_nobody_removes_somebody_elses(app: Flask, cast: Cast) -> None:
    enter(app.test_client(), cast.owner)
    client_of(app, cast.colleague).post(f"/me/devices/{rows(cast.owner)[0].id}/forget")
    assert len(rows(cast.owner)) == 1


def test_signing_a_browser_out_from_elsewhere_makes_it_a_stranger(app: Flask, cast: Cast) -> None:
    laptop, phone = enter(app.test_client(), cast.owner), enter(app.test_client(), cast.owner, PHONE)
    mine = sa.select(SignIn.id).where(SignIn.member_id == cast.owner.id).order_by(SignIn.id)
    prove(phone, PHONE)
    phone.post(f"/me/sessions/{db.session.scalars(mine).first()}/end")
    assert known_devices.find_by_member(tokens_of(laptop), cast.owner.id) is None
    assert known_devices.find_by_member(tokens_of(phone), cast.owner.id) is not None


def test_all_others_are_strangers_when_all_others_are_signed_out(app: Flask, cast: Cast) -> None:
    gone = enter(app.test_client(), cast.owner)
    gone.post("/sign-out")
    enter(app.test_client(), cast.owner)
    phone = enter(app.test_client(), cast.owner, PHONE)
    prove(phone, PHONE)
    phone.post("/me/sessions/end-others")
    assert [device.browser for device in rows(cast.owner)] == ["Safari"]


@pytest.mark.parametrize("act", ["sessions/end-others", "sessions/{first}/end", "two-step/set-up"])
def test_a_browser_that_was_closed_and_opened_again_stays_known_when_its_old_sign_in_ends(
    app: Flask, cast: Cast, act: str
) -> None:
    phone = enter(app.test_client(), cast.administrator, PHONE)
    phone.delete_cookie("tsudoi")  # closed
    enter(phone, cast.administrator, PHONE)
    prove(phone, PHONE)
    first, here = db.session.scalars(sa.select(SignIn).order_by(SignIn.id)).all()
    secret = re.findall(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", phone.get("/me/two-step/set-up").text)[0].replace(" ", "")
    data = {"code": TOTP(secret).now()}
    assert phone.post(f"/me/{act.format(first=first.id)}", data=data).status_code in {200, 302}
    assert [row.id for row in db.session.scalars(sa.select(SignIn))] == [here.id]
    assert known_devices.find_by_member(tokens_of(phone), cast.administrator.id) is not None
    phone.post("/sign-out")
    enter(phone, cast.administrator, PHONE)
    assert told(cast.administrator) == []


def test_a_new_password_leaves_only_the_browser_known_that_has_set_it(app: Flask, cast: Cast) -> None:
    laptop, phone = enter(app.test_client(), cast.owner), enter(app.test_client(), cast.owner, PHONE)
    phone.post("/me/password", data={"old_password": PASSWORD, "password": NEW})
    assert known_devices.find_by_member(tokens_of(laptop), cast.owner.id) is None
    assert known_devices.find_by_member(tokens_of(phone), cast.owner.id) is not None


def test_signing_out_everywhere_forgets_every_browser(app: Flask, cast: Cast) -> None:
    phone = enter(app.test_client(), cast.owner, PHONE)
    enter(app.test_client(), cast.colleague)
    prove(phone, PHONE)
    phone.post("/me/sign-out-everywhere")
    assert rows(cast.owner) == []
    assert len(rows(cast.colleague)) == 1


def test_an_address_that_is_given_back_forgets_every_browser(app: Flask, cast: Cast) -> None:
    thief = enter(app.test_client(), cast.owner)
    change = addresses.ask_for_change(cast.owner, "thief@example.com")
    addresses.confirm(change)
    assert addresses.stop(change)
    assert rows(cast.owner) == []
    assert not is_in(thief)


def test_a_device_is_forgotten_a_year_after_it_was_used(app: Flask, cast: Cast) -> None:
    old, used = enter(app.test_client(), cast.owner), enter(app.test_client(), cast.owner, PHONE)
    db.session.execute(
        sa.update(KnownDevice).where(KnownDevice.browser != "Safari").values(seen_on=today() - timedelta(days=366))
    )
    assert known_devices.find_by_member(tokens_of(old), cast.owner.id) is None  # before it is swept, too
    tasks.forget_unseen()
    assert [device.browser for device in rows(cast.owner)] == ["Safari"]
    assert is_in(used)


def test_a_visit_keeps_a_device_known(app: Flask, cast: Cast) -> None:
    client = enter(app.test_client(), cast.owner)
    db.session.execute(sa.update(KnownDevice).values(seen_on=today() - timedelta(days=300)))
    client.post("/visit")
    assert [device.seen_on for device in rows(cast.owner)] == [today()]


def test_a_copied_session_makes_no_browser_known(app: Flask, cast: Cast) -> None:
    owner, thief = enter(app.test_client(), cast.owner), app.test_client()
    copied = owner.get_cookie("tsudoi")
    assert copied is not None
    thief.set_cookie("tsudoi", copied.value)
    [device] = rows(cast.owner)
    assert thief.post("/visit").status_code == 204
    assert thief.get_cookie(COOKIE) is None
    assert [known.id for known in rows(cast.owner)] == [device.id]
    assert db.session.scalars(sa.select(SignIn.device_id).where(SignIn.member_id == cast.owner.id)).all() == [device.id]
    prove(owner, LAPTOP)
    owner.post("/me/sessions/end-others")
    assert known_devices.find_by_member(tokens_of(owner), cast.owner.id) is not None


def test_who_was_signed_in_before_an_upgrade_becomes_known_by_a_proof(app: Flask, cast: Cast) -> None:
    client = client_of(app, came_before(cast.cs), proved=False)  # with a session and no device
    client.post("/visit")
    assert rows(cast.cs) == []
    prove(client, LAPTOP, "some-wrong-password")
    assert rows(cast.cs) == []
    prove(client, LAPTOP)
    assert known_devices.find_by_member(tokens_of(client), cast.cs.id) is not None
    assert db.session.scalars(sa.select(SignIn.device_id).where(SignIn.member_id == cast.cs.id)).all() == [
        rows(cast.cs)[0].id
    ]
    assert told(cast.cs) == []  # it is the browser in which they signed in, as far as anybody knows


def test_a_proof_in_another_browser_than_the_one_that_signed_in_is_told(app: Flask, cast: Cast) -> None:
    owner, thief = enter(app.test_client(), came_before(cast.cs)), app.test_client()
    before = len(told(cast.cs))
    copied = owner.get_cookie("tsudoi")
    assert copied is not None
    thief.set_cookie("tsudoi", copied.value)
    prove(thief, PHONE)
    assert len(told(cast.cs)) == before + 1
    assert "Safari" in told(cast.cs)[-1]


def test_a_browser_that_forgets_its_cookies_fills_no_table(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_devices, "MOST", 3)
    for _ in range(6):
        enter(app.test_client(), cast.owner).post("/sign-out")
    assert len(rows(cast.owner)) == 3


# --- the mail


def turn_on(member: Member) -> list[str]:
    """Set up the second factor; return the recovery codes."""
    with transaction():
        return second_factor.turn_on(member, SECRET, TOTP(SECRET).now())


def came_before(member: Member) -> Member:
    member.visited_at = now() - timedelta(days=1)
    return member


@pytest.mark.one_database
def test_the_staff_are_told_of_a_new_device_by_mail(app: Flask, cast: Cast) -> None:
    came_before(cast.cs)
    client = enter(app.test_client(), cast.cs)
    [text] = told(cast.cs)
    assert "Windows の Microsoft Edge" in text
    assert "http://localhost:8000/me/sessions" in text
    assert "127.0.0" not in text
    client.post("/sign-out")
    enter(client, cast.cs)
    assert len(told(cast.cs)) == 1  # known by now


@pytest.mark.one_database
def test_others_are_told_if_they_want_it(app: Flask, cast: Cast) -> None:
    owner = enter(app.test_client(), came_before(cast.owner))
    assert told(cast.owner) == []
    fields = usual_choices()
    send_form(owner, "/me/mails", {**fields, "new_device": "y"})
    assert "checked" in owner.get("/me/mails").text
    enter(app.test_client(), cast.owner, PHONE)
    assert len(told(cast.owner)) == 1
    with time_machine.travel(now() + timedelta(minutes=2)):
        prove(owner, LAPTOP)
        send_form(owner, "/me/mails", {**fields, "new_device": ""})
        enter(app.test_client(), cast.owner, PHONE)
    assert len(told(cast.owner)) == 1


@pytest.mark.one_database
def test_staff_may_do_without_it(app: Flask, cast: Cast) -> None:
    staff = client_of(app, came_before(cast.cs))
    fields = {**usual_choices(), "new_device": ""}
    send_form(staff, "/me/mails", fields)
    enter(app.test_client(), cast.cs)
    assert told(cast.cs) == []


def test_an_open_browser_does_not_silence_the_warning(app: Flask, cast: Cast) -> None:
    staff = client_of(app, came_before(cast.cs), proved=False)
    fields = {**usual_choices(), "solved": "none"}
    assert send_form(staff, "/me/mails", {**fields, "new_device": ""}).status_code == 403
    enter(app.test_client(), cast.cs)
    assert len(told(cast.cs)) == 1
    assert send_form(staff, "/me/mails", {**fields, "new_device": "y"}).location == "/me/mails"  # the rest needs none


def test_the_first_sign_in_of_an_account_is_no_news(app: Flask, cast: Cast) -> None:
    assert cast.cs.visited_at is None
    enter(app.test_client(), cast.cs)
    assert told(cast.cs) == []


@pytest.mark.one_database
def test_a_reset_by_link_is_no_news(app: Flask, cast: Cast) -> None:
    came_before(cast.cs)
    client = app.test_client()
    client.post("/password/forgot", data={"email": cast.cs.email})
    text = db.session.scalars(sa.select(Mail.text).where(Mail.kind == "password_reset")).one()
    path = next(word for word in text.split() if "/password/reset/" in word).removeprefix("http://localhost:8000")
    assert client.post(path, data={"password": NEW}).location == "/staff/today"
    assert (told(cast.cs), len(rows(cast.cs))) == ([], 1)


@pytest.mark.one_database
def test_a_reset_by_link_with_a_code_behind_it_is_no_news_either(app: Flask, cast: Cast) -> None:
    came_before(cast.cs)
    codes = turn_on(cast.cs)
    client = app.test_client()
    assert client.post(f"/password/reset/{make_reset_token(cast.cs)}", data={"password": NEW}).status_code == 302
    assert client.post("/sign-in/code", data={"code": codes[0]}).location == "/staff/today"
    assert (told(cast.cs), len(rows(cast.cs))) == ([], 1)


def test_a_double_press_is_one_mail(app: Flask, cast: Cast) -> None:
    came_before(cast.cs)
    with time_machine.travel(now(), tick=False):
        for _ in range(2):
            enter(app.test_client(), cast.cs)
    assert len(told(cast.cs)) == 1


@pytest.mark.one_database
def test_a_wrong_password_is_no_news(app: Flask, cast: Cast) -> None:
    sign_in(app.test_client(), came_before(cast.cs).email, "some-wrong-password")
    assert told(cast.cs) == []
    assert rows(cast.cs) == []


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("locale", "zone", "words"),
    [("ja", "Asia/Tokyo", "2026年11月26日 12:00:00 JST"), ("en", "Europe/London", "November 26, 2026")],
)
def test_the_time_is_the_readers(app: Flask, cast: Cast, locale: str, zone: str, words: str) -> None:
    came_before(cast.cs)
    cast.cs.locale, cast.cs.time_zone = locale, zone
    with time_machine.travel("2026-11-26T03:00:00Z", tick=False):
        enter(app.test_client(), cast.cs)
    assert words in told(cast.cs)[0]
