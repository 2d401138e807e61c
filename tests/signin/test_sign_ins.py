"""Where one is signed in: named, kept cheap, and ended one by one."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from community.signin import sign_ins, tasks, user_agents
from models.audit import AuditEntry
from models.base import db, now
from models.security import SignIn
from tests.cast import Cast
from tests.signin.test_sign_in import is_in, sign_in
from tests.signing_in import client_of, prove

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"
LAPTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0"


def browser_of(app: Flask, cast: Cast, user_agent: str, *, remember: str = "") -> FlaskClient:
    client = app.test_client()
    data = {"email": cast.owner.email, "password": "hinata-no-engawa", "remember": remember}
    client.post("/sign-in", data=data, headers={"User-Agent": user_agent})
    return client


def rows(cast: Cast) -> list[SignIn]:
    mine = sa.select(SignIn).where(SignIn.member_id == cast.owner.id).order_by(SignIn.id)
    return list(db.session.scalars(mine.execution_options(populate_existing=True)))


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    rooms: list[str] = []
    monkeypatch.setattr("community.realtime.reauthorise", rooms.append)
    return rooms


@pytest.mark.parametrize(
    ("user_agent", "browser", "system"),
    [
        (PHONE, "Safari", "iPhone"), (LAPTOP, "Microsoft Edge", "Windows"), ("curl/8.5", "", ""), ("", "", ""),
        ("Mozilla/5.0 (X11; CrOS x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36", "Chrome", "ChromeOS"),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/130.0 Mobile Safari/537.36", "Chrome", "Android"),
        ("Mozilla/5.0 (Linux; Android 14) SamsungBrowser/25.0 Chrome/121 Safari/537", "Samsung Internet", "Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:131.0) Gecko/20100101 Firefox/131.0", "Firefox", "Mac"),
        ("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) CriOS/130.0 Mobile Safari/604.1", "Chrome", "iPad"),
    ],
)  # fmt: skip
def test_devices_are_named_as_their_owners_call_them(user_agent: str, browser: str, system: str) -> None:
    assert user_agents.recognise(user_agent) == user_agents.Device(browser, system)


def test_the_page_lists_devices_and_says_which_one_this_is(app: Flask, cast: Cast) -> None:
    browser_of(app, cast, LAPTOP)
    phone = browser_of(app, cast, PHONE)
    client_of(app, cast.colleague)
    page = phone.get("/me/sessions").text
    titles = [re.sub(r"<[^>]+>|\s+", " ", title).strip() for title in re.findall(r'row-title">(.*?)</p>', page)]
    assert titles[0].startswith("iPhone の Safari")
    assert "この端末" in titles[0]
    assert titles[1:] == ["Windows の Microsoft Edge"]


def test_one_device_is_signed_out_and_the_others_stay(app: Flask, cast: Cast, cut: list[str]) -> None:
    laptop, phone = browser_of(app, cast, LAPTOP, remember="y"), browser_of(app, cast, PHONE)
    assert is_in(laptop)
    prove(phone)
    cut.clear()
    phone.post(f"/me/sessions/{rows(cast)[0].id}/end")
    assert (is_in(laptop), is_in(phone)) == (False, True)  # the remembered device, too
    assert cut == [f"member:{cast.owner.id}"]
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "member.end_sign_in")).one()
    assert (entry.actor_id, entry.subject_id) == (cast.owner.id, cast.owner.id)


def test_nobody_ends_somebody_elses(app: Flask, cast: Cast, cut: list[str]) -> None:
    laptop = browser_of(app, cast, LAPTOP)
    client_of(app, cast.colleague).post(f"/me/sessions/{rows(cast)[0].id}/end")
    assert is_in(laptop)
    assert cut == []


def test_all_others_end_at_once(app: Flask, cast: Cast) -> None:
    others = [browser_of(app, cast, LAPTOP) for _ in range(2)]
    phone = browser_of(app, cast, PHONE)
    prove(phone)
    phone.post("/me/sessions/end-others")
    assert [is_in(client) for client in (*others, phone)] == [False, False, True]
    assert len(rows(cast)) == 1


def test_signing_out_leaves_no_row(app: Flask, cast: Cast) -> None:
    phone = browser_of(app, cast, PHONE)
    cookie = phone.get_cookie("tsudoi")
    assert cookie is not None
    phone.post("/sign-out")
    assert rows(cast) == []
    phone.set_cookie("tsudoi", cookie.value)  # a copy of the old one opens nothing
    assert not is_in(phone)


def test_being_seen_is_written_at_most_every_few_minutes_and_never_by_a_get(app: Flask, cast: Cast) -> None:
    phone = browser_of(app, cast, PHONE)
    long_ago = now() - timedelta(days=3)
    db.session.execute(sa.update(SignIn).values(seen_at=long_ago))
    phone.get("/me/settings")
    assert rows(cast)[0].seen_at == long_ago
    phone.post("/visit")
    seen = rows(cast)[0].seen_at
    assert seen > long_ago
    phone.post("/visit")
    assert rows(cast)[0].seen_at == seen


def test_a_device_unseen_for_half_a_year_is_forgotten(app: Flask, cast: Cast) -> None:
    old, used = browser_of(app, cast, LAPTOP, remember="y"), browser_of(app, cast, PHONE)
    gone = now() - sign_ins.UNSEEN - timedelta(days=1)
    db.session.execute(sa.update(SignIn).where(SignIn.id == rows(cast)[0].id).values(seen_at=gone))
    tasks.forget_unseen()
    assert (is_in(old), is_in(used)) == (False, True)


def test_knowing_the_sign_in_costs_no_query_of_its_own(app: Flask, cast: Cast) -> None:
    client = client_of(app, cast.owner)
    asked: list[str] = []

    def note(*arguments: object) -> None:
        asked.append(str(arguments[2]))

    event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        client.get("/notifications/count")
    finally:
        event.remove(sa.Engine, "before_cursor_execute", note)
    assert len([statement for statement in asked if "sign_in" in statement]) == 1
    assert len([statement for statement in asked if "FROM member" in statement]) == 1


def test_an_unknown_password_leaves_no_row(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.owner.email, "some-wrong-password")
    assert rows(cast) == []


def test_a_device_seen_before_the_clock_was_set_back_is_seen_again(app: Flask, cast: Cast) -> None:
    browser_of(app, cast, LAPTOP)
    [row] = rows(cast)
    row.seen_at = now() + timedelta(hours=2)
    db.session.flush()
    sign_ins.note_seen(row.key)
    [row] = rows(cast)
    assert now() - row.seen_at < timedelta(minutes=1)


@pytest.mark.parametrize(("step", "stays"), [(timedelta(hours=2), True), (timedelta(days=2), False)])
def test_nobody_is_signed_out_by_a_clock_that_is_set_back(
    app: Flask, cast: Cast, step: timedelta, *, stays: bool
) -> None:
    """Cookies of a clock that ran ahead by more than a day are as good as expired ones."""
    client = browser_of(app, cast, LAPTOP)
    assert is_in(client)
    with time_machine.travel(now() - step, tick=False):
        assert is_in(client) == stays


def test_a_form_from_before_the_clock_was_set_back_is_taken(app: Flask, cast: Cast, csrf_client: FlaskClient) -> None:
    page = csrf_client.get("/sign-in").text
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    fields = {"email": cast.owner.email, "password": "hinata-no-engawa", "csrf_token": found[1]}
    with time_machine.travel(now() - timedelta(hours=2), tick=False):
        assert csrf_client.post("/sign-in", data=fields).status_code == 302
