"""What production's log lines do not say, whatever fails: who it was, what they asked, which key they held."""

import hashlib
import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError

from blueprints.search import views as search_views
from community.accounts import company_links, tokens
from community.accounts.company_links import LinkTerms
from community.app.redaction import describe
from community.app.scrubbing import Scrubber
from community.mail.tasks import send_waiting
from models.accounts import Member
from models.base import db, transaction
from models.mail import Mail
from tests.cast import PASSWORD, make_cast
from tests.databases import PRODUCTION
from tests.signing_in import client_of

pytestmark = pytest.mark.one_database

URL = PRODUCTION["public_url"]
QUESTION, NEWCOMER, GUEST_MACHINE = "退職金の悩み", "shinjin@asahi.example", "198.51.100.23"


@contextmanager
def logged() -> Iterator[Callable[[], str]]:
    """Everything that our handler writes meanwhile."""
    [handler] = [handler for handler in logging.getLogger().handlers if handler.get_name() == "tsudoi"]
    assert isinstance(handler, logging.StreamHandler)
    before, written = handler.stream, io.StringIO()
    handler.setStream(written)
    try:
        yield written.getvalue
    finally:
        handler.setStream(before)


def post(client: FlaskClient, path: str, **fields: str) -> int:
    elsewhere = {"REMOTE_ADDR": GUEST_MACHINE}
    return client.post(path, data=fields, base_url=URL, environ_base=elsewhere).status_code


def links_in_mails() -> list[str]:
    """The last part of each link that was mailed: a key."""
    texts = db.session.scalars(sa.select(Mail.text)).all()
    return [found for text in texts for found in re.findall(r"https://\S+/([\w.~-]{20,})", text)]


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_no_line_of_production_holds_a_person_a_question_or_a_key(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch, log_format: str
) -> None:
    app = make_app(**PRODUCTION, log_format=log_format, smtp_url="smtp://127.0.0.1:9", mail_from="a@kitahama.jp")
    with logged() as written:
        with app.app_context(), transaction():
            cast = make_cast(db.session)
            _, link = company_links.make_link(cast.a, cast.company_admin, LinkTerms(14, 20, own_domains_only=False))
            owner = cast.owner.email
            people = {member.email for member in cast.people().values()}
        guest = app.test_client()
        post(guest, "/sign-in", email=owner, password="falsch-und-lang")
        post(guest, "/sign-in", email=owner, password=PASSWORD)
        post(app.test_client(), "/password/forgot", email=owner)
        post(app.test_client(), "/join", email=NEWCOMER)
        post(app.test_client(), f"/join/links/{link}", email=NEWCOMER)
        with app.app_context():
            admin = client_of(app, db.session.scalar(sa.select(Member).where(Member.handle == "company_admin")), URL)
        post(admin, "/invitations", email=NEWCOMER)
        guest.get("/search", query_string={"q": QUESTION}, base_url=URL)
        _fail_everywhere(app, guest, monkeypatch, owner)
        with app.app_context():
            send_waiting()
            keys = links_in_mails()
        said = written()
    assert "tsudoi.request" in said
    assert "ZeroDivisionError" in said
    assert "IntegrityError" in said
    assert "tests.fail_with_words" in said
    hashes = {hashlib.sha256(word.encode()).hexdigest() for word in people} | set(map(tokens.fingerprint, people))
    assert keys
    for secret in (*people, NEWCOMER, QUESTION, GUEST_MACHINE, PASSWORD, link, *keys, *hashes):
        assert secret not in said, secret
        assert json.dumps(secret)[1:-1] not in said
    assert "%E9%80%80" not in said


def _fail_everywhere(app: Flask, guest: FlaskClient, monkeypatch: pytest.MonkeyPatch, owner: str) -> None:
    """A view, a database and a task, each with the words of people in what it raises."""

    def fail(*_: object, **__: object) -> Any:  # noqa: ANN401  it never returns
        raise ZeroDivisionError(f"{QUESTION} of {owner}") from ValueError(owner)

    with monkeypatch.context() as patched:
        patched.setattr(search_views, "render_template", fail)
        assert guest.get("/search", query_string={"q": QUESTION}, base_url=URL).status_code == 500
    with app.app_context():
        task: Any = app.extensions["celery"].task(name="tests.fail_with_words", shared=False)(fail)
        task.apply(args=(owner,), kwargs={"question": QUESTION}, throw=False)
        try:
            with transaction():
                db.session.execute(sa.insert(Member).values(email=owner, handle="other", family_name=QUESTION))
        except IntegrityError:
            logging.getLogger("community.accounts").exception("not stored")


def caught(error: Exception) -> tuple[type[BaseException], BaseException, TracebackType | None]:
    """As `sys.exc_info()` has it where the error was caught."""
    try:
        _raise(error)
    except Exception as raised:  # noqa: BLE001  whatever it is
        return type(raised), raised, raised.__traceback__
    raise AssertionError("unreachable")


def _raise(error: Exception) -> None:
    raise error


def test_a_traceback_says_types_and_places_and_no_message() -> None:
    inner = KeyError("tadokoro@tomoura.jp")
    outer = RuntimeError("田所さん")
    outer.__cause__ = inner
    said = describe(caught(ExceptionGroup("田所", [outer, ValueError("田所")])))
    assert "test_redaction.py" in said
    assert all(kind in said for kind in ("ExceptionGroup", "RuntimeError", "KeyError", "ValueError"))
    assert not any(word in said for word in ("tadokoro@", "田所さん"))


def test_the_web_servers_own_lines_lose_questions_and_messages() -> None:
    words, values = "Error handling request %s", (f"/search?q={QUESTION}&page=2",)
    trace = caught(ValueError(QUESTION))
    record = logging.LogRecord("gunicorn.error", logging.ERROR, __file__, 1, words, values, trace)
    assert Scrubber(describe).filter(record)
    said = logging.Formatter().format(record)
    assert "Error handling request /search?[…]" in said
    assert "ValueError" in said
    assert QUESTION not in said


def test_a_developer_reads_messages(make_app: Callable[..., Flask]) -> None:
    make_app()
    with logged() as written:
        logging.getLogger("community").error("failed", exc_info=caught(ValueError("what went wrong")))
        assert "what went wrong" in written()
