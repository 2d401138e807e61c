"""Forgotten, reset and changed passwords, from outside."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from community.signin import passwords, sign_ins, tokens
from models.base import db, now, transaction
from models.mail import Mail
from tests.cast import PASSWORD, Cast, make_cast
from tests.signin.test_sign_in import is_in

NEW = "another-fine-evening"


def ask(client: FlaskClient, email: str) -> TestResponse:
    return client.post("/password/forgot", data={"email": email})


def mails() -> list[Mail]:
    return list(db.session.scalars(sa.select(Mail).order_by(Mail.id)))


def mailed_path() -> str:
    return re.findall(r"http://localhost:8000(/password/reset/\S+)", mails()[-1].text)[0]


def signs_in(app: Flask, email: str, password: str) -> bool:
    answer = app.test_client().post("/sign-in", data={"email": email, "password": password})
    return answer.status_code == 302


def test_the_mailed_link_gives_a_new_password_once(app: Flask, client: FlaskClient, cast: Cast) -> None:
    elsewhere = app.test_client()
    elsewhere.post("/sign-in", data={"email": cast.owner.email, "password": PASSWORD, "remember": "y"})
    assert ask(client, "Owner@example.jp").location == "/password/sent"
    path = mailed_path()
    assert client.get(path).status_code == 200
    assert client.get(path).status_code == 200  # looking uses nothing up
    assert client.post(path, data={"password": NEW}).location == "/"
    assert client.get("/me/settings").status_code == 200
    assert elsewhere.get("/me/settings").status_code == 302
    assert (signs_in(app, cast.owner.email, NEW), signs_in(app, cast.owner.email, PASSWORD)) == (True, False)
    assert client.get(path).status_code == 410
    assert app.test_client().post(path, data={"password": "yet-another-evening"}).status_code == 410
    assert [mail.kind for mail in mails()] == ["password_reset", "password_changed"]


def test_the_newest_of_two_links_works_too_and_voids_the_other(client: FlaskClient, cast: Cast) -> None:
    ask(client, cast.owner.email)
    first = mailed_path()
    with time_machine.travel(now() + timedelta(minutes=1), tick=False):
        ask(client, cast.owner.email)
        second = mailed_path()
        assert first != second
        client.post(second, data={"password": NEW})
        assert client.get(first).status_code == 410


def test_a_link_is_void_after_an_hour(client: FlaskClient, cast: Cast) -> None:
    ask(client, cast.owner.email)
    path = mailed_path()
    with time_machine.travel(now() + tokens.RESET_LIFE + timedelta(seconds=5), tick=False):
        assert client.get(path).status_code == 410
        assert client.post(path, data={"password": NEW}).status_code == 410


@pytest.mark.parametrize("token", ["x", "a.b.c", "%00", "a" * 3000])
def test_made_up_links_are_void(client: FlaskClient, cast: Cast, token: str) -> None:
    assert client.get(f"/password/reset/{token}").status_code == 410
    assert client.post(f"/password/reset/{token}", data={"password": NEW}).status_code == 410


@pytest.mark.one_database
def test_nobody_is_told_who_is_here(client: FlaskClient, cast: Cast) -> None:
    answers = [ask(client, email) for email in ("owner@example.jp", "nobody@example.jp", "suspended@example.jp")]
    assert {(answer.status_code, answer.location, answer.text) for answer in answers} == {
        (302, "/password/sent", answers[0].text)
    }
    assert [mail.to_address for mail in mails()] == ["owner@example.jp"]


@pytest.mark.one_database
def test_a_page_with_a_secret_address_is_kept_nowhere(client: FlaskClient, cast: Cast) -> None:
    ask(client, cast.owner.email)
    answer = client.get(mailed_path())
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("", "パスワードを入力してください"),
        ("short", "10文字以上"),
        ("x" * 129, "128文字まで"),
        ("password2026", "よく使われる"),
        ("owner@example.jp", "よく使われる"),
        ("Owner123456", "よく使われる"),
    ],
)
def test_weak_passwords_are_refused_with_a_reason(
    client: FlaskClient, cast: Cast, password: str, sentence: str
) -> None:
    ask(client, cast.owner.email)
    path = mailed_path()
    answer = client.post(path, data={"password": password})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert client.get(path).status_code == 200


@pytest.mark.one_database
def test_an_address_that_is_none_is_named(client: FlaskClient) -> None:
    answer = ask(client, "saeki＠kitahama")
    assert answer.status_code == 422
    assert "メールアドレスの形" in answer.text
    assert 'value="saeki＠kitahama"' in answer.text


def test_changing_it_keeps_this_device_and_ends_the_others(app: Flask, cast: Cast) -> None:
    here, there = app.test_client(), app.test_client()
    for device in (here, there):
        device.post("/sign-in", data={"email": cast.owner.email, "password": PASSWORD})
    answer = here.post("/me/password", data={"old_password": PASSWORD, "password": NEW})
    assert answer.location == "/me/settings"
    assert here.get("/me/settings").status_code == 200
    assert there.get("/me/settings").status_code == 302
    assert signs_in(app, cast.owner.email, NEW)
    assert [mail.kind for mail in mails()] == ["password_changed"]


def test_changing_it_needs_the_old_one(client: FlaskClient, cast: Cast) -> None:
    client.post("/sign-in", data={"email": cast.owner.email, "password": PASSWORD})
    answer = client.post("/me/password", data={"old_password": "not the one", "password": NEW})
    assert answer.status_code == 422
    assert "いまのパスワードが違います" in answer.text
    weak = client.post("/me/password", data={"old_password": PASSWORD, "password": "short"})
    assert weak.status_code == 422
    assert "10文字以上" in weak.text


def test_who_was_signed_out_while_the_password_was_being_changed_changes_nothing(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hashing takes its time: what the owner ends meanwhile stays ended."""
    thief = app.test_client()
    thief.post("/sign-in", data={"email": cast.owner.email, "password": PASSWORD})
    hash_password = passwords.hash_password

    def hash_slowly(password: str) -> str:
        with transaction():
            sign_ins.end_others(cast.owner, but="")
        return hash_password(password)

    monkeypatch.setattr("community.signin.passwords.hash_password", hash_slowly)
    answer = thief.post("/me/password", data={"old_password": PASSWORD, "password": NEW})
    assert (answer.status_code, is_in(thief)) == (409, False)
    assert signs_in(app, cast.owner.email, PASSWORD)


def test_a_remembered_device_stays_remembered(client: FlaskClient, cast: Cast) -> None:
    client.post("/sign-in", data={"email": cast.owner.email, "password": PASSWORD, "remember": "y"})
    client.post("/me/password", data={"old_password": PASSWORD, "password": NEW})
    client.delete_cookie("tsudoi")
    assert client.get("/me/settings").status_code == 200


def test_of_many_presses_at_once_one_counts(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    with app.app_context():
        with transaction():
            owner = make_cast(db.session).owner
        with app.test_request_context():
            path = f"/password/reset/{tokens.make_reset_token(owner)}"
        db.session.remove()

    def press(n: int) -> int:
        with app.app_context():
            return app.test_client().post(path, data={"password": f"evening-number-{n}"}).status_code

    with ThreadPoolExecutor(max_workers=4) as crowd:
        assert sorted(crowd.map(press, range(4))) == [302, 410, 410, 410]
