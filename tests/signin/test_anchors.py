"""The part of an address behind its # comes along on the way in: pages put it into the field that says where to."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blueprints.browser_sessions import own_path
from tests.cast import Cast
from tests.joining.test_terms import coming, publish
from tests.signin.test_second_factor import at, code_of, turn_on
from tests.signin.test_sign_in import sign_in

__all__ = ["at"]

POST = "/forums/topics/59?page=2#post-389"


def test_signing_in_leads_to_the_post(client: FlaskClient, cast: Cast) -> None:
    assert sign_in(client, cast.owner.email, next=POST).location == POST


def test_a_wrong_password_on_the_way_loses_nothing(client: FlaskClient, cast: Cast) -> None:
    refused = sign_in(client, cast.owner.email, "some-wrong-password", next=POST)
    assert f'value="{POST}"' in refused.text


def test_the_second_step_leads_to_the_post(client: FlaskClient, cast: Cast) -> None:
    turn_on(cast.owner)
    assert sign_in(client, cast.owner.email, next=POST).location == "/sign-in/code"
    assert client.post("/sign-in/code", data={"code": code_of(cast.owner)}).location == POST


def test_a_code_typed_wide_and_in_groups_is_the_code(client: FlaskClient, cast: Cast) -> None:
    turn_on(cast.owner)
    sign_in(client, cast.owner.email)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code_of(cast.owner))
    assert client.post("/sign-in/code", data={"code": f"　{wide[:3]}ー{wide[3:]}\u200b"}).location == "/"


def test_a_recovery_code_typed_wide_is_the_code(client: FlaskClient, cast: Cast) -> None:
    code = turn_on(cast.owner)[0]
    sign_in(client, cast.owner.email)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code.upper())
    assert client.post("/sign-in/code", data={"code": wide}).location == "/"


def test_consent_leads_to_the_post(app: Flask, cast: Cast) -> None:
    version = publish()
    owner = coming(app, cast.owner)
    assert owner.post("/terms/consent", data={"versions": str(version.id), "next": POST}).location == POST


@pytest.mark.parametrize(
    "path", ["//evil.example/#post-1", "https://evil.example/#post-1", "/\\evil.example#x", "#post-1"]
)
@pytest.mark.parametrize("database", ["sqlite"])
def test_an_anchor_makes_no_other_place_one_of_ours(app: Flask, path: str) -> None:
    assert own_path(path) == "/"
