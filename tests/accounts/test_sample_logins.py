"""In production nobody comes in by a log-in that everybody knows."""

from collections.abc import Callable

import pytest
from flask import Flask

from community.accounts import rules
from community.accounts.rules import is_sample_login
from community.demo.cast import read_companies, read_people
from community.signin.passwords import SAMPLE_PASSWORD, hash_password, is_guessable
from models.accounts import Member
from models.base import db, transaction
from tests.cast import PASSWORD, make_cast
from tests.databases import PRODUCTION
from tests.signing_in import client_of

URL = PRODUCTION["public_url"]
SAMPLE_ADDRESS = "miwa@kumihimo.example.jp"


@pytest.fixture
def production(make_app: Callable[..., Flask]) -> Flask:
    """An installation into whose database the sample's administrator has come, and a real one."""
    app = make_app(**PRODUCTION)
    with app.app_context(), transaction():
        cast = make_cast(db.session)
        cast.administrator.email = SAMPLE_ADDRESS
        cast.administrator.password_hash = cast.owner.password_hash = hash_password(SAMPLE_PASSWORD)
    return app


def sign_in(app: Flask, email: str, password: str) -> str:
    """Where it leads; "" if it does not."""
    form = {"email": email, "password": password}
    return app.test_client().post("/sign-in", data=form, base_url=URL).headers.get("Location", "")


def member(email: str) -> Member:
    found = db.session.scalar(db.select(Member).where(Member.email == email))
    assert found is not None
    return found


def test_every_sample_person_is_known_as_one() -> None:
    assert all(is_sample_login(person.email) for person in read_people())
    assert all(is_sample_login(f"new@{domain}") for company in read_companies() for domain in company.domains)
    assert not any(map(is_sample_login, ("a@kumihimo.jp", "a@myexample.jp", "x.example.jp@a.jp", "a@example.jp.a.jp")))


def test_production_lets_in_nobody_of_the_sample_whatever_their_password(production: Flask) -> None:
    assert sign_in(production, SAMPLE_ADDRESS, SAMPLE_PASSWORD) == ""
    assert sign_in(production, SAMPLE_ADDRESS.upper(), SAMPLE_PASSWORD) == ""
    with production.app_context(), transaction():
        member(SAMPLE_ADDRESS).password_hash = hash_password(PASSWORD)
    assert sign_in(production, SAMPLE_ADDRESS, PASSWORD) == ""


def test_production_lets_in_nobody_by_the_published_password(production: Flask) -> None:
    with production.app_context():
        emails = {person.handle: person.email for person in db.session.scalars(db.select(Member)).unique()}
    assert sign_in(production, emails["owner"], SAMPLE_PASSWORD) == ""
    assert sign_in(production, emails["stranger"], PASSWORD) != ""


def test_a_session_that_was_begun_in_development_ends_in_production(production: Flask) -> None:
    with production.app_context():
        sample, real = member(SAMPLE_ADDRESS), db.session.scalar(db.select(Member).where(Member.handle == "owner"))
        browsers = [client_of(production, person, URL) for person in (real, sample)]
    assert [browser.get("/me/settings", base_url=URL).status_code for browser in browsers] == [200, 302]
    assert browsers[1].get("/staff/audit/", base_url=URL).status_code == 302


def test_no_reset_link_goes_to_a_sample_person(production: Flask) -> None:
    production.test_client().post("/password/forgot", data={"email": SAMPLE_ADDRESS}, base_url=URL)
    with production.app_context():
        assert not rules.can_sign_in(member(SAMPLE_ADDRESS))
        assert db.session.execute(db.text("SELECT count(*) FROM mail")).scalar() == 0


def test_in_development_the_sample_people_come_in(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    with app.app_context(), transaction():
        administrator = make_cast(db.session).administrator
        administrator.email, administrator.password_hash = SAMPLE_ADDRESS, hash_password(SAMPLE_PASSWORD)
    form = {"email": SAMPLE_ADDRESS, "password": SAMPLE_PASSWORD}
    assert app.test_client().post("/sign-in", data=form).status_code == 302


@pytest.mark.one_database
@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "password",
    [
        SAMPLE_PASSWORD, SAMPLE_PASSWORD.upper(), "ｍｕｓｕｂｕ-ｋｕｍｉｈｉｍｏ", "musubukumihimo", "Musubu-Kumihimo1",
        "むすぶくみひも",
    ],
)  # fmt: skip
def test_nobody_may_choose_the_published_password(password: str) -> None:
    assert is_guessable(password)
