"""What log lines hold: neither addresses of mail or networks, nor hashes of them, nor links that open doors."""

import hashlib
import io
import logging
import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError

from community import links
from community.accounts import actions
from community.app import logs
from community.app.scrubbing import SECRET_PATHS, Scrubber, scrub
from community.config import Config
from community.signin import tokens
from models.base import db, transaction
from tests.cast import Cast, make_cast
from tests.signin.test_sign_in import sign_in

pytestmark = pytest.mark.one_database

OWNER = "owner@example.jp"
VISITOR = "203.0.113.77"
TOKEN = "WzEsIjA0Il0.aSxyzQ.a-b_c"


@pytest.fixture
def log() -> Iterator[Callable[[], str]]:
    """What our handler has written since, as developers have it; else it is as the last application made has it."""
    root, written = logging.getLogger(), io.StringIO()
    before = list(root.handlers)
    logs.configure(Flask("logs"), Config(environment="development", log_format="json"))
    handler = next(h for h in root.handlers if h.get_name() == "tsudoi")
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    yield written.getvalue
    root.handlers = before


def assert_clean(text: str) -> None:
    digest = hashlib.sha256(OWNER.encode()).hexdigest()
    for secret in (OWNER, OWNER.replace("@", "%40"), VISITOR, "203.0.113", digest, tokens.fingerprint(OWNER), TOKEN):
        assert secret not in text


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_lines_of_full_limits_name_neither_address_nor_person(
    make_app: Callable[..., Flask], log_format: str, request: pytest.FixtureRequest
) -> None:
    app = make_app(rate_limits=True, log_format=log_format)
    written: Callable[[], str] = request.getfixturevalue("log")
    with app.app_context(), transaction():
        make_cast(db.session)
    client = app.test_client()
    with app.app_context():
        answers = [
            client.post(
                "/sign-in", data={"email": OWNER, "password": "wrong-password"}, environ_base={"REMOTE_ADDR": VISITOR}
            ).status_code
            for _ in range(12)
        ]
        assert answers[-1] == 429
        sign_in(client, "colleague@example.jp")
        answers = [client.get("/search?q=x", environ_base={"REMOTE_ADDR": VISITOR}).status_code for _ in range(61)]
    assert answers[-1] == 429
    assert "too many" in written()
    assert_clean(written())


def test_a_failure_whose_words_quote_an_address_or_a_link_is_logged_without_them(
    app: Flask, cast: Cast, client: FlaskClient, log: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(token: str) -> None:
        msg = f"{OWNER} from {VISITOR} at /password/reset/{token}: {tokens.fingerprint(OWNER)}"
        raise ZeroDivisionError(msg)

    monkeypatch.setitem(app.view_functions, "signin.show_reset_password", fail)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    assert client.get(f"/password/reset/{TOKEN}").status_code == 500
    assert "ZeroDivisionError" in log()
    assert "/password/reset/[…]" in log()
    assert_clean(log())


def test_what_a_database_refuses_is_not_quoted(app: Flask, cast: Cast, log: Callable[[], str]) -> None:
    with pytest.raises(IntegrityError) as refused, transaction():
        actions.add_member(OWNER, "another", "別人", given_name="のなまえ")
    assert "のなまえ" not in str(refused.value)  # no parameters
    logging.getLogger("community").error("failed", exc_info=refused.value)
    assert "IntegrityError" in log()
    assert_clean(log())


def test_lines_of_the_web_server_are_scrubbed_too(app: Flask) -> None:
    server, written = logging.getLogger("gunicorn.error"), io.StringIO()
    handler = logging.StreamHandler(written)
    server.addHandler(handler)
    try:
        server.warning("Invalid request from ip=%s: %s", VISITOR, OWNER)
        server.error("Error handling request %s", f"/invitations/{TOKEN}?x=1", exc_info=ConnectionError(OWNER))
    finally:
        server.removeHandler(handler)
    assert "Error handling request /invitations/[…]?x=1" in written.getvalue()
    assert "ConnectionError" in written.getvalue()
    assert_clean(written.getvalue())
    assert [type(f) for f in server.filters] == [Scrubber]  # once, however many applications there are


def test_the_scrubber_knows_every_secret_link(app: Flask) -> None:
    made = [
        link(TOKEN)
        for link in (
            links.reset_password, links.invitation, links.company_link, links.join_confirmation, links.confirm_email,
            links.stop_email, links.stop_mails,
        )
    ]  # fmt: skip
    made.append(links.page(f"/stories/approve/{TOKEN}"))  # an approver's, of a room
    assert len(made) == len(SECRET_PATHS)
    for link in made:
        assert TOKEN not in scrub(f'GET "{link}" 410')
    with_token = {rule.rule.split("<")[0] for rule in app.url_map.iter_rules() if "token" in rule.arguments}
    assert with_token <= set(SECRET_PATHS)


@pytest.mark.parametrize(
    ("line", "scrubbed"),
    [
        ("to=saeki@kitahama.example.jp,x", "to=[…],x"), ("佐伯 <ｓａｅｋｉ＠example.jp>", "佐伯 <[…]>"),
        ("peer 2001:db8:1:2::7", "peer […]"), ("peer [2001:db8::7]:443", "peer [[…]]:443"),
        ("peer ::ffff:203.0.113.7", "peer […]"), ("10.0.0.7:6379 refused", "[…]:6379 refused"),
        ("peer 2001:db8:1:2:3:4:5:6", "peer […]"), ("peer 64:ff9b:0:0:0:0:192.0.2.33.", "peer […]."),
        ("peer 2001:db8::", "peer […]"), ("peer ::2001:db8, 203.0.113.7", "peer […], […]"),
        ("at 21:13:36 on 2026-11-29T21:13:36.190Z", "at 21:13:36 on 2026-11-29T21:13:36.190Z"),
        ("listening at 127.0.0.1:8000 and [::1]:8000", "listening at 127.0.0.1:8000 and [::1]:8000"),
        ("request_id 27a42e042399, gunicorn 25.1.0", "request_id 27a42e042399, gunicorn 25.1.0"),
    ],
)  # fmt: skip
def test_what_is_no_secret_stays(line: str, scrubbed: str) -> None:
    assert scrub(line) == scrubbed


@pytest.mark.parametrize("sign", ["a", ":", "1.", "@", "a@", "/invitations/", "0", "1:"])
def test_long_lines_take_no_time(sign: str) -> None:
    began = time.process_time()
    scrub(sign * 20_000)
    assert time.process_time() - began < 2


def test_a_sign_in_is_logged_by_its_endpoint_only(client: FlaskClient, cast: Cast, log: Callable[[], str]) -> None:
    sign_in(client, OWNER)
    assert "signin.let_in" in log()
    assert_clean(log())


@pytest.mark.parametrize(
    ("line", "scrubbed"),
    [
        ("Connection from 192.0.2.55. Closing.", "Connection from […]. Closing."),
        ("next=%2Fpassword%2Freset%2Fs3cret-token", "next=%2Fpassword%2Freset%2F[…]"),
        ("GET //password//reset/s3cret-token", "GET //password//reset/[…]"),
        (f"sum {'AB' * 32} there", "sum […] there"),
        ("o'brien@kita.example wrote", "[…] wrote"),
        ('"saeki yoko"@kita.example wrote', "[…] wrote"),
        ("{'email': 'o@kita.example'}", "{'email': '[…]'}"),
    ],
)
def test_what_is_written_otherwise_is_scrubbed_too(line: str, scrubbed: str) -> None:
    assert scrub(line) == scrubbed
