"""Limits at the doors: they stop who guesses, and nobody can fill them for somebody else."""

import hashlib
import math
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from pyotp.totp import TOTP
from time_machine import Traveller
from werkzeug.test import TestResponse

from community.clock import StepWatch
from community.signin import guesses, second_factor, tasks, tokens, totp
from community.signin.guesses import (
    PASSWORDS_FROM_NETWORK,
    PASSWORDS_OF_ACCOUNT,
    PASSWORDS_OF_NETWORK,
    PASSWORDS_ON_DEVICE,
)
from models.accounts import Member
from models.base import db, transaction
from models.mail import Mail
from models.security import KnownDevice, TryCount
from tests.cast import PASSWORD, make_cast

NOON = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
SECRET = totp.make_secret()
WRONG = "some-wrong-password"
OWNER, COLLEAGUE, NOBODY = "owner@example.jp", "colleague@example.jp", "nobody@example.jp"
OFFICE, HOME, ELSEWHERE = "192.0.2.7", "198.51.100.7", "203.0.113.7"


@pytest.fixture(autouse=True)
def at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Traveller]:
    """Noon, until a test moves on: to limits counted in memory no clock that was set, however long the test takes."""
    monkeypatch.setattr(StepWatch, "take_step", lambda _: timedelta())
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def limited(make_app: Callable[..., Flask]) -> Flask:
    app = make_app(rate_limits=True)
    with app.app_context():
        with transaction():
            make_cast(db.session)
        db.session.remove()
    return app


def knock(
    client: FlaskClient, email: str = OWNER, password: str = WRONG, address: str = OFFICE, **fields: str
) -> TestResponse:
    data = {"email": email, "password": password, **fields}
    return client.post("/sign-in", data=data, environ_base={"REMOTE_ADDR": address})


def guess(app: Flask, times: int, email: str = OWNER, address: str = OFFICE) -> list[int]:
    """Each from a browser of its own."""
    return [knock(app.test_client(), email, address=address).status_code for _ in range(times)]


def known_browser(app: Flask, email: str = OWNER, address: str = OFFICE) -> FlaskClient:
    """Of somebody who has signed in there, and out again."""
    client = app.test_client()
    assert knock(client, email, PASSWORD, address).status_code == 302
    client.post("/sign-out")
    return client


def fill(ceiling: guesses.Ceiling, app: Flask, *whose: object, room: int = 0) -> None:
    """As if so many had tried; `room`: but for these."""
    with app.app_context(), transaction():
        count = TryCount(key=ceiling.of(*whose).key, tries=ceiling.most - room, ends_at=NOON + ceiling.within)
        db.session.merge(count)


def id_of_owner(app: Flask) -> int:
    with app.app_context():
        return db.session.scalars(sa.select(Member.id).where(Member.email == OWNER)).one()


def account_key(email: str = OWNER) -> str:
    return tokens.fingerprint(email)


# --- passwords


def test_guessing_is_slowed_down_for_known_and_unknown_alike(limited: Flask) -> None:
    answers = {}
    for email in (OWNER, NOBODY):
        assert guess(limited, 12, email) == [422] * 10 + [429] * 2
        last = knock(limited.test_client(), email.upper())
        page = re.sub(r'name="csrf_token"[^>]*>|[\w.]+@example\.jp', "", last.text, flags=re.IGNORECASE)
        answers[email] = (last.status_code, last.headers["Retry-After"], page)
    assert answers[OWNER] == answers[NOBODY]
    assert answers[OWNER][:2] == (429, "900")


def test_nobody_can_lock_out_somebody_else(limited: Flask) -> None:
    owner = known_browser(limited)
    guess(limited, 12)
    assert knock(limited.test_client(), password=PASSWORD).status_code == 429  # the right one, of a stranger
    assert knock(owner, password=PASSWORD).status_code == 302
    assert knock(limited.test_client(), password=PASSWORD, address=HOME).status_code == 302  # a stranger elsewhere


def test_a_device_known_before_enters_whatever_strangers_have_filled(limited: Flask) -> None:
    owner = known_browser(limited)
    fill(PASSWORDS_OF_ACCOUNT, limited, account_key())
    fill(PASSWORDS_OF_NETWORK, limited, "192.0.2.0/24")
    fill(PASSWORDS_FROM_NETWORK, limited, account_key(), "192.0.2.0/24")
    assert knock(limited.test_client(), password=PASSWORD, address=ELSEWHERE).status_code == 429
    assert knock(limited.test_client(), COLLEAGUE, PASSWORD).status_code == 429
    assert knock(owner, password=PASSWORD).status_code == 302
    assert knock(owner, password=PASSWORD, address=ELSEWHERE).status_code == 302


def test_a_device_begins_with_a_count_of_its_own_whatever_row_it_is_given(limited: Flask) -> None:
    attacker = known_browser(limited, COLLEAGUE)
    for _ in range(PASSWORDS_ON_DEVICE.most):
        knock(attacker, COLLEAGUE)
    with limited.app_context(), transaction():
        db.session.execute(sa.delete(KnownDevice))  # SQLite gives its number to the next one
    owner = known_browser(limited)
    fill(PASSWORDS_FROM_NETWORK, limited, account_key(), "192.0.2.0/24")
    assert knock(owner, password=PASSWORD).status_code == 302


@pytest.mark.one_database
def test_a_known_device_of_somebody_else_opens_no_account_faster(limited: Flask) -> None:
    colleague = known_browser(limited, COLLEAGUE)
    guess(limited, 10)
    assert knock(colleague, password=PASSWORD).status_code == 429
    assert knock(colleague, COLLEAGUE, PASSWORD).status_code == 302


def test_a_stolen_cookie_is_no_free_pass_to_guess(limited: Flask) -> None:
    thief = known_browser(limited)
    most = PASSWORDS_ON_DEVICE.most + PASSWORDS_FROM_NETWORK.most  # then it is weighed like any stranger
    codes = [knock(thief, address=ELSEWHERE).status_code for _ in range(most + 2)]
    assert codes == [422] * most + [429] * 2
    assert knock(limited.test_client(), password=PASSWORD, address=HOME).status_code == 302


@pytest.mark.one_database
def test_an_office_behind_one_address_is_not_one_person(limited: Flask) -> None:
    with limited.app_context(), transaction():  # 300 people who have all mistyped three times
        for n in range(300):
            guesses.count_password_guess(f"person{n}@example.jp", "192.0.2.0/24", None)
        db.session.execute(sa.update(TryCount).values(tries=TryCount.tries * 3))
    assert guess(limited, 2, OWNER) == [422] * 2
    assert knock(limited.test_client(), password=PASSWORD).status_code == 302


def test_one_password_tried_with_a_thousand_accounts_ends(limited: Flask) -> None:
    fill(PASSWORDS_OF_NETWORK, limited, "192.0.2.0/24", room=3)
    codes = [guess(limited, 1, f"person{n}@example.jp")[0] for n in range(5)]
    assert codes == [422] * 3 + [429] * 2
    answer = knock(limited.test_client(), COLLEAGUE, address="192.0.2.250")  # a neighbour's address
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, str(6 * 60 * 60))
    assert knock(limited.test_client(), COLLEAGUE, PASSWORD, HOME).status_code == 302


def test_an_account_is_guarded_against_many_networks(limited: Flask) -> None:
    fill(PASSWORDS_OF_ACCOUNT, limited, account_key(), room=2)
    assert [guess(limited, 1, address=f"10.0.{n}.1")[0] for n in range(3)] == [422, 422, 429]
    answer = knock(limited.test_client(), password=PASSWORD, address=HOME)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, str(24 * 60 * 60))


@pytest.mark.one_database
def test_one_network_alone_does_not_fill_what_an_account_bears(limited: Flask, at: Traveller) -> None:
    codes = []
    for n in range(5):
        at.move_to(NOON + timedelta(minutes=16 * n))
        codes += guess(limited, 11)
    assert codes.count(422) == 30
    assert knock(limited.test_client(), password=PASSWORD, address=HOME).status_code == 302


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("address", "neighbour", "other"),
    [
        ("192.0.2.1", "192.0.2.254", "192.0.3.1"), ("2001:db8:1::1", "2001:db8:1:ffff::2", "2001:db8:2::1"),
        ("::ffff:192.0.2.1", "192.0.2.9", "192.0.4.1"),
    ],
)  # fmt: skip
def test_of_an_address_its_network_counts(limited: Flask, address: str, neighbour: str, other: str) -> None:
    guess(limited, 10, address=address)
    assert guess(limited, 1, address=neighbour) == [429]
    assert guess(limited, 1, address=other) == [422]


@pytest.mark.one_database
def test_coming_in_does_not_count_as_guessing(limited: Flask) -> None:
    assert {knock(limited.test_client(), password=PASSWORD).status_code for _ in range(14)} == {302}
    with limited.app_context():
        assert set(db.session.scalars(sa.select(TryCount.tries))) == {0}


@pytest.mark.one_database
def test_somebody_who_may_not_come_in_has_not_been_guessing(limited: Flask) -> None:
    codes = {knock(limited.test_client(), "suspended@example.jp", PASSWORD).status_code for _ in range(12)}
    assert codes == {422}


def test_a_hundred_guesses_at_once_are_a_hundred(limited: Flask) -> None:
    def press(n: int) -> int:
        with limited.app_context():
            return knock(limited.test_client(), password=f"guess-number-{n}").status_code

    with ThreadPoolExecutor(max_workers=8) as crowd:
        assert sorted(crowd.map(press, range(24))) == [422] * 10 + [429] * 14


@pytest.mark.one_database
def test_what_is_refused_fills_nothing_further(limited: Flask) -> None:
    guess(limited, 60)
    with limited.app_context():
        assert max(db.session.scalars(sa.select(TryCount.tries))) == 10


def test_the_window_ends_when_it_is_said_to(limited: Flask, at: Traveller) -> None:
    guess(limited, 10)
    at.move_to(NOON + timedelta(minutes=4, seconds=59))
    wait = int(knock(limited.test_client()).headers["Retry-After"])
    assert wait == 601
    at.move_to(NOON + timedelta(minutes=4, seconds=59 + wait))
    assert knock(limited.test_client(), password=PASSWORD).status_code == 302


@pytest.mark.one_database
def test_the_page_says_when_and_what_else_and_keeps_what_was_typed(limited: Flask) -> None:
    guess(limited, 10)
    answer = knock(limited.test_client(), remember="y", next="/forums/topics/7")
    page = BeautifulSoup(answer.text, "html.parser")
    said = page.select_one(".error-summary")
    assert said is not None
    assert "15分たってから" in said.text
    assert "パスワードを忘れたとき" in said.text
    fields = {str(field["name"]): field.get("value") for field in page.select("form.form input")}
    assert (fields["email"], fields["next"], bool(fields["password"])) == (OWNER, "/forums/topics/7", False)
    assert page.select_one("input[name=remember][checked]") is not None


@pytest.mark.one_database
def test_a_script_is_told_in_json(limited: Flask) -> None:
    guess(limited, 10)
    data = {"email": OWNER, "password": WRONG}
    headers, environ = {"Accept": "application/json"}, {"REMOTE_ADDR": OFFICE}
    answer = limited.test_client().post("/sign-in", data=data, headers=headers, environ_base=environ)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
    assert answer.json is not None
    assert (answer.json["error"], answer.json["retry_after"]) == ("too_many", 900)
    assert "15分" in answer.json["message"]


def test_counts_are_rows_that_hold_no_address(limited: Flask) -> None:
    guess(limited, 10)
    digest = hashlib.sha256(OWNER.encode()).hexdigest()
    with limited.app_context():
        keys = set(db.session.scalars(sa.select(TryCount.key)))
    assert len(keys) == 4
    assert not keys & {digest, hashlib.sha256(OFFICE.encode()).hexdigest(), hashlib.sha256(b"192.0.2.0/24").hexdigest()}


def test_counts_are_swept_when_their_windows_are_over(limited: Flask, at: Traveller) -> None:
    guess(limited, 3)
    at.move_to(NOON + timedelta(hours=25))
    with limited.app_context():
        tasks.forget_tries()
        assert db.session.scalar(sa.select(sa.func.count()).select_from(TryCount)) == 0


def test_no_window_is_longer_than_a_day() -> None:
    ceilings = [value for value in vars(guesses).values() if isinstance(value, guesses.Ceiling)]
    assert len(ceilings) == 15
    assert max(ceiling.within for ceiling in ceilings) <= timedelta(days=1)


# --- resets


def ask_for_reset(client: FlaskClient, email: str = OWNER, address: str = OFFICE) -> TestResponse:
    return client.post("/password/forgot", data={"email": email}, environ_base={"REMOTE_ADDR": address})


def resets(app: Flask) -> list[str]:
    with app.app_context():
        found = db.session.scalars(sa.select(Mail.text).where(Mail.kind == "password_reset").order_by(Mail.id))
        return [re.findall(r"http://localhost:8000(/password/reset/\S+)", text)[0] for text in found]


@pytest.mark.one_database
def test_resets_in_anothers_name_neither_flood_the_mailbox_nor_keep_them_out(limited: Flask, at: Traveller) -> None:
    for minutes in range(0, 24 * 60, 25):
        at.move_to(NOON + timedelta(minutes=minutes))
        answer = ask_for_reset(limited.test_client(), address=f"10.{minutes // 255}.{minutes % 255}.1")
        assert (answer.status_code, answer.location) == (302, "/password/sent")
        assert limited.test_client().get(resets(limited)[-1]).status_code == 200  # there is always a good one
    assert len(resets(limited)) <= 20
    owner = limited.test_client()
    assert ask_for_reset(owner, address=HOME).status_code == 302
    assert owner.post(resets(limited)[-1], data={"password": "yugata-no-engawa"}).location == "/"


@pytest.mark.one_database
def test_after_a_new_password_the_next_link_comes_at_once(limited: Flask, at: Traveller) -> None:
    client = limited.test_client()
    for _ in range(3):
        at.shift(timedelta(seconds=5))
        ask_for_reset(client)
    assert len(resets(limited)) == 2
    client.post(resets(limited)[-1], data={"password": "yugata-no-engawa"})
    ask_for_reset(limited.test_client())
    assert len(resets(limited)) == 3


@pytest.mark.one_database
def test_a_known_device_gets_its_link_whatever_strangers_ask_for(limited: Flask, at: Traveller) -> None:
    owner = known_browser(limited)
    for _ in range(4):
        at.shift(timedelta(seconds=5))
        ask_for_reset(limited.test_client())
    assert len(resets(limited)) == 2
    at.shift(timedelta(seconds=5))
    ask_for_reset(owner)
    assert len(resets(limited)) == 3


@pytest.mark.one_database
def test_who_comes_by_a_reset_link_enters_and_is_known_from_then_on(limited: Flask) -> None:
    ask_for_reset(limited.test_client())
    fill(PASSWORDS_OF_ACCOUNT, limited, account_key())
    client = limited.test_client()
    new = "yugata-no-engawa"
    assert client.post(resets(limited)[-1], data={"password": new}).location == "/"
    client.post("/sign-out")
    assert knock(client, password=new).status_code == 302
    assert knock(limited.test_client(), password=new).status_code == 429


@pytest.mark.one_database
def test_nobody_in_a_network_shuts_both_ways_in_for_the_others_there(limited: Flask, at: Traveller) -> None:
    owner = known_browser(limited, address=HOME)
    fill(PASSWORDS_OF_NETWORK, limited, "192.0.2.0/24")
    with limited.app_context(), transaction():
        for n in range(300):
            guesses.count_reset_request(f"person{n}@example.jp", "192.0.2.0/24", None)
    assert knock(limited.test_client(), password=PASSWORD).status_code == 429
    assert {ask_for_reset(owner).status_code for _ in range(3)} == {302}
    at.shift(timedelta(seconds=5))
    assert ask_for_reset(limited.test_client()).status_code == 302
    client = limited.test_client()
    assert client.post(resets(limited)[-1], data={"password": "yugata-no-engawa"}).location == "/"
    assert ask_for_reset(limited.test_client(), COLLEAGUE).status_code == 302
    assert len(resets(limited)) == 3  # one of the known browser's, all of the same second
    again = ask_for_reset(limited.test_client(), COLLEAGUE)  # its link is in the mailbox
    assert (again.status_code, again.headers["Retry-After"]) == (429, "3600")
    assert "60分たってから" in again.text
    assert f'value="{COLLEAGUE}"' in again.text
    assert ask_for_reset(limited.test_client(), COLLEAGUE, HOME).status_code == 302


@pytest.mark.one_database
def test_who_is_let_in_again_gets_a_link_at_once(limited: Flask, at: Traveller) -> None:
    suspended = "suspended@example.jp"
    for _ in range(3):
        at.shift(timedelta(seconds=5))
        ask_for_reset(limited.test_client(), suspended)
    assert resets(limited) == []
    with limited.app_context(), transaction():
        db.session.execute(sa.update(Member).where(Member.email == suspended).values(suspended_until=None))
    at.shift(timedelta(seconds=5))
    ask_for_reset(limited.test_client(), suspended)
    assert len(resets(limited)) == 1


# --- codes


def turn_on(app: Flask, moment: datetime = NOON) -> str:
    """Set up the owner's second factor once; return the code of that moment."""
    with app.app_context(), transaction():
        owner = db.session.scalars(sa.select(Member).where(Member.email == OWNER)).one()
        if owner.totp_since is None:
            second_factor.turn_on(owner, SECRET, TOTP(SECRET).at(NOON - timedelta(seconds=30)))
        return TOTP(SECRET).at(moment)


def try_code(app: Flask, code: str, address: str = OFFICE, client: FlaskClient | None = None) -> TestResponse:
    client = client or app.test_client()
    knock(client, password=PASSWORD, address=address)
    return client.post("/sign-in/code", data={"code": code}, environ_base={"REMOTE_ADDR": address})


def test_who_knows_the_password_but_not_the_code_locks_nobody_out(limited: Flask, at: Traveller) -> None:
    owner, good = limited.test_client(), turn_on(limited)
    assert try_code(limited, good, client=owner).location == "/"
    owner.post("/sign-out")
    assert [try_code(limited, "000000").status_code for _ in range(11)] == [422] * 10 + [429]
    fill(guesses.CODES_OF_ACCOUNT, limited, id_of_owner(limited))
    at.shift(timedelta(minutes=1))
    good = turn_on(limited, NOON + timedelta(minutes=1))
    assert try_code(limited, good, address=HOME).status_code == 429  # a stranger
    assert try_code(limited, good, client=owner).location == "/"


def test_codes_are_counted_over_all_networks_and_sessions(limited: Flask) -> None:
    turn_on(limited)
    fill(guesses.CODES_OF_ACCOUNT, limited, id_of_owner(limited), room=3)
    codes = [try_code(limited, "000000", address=f"10.0.{n}.1").status_code for n in range(5)]
    assert codes == [422] * 3 + [429] * 2


@pytest.mark.one_database
def test_a_reset_link_leads_to_the_code_whatever_strangers_have_filled(limited: Flask) -> None:
    good = turn_on(limited)
    fill(guesses.CODES_OF_ACCOUNT, limited, id_of_owner(limited))
    ask_for_reset(limited.test_client())
    client = limited.test_client()
    assert client.post(resets(limited)[-1], data={"password": "yugata-no-engawa"}).location == "/sign-in/code"
    assert client.post("/sign-in/code", data={"code": good}).location == "/"


@pytest.mark.one_database
def test_links_in_the_mailbox_give_no_endless_codes(limited: Flask) -> None:
    turn_on(limited)
    for ceiling in (guesses.CODES_ON_DEVICES, guesses.CODES_OF_ACCOUNT):
        fill(ceiling, limited, id_of_owner(limited))
    ask_for_reset(limited.test_client())
    client = limited.test_client()
    client.post(resets(limited)[-1], data={"password": "yugata-no-engawa"})
    answer = client.post("/sign-in/code", data={"code": "000000"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, str(24 * 60 * 60))
    assert "24時間たってから" in answer.text


@pytest.mark.one_database
def test_what_an_open_session_guesses_stops_no_other_browser(limited: Flask) -> None:
    thief, owner = limited.test_client(), limited.test_client()
    for client in (thief, owner):
        knock(client, password=PASSWORD)
    new = "yugata-no-engawa"
    guessed = [thief.post("/me/password", data={"old_password": WRONG, "password": new}).status_code for _ in range(11)]
    assert guessed == [422] * 10 + [429]
    assert owner.post("/me/password", data={"old_password": PASSWORD, "password": new}).status_code == 302


@pytest.mark.one_database
def test_who_is_to_wait_reads_nothing_of_mistakes_and_finds_the_way_on(limited: Flask) -> None:
    guess(limited, 10)
    at_sign_in = knock(limited.test_client())
    turn_on(limited)
    fill(guesses.CODES_OF_ACCOUNT, limited, id_of_owner(limited))
    for answer in (at_sign_in, try_code(limited, "000000", address=HOME)):
        page = BeautifulSoup(answer.text, "html.parser")
        assert answer.status_code == 429
        assert [h2.text for h2 in page.select(".error-summary h2")] == ["少し待ってから、もう一度おためしください"]
        assert len(page.select('.error-summary a[href="/password/forgot"]')) == 1
        assert page.select('[aria-invalid="true"], .field-error') == []
        assert "もう一度入力してください" not in page.text


def signed_in(app: Flask) -> FlaskClient:
    client = app.test_client()
    assert knock(client, password=PASSWORD).status_code == 302
    return client


def proof(password: str) -> tuple[str, dict[str, str]]:
    return "/me/proof", {"proof_password": password, "proof_path": "/"}


def new_password(password: str) -> tuple[str, dict[str, str]]:
    return "/me/password", {"old_password": password, "password": "yugata-no-engawa"}


def new_address(password: str) -> tuple[str, dict[str, str]]:
    return "/me/email", {"email": "new@kita.example", "password": password}


INSIDE = (proof, new_password, new_address)


@pytest.mark.one_database
def test_wrong_passwords_inside_add_up_over_all_pages_that_ask(limited: Flask) -> None:
    thief = signed_in(limited)
    pages = [INSIDE[n % 3](WRONG) for n in range(10)]
    assert [thief.post(path, data=data).status_code for path, data in pages] == [422] * 10
    for page in INSIDE:
        path, data = page(PASSWORD)
        answer = thief.post(path, data=data)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")


def test_an_open_session_guesses_fifty_times_a_day(limited: Flask, at: Traveller) -> None:
    thief, codes = signed_in(limited), []
    for hour in range(7):
        at.move_to(NOON + timedelta(hours=hour, minutes=1))
        codes += [thief.post(path, data=data).status_code for path, data in [INSIDE[hour % 3](WRONG)] * 11]
    assert codes.count(422) == 50


@pytest.mark.one_database
def test_codes_inside_count_with_the_passwords(limited: Flask) -> None:
    good = turn_on(limited)
    thief = limited.test_client()
    assert try_code(limited, good, client=thief).location == "/"
    codes = []
    for _ in range(4):
        for path in ("/me/proof", "/me/two-step/off", "/me/two-step/codes"):
            data = {"password": PASSWORD, "code": "000000", "proof_code": "000000", "proof_path": "/"}
            codes += [thief.post(path, data=data).status_code]
    assert codes == [422] * 10 + [429] * 2


def test_a_right_password_alone_gives_no_new_guesses_at_the_code(limited: Flask, at: Traveller) -> None:
    """Whoever sits at an open browser and knows the password would have ten more codes with each change of it."""
    thief = limited.test_client()
    assert try_code(limited, turn_on(limited), client=thief).location == "/"
    change = {"old_password": PASSWORD, "password": "yugata-no-engawa"}
    assert thief.post("/me/password", data=change).status_code == 422
    guessed = [thief.post("/me/password", data={**change, "code": "000000"}).status_code for _ in range(11)]
    assert guessed == [422] * 10 + [429]
    assert thief.post("/me/proof", data={"proof_code": "000000", "proof_path": "/"}).status_code == 429
    at.move_to(NOON + timedelta(hours=2))
    code = turn_on(limited, NOON + timedelta(hours=2))
    assert thief.post("/me/password", data={**change, "code": code}).location == "/me/settings"


@pytest.mark.one_database
def test_right_passwords_inside_do_not_count(limited: Flask) -> None:
    client = signed_in(limited)
    path, data = proof(PASSWORD)
    assert {client.post(path, data=data).status_code for _ in range(12)} == {302}
    taken = {"old_password": PASSWORD, "password": "short"}
    assert {client.post("/me/password", data=taken).status_code for _ in range(12)} == {422}


@pytest.mark.one_database
def test_an_open_browser_does_not_use_up_the_owners_changes_of_address(limited: Flask) -> None:
    thief, owner = signed_in(limited), signed_in(limited)
    path, data = new_address(WRONG)
    assert {thief.post(path, data=data).status_code for _ in range(8)} == {422}
    path, data = new_address(PASSWORD)
    assert [owner.post(path, data=data).status_code for _ in range(6)] == [302] * 5 + [429]


# --- what is counted by the limiter


@pytest.mark.one_database
def test_every_refusal_for_haste_says_when_it_is_over(limited: Flask) -> None:
    client = limited.test_client()
    knock(client, password=PASSWORD)
    codes = [client.get("/search?q=x").status_code for _ in range(61)]
    assert codes[-1] == 429
    page = client.get("/search?q=x")
    seconds = int(page.headers["Retry-After"])
    assert 1 <= seconds <= 60
    assert f"{seconds}秒たってから" in page.text or "1分たってから" in page.text
    script = client.get("/search?q=x", headers={"Accept": "application/json"})
    assert script.json is not None
    assert math.isclose(script.json["retry_after"], seconds, abs_tol=1)
