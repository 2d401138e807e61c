"""The front door, from outside."""

import re

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from community.signin import passwords
from tests.cast import PASSWORD, Cast
from tests.signing_in import prove

WRONG = "メールアドレスかパスワードが違います。"


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, **fields: str) -> TestResponse:
    return client.post("/sign-in", data={"email": email, "password": password, **fields})


def is_in(client: FlaskClient) -> bool:
    return client.get("/me/settings").status_code == 200


def without_address(page: str) -> str:
    """The page without the typed address, and without tokens that differ from page to page."""
    page = re.sub(r'(csrf[-_]token"[^>]*(?:content|value)=")[^"]*', r"\1", page)
    return re.sub(r"[\w.]+@example\.jp", "", page)


def test_the_right_password_signs_in(client: FlaskClient, cast: Cast) -> None:
    answer = sign_in(client, "  Owner@Example.JP ")
    assert (answer.status_code, answer.location) == (302, "/")
    assert is_in(client)
    assert cast.owner.visited_at is not None


@pytest.mark.one_database
def test_nobody_is_told_who_is_here(client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.colleague.password_hash = None
    worked: list[str | None] = []
    check = passwords.check_password

    def counted(password: str, password_hash: str | None) -> bool:
        worked.append(password_hash)
        return check(password, password_hash)

    monkeypatch.setattr(passwords, "check_password", counted)
    answers = [
        sign_in(client, email, "some-wrong-password")
        for email in ("nobody@example.jp", "colleague@example.jp", "owner@example.jp", "suspended@example.jp")
    ]
    assert {answer.status_code for answer in answers} == {422}
    assert len({without_address(answer.text) for answer in answers}) == 1
    assert WRONG in answers[0].text
    assert len(worked) == 4
    assert not is_in(client)


@pytest.mark.one_database
def test_unknown_addresses_cost_a_whole_hash(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []
    hasher = passwords._hasher()
    verify = type(hasher).verify

    def counted(self: object, kept: str, password: str) -> bool:
        verified.append(kept)
        return verify(self, kept, password)  # pyright: ignore[reportArgumentType]  the hasher itself

    monkeypatch.setattr(type(hasher), "verify", counted)
    assert not passwords.check_password("nobody", None)
    assert len(verified) == 1
    assert not hasher.check_needs_rehash(verified[0])


@pytest.mark.parametrize("typed", ["\x00", "' OR 1=1 --", "a" * 5000, "<b>x</b>", "owner@example.jp\n", "＠"])
def test_hostile_input_is_just_wrong(client: FlaskClient, cast: Cast, typed: str) -> None:
    assert sign_in(client, typed, typed).status_code == 422


@pytest.mark.one_database
def test_what_was_typed_stays_but_the_password_does_not(client: FlaskClient, cast: Cast) -> None:
    page = BeautifulSoup(sign_in(client, "owner@example.jp", "some-wrong-password").text, "html.parser")
    fields = {str(field["name"]): field.get("value") for field in page.select("form.form input")}
    assert fields["email"] == "owner@example.jp"
    assert not fields["password"]
    assert WRONG in page.select_one(".error-summary").text  # pyright: ignore[reportOptionalMemberAccess]


def test_the_suspended_are_told_after_the_right_password_only(client: FlaskClient, cast: Cast) -> None:
    assert "利用を止められている" not in sign_in(client, "suspended@example.jp", "some-wrong-password").text
    answer = sign_in(client, "suspended@example.jp")
    assert answer.status_code == 422
    assert "利用を止められている" in answer.text
    assert not is_in(client)


def test_somebody_suspended_while_inside_is_out(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.owner.email)
    cast.owner.suspended_until = cast.suspended.suspended_until
    assert not is_in(client)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("path", "goes"),
    [
        ("/me/settings", "/me/settings"), ("/forums/topics/7?page=2#post-1", "/forums/topics/7?page=2#post-1"),
        ("//evil.example", "/"), ("/\\evil.example", "/"), ("https://evil.example", "/"), ("/\t/evil.example", "/"),
        ("javascript:alert(1)", "/"), ("evil", "/"), ("/\n//evil.example", "/"), ("", "/"), ("/ok\\..\\x", "/"),
    ],
)  # fmt: skip
def test_the_way_on_stays_on_the_site(client: FlaskClient, cast: Cast, path: str, goes: str) -> None:
    assert sign_in(client, cast.owner.email, next=path).location == goes
    assert client.get("/sign-in", query_string={"next": path}).location == goes


@pytest.mark.one_database
def test_nothing_of_the_session_before_survives(client: FlaskClient, cast: Cast) -> None:
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    sign_in(client, cast.owner.email)
    with client.session_transaction() as session:
        assert "planted" not in session


def test_remembered_people_come_back_without_a_session(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.owner.email, remember="y")
    client.delete_cookie("tsudoi")
    assert is_in(client)
    assert client.post("/sign-out").status_code == 302
    assert client.get_cookie("tsudoi_remember") is None
    assert not is_in(client)


def test_others_are_forgotten_with_their_session(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.owner.email)
    assert client.get_cookie("tsudoi_remember") is None
    client.delete_cookie("tsudoi")
    assert not is_in(client)


def test_signing_out_everywhere_ends_sessions_and_remembered_devices(app: Flask, cast: Cast) -> None:
    phone, laptop, tablet = app.test_client(), app.test_client(), app.test_client()
    for device, remember in ((phone, "y"), (laptop, ""), (tablet, "y")):
        sign_in(device, cast.owner.email, remember=remember)
        assert is_in(device)
    tablet.delete_cookie("tsudoi")
    prove(laptop)
    assert laptop.post("/me/sign-out-everywhere").status_code == 302
    assert [is_in(device) for device in (phone, laptop, tablet)] == [False, False, False]
    sign_in(phone, cast.owner.email)
    assert is_in(phone)


def test_old_costs_are_made_new_at_sign_in(client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    before = cast.owner.password_hash
    other = client.application.config["TSUDOI"].model_copy(update={"argon2_memory_kib": 16})
    monkeypatch.setitem(client.application.config, "TSUDOI", other)
    sign_in(client, cast.owner.email)
    assert cast.owner.password_hash != before
    assert is_in(client)


def test_a_get_changes_nothing(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.owner.email)
    assert client.get("/sign-out").status_code == 405
    assert is_in(client)
