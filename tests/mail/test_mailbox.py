"""The development mailbox: there in development, gone in production."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community.mail import actions
from community.mail.letters import Letter
from models.accounts import Member
from models.base import db, transaction
from tests.cast import Cast
from tests.databases import PRODUCTION

pytestmark = pytest.mark.one_database

LETTER = Letter("件名 <b>", "次のページ\nhttp://localhost:8000/invitations/TOKEN\n<script>\n", "<p>x</p>")


def test_mails_can_be_read_and_their_links_followed(client: FlaskClient, cast: Cast) -> None:
    assert "まだメールはありません" in client.get("/mailbox").text
    mail = actions.queue_mail("invitation", "saeki@example.jp", LETTER, event_key="event 1")
    page = client.get("/mailbox").text
    assert "件名 &lt;b&gt;" in page
    assert "saeki@example.jp" in page
    page = client.get(f"/mailbox/{mail.id}").text
    assert 'href="http://localhost:8000/invitations/TOKEN"' in page
    assert "&lt;script&gt;" in page
    assert client.get("/mailbox/999999").status_code == 404


def test_in_production_there_is_no_mailbox(make_app: Callable[..., Flask]) -> None:
    app = make_app(**PRODUCTION)
    with app.app_context():
        with transaction():
            mail_id = actions.queue_mail("invitation", "saeki@example.jp", LETTER, event_key="event 1").id
        client = app.test_client()
        pages = ("/mailbox", f"/mailbox/{mail_id}")
        answers = [client.get(page, base_url=PRODUCTION["public_url"]) for page in pages]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert "TOKEN" not in answers[0].text + answers[1].text


FOREIGN_NAMES = [
    "evil.example", "evil.example:8000", "localhost.evil.example", "evil.localhost", "localhost:8000.evil.example",
    "127.0.0.1.nip.io", "192.168.1.5:8000", "[2001:db8::1]:8000", "0.0.0.0:8000", "user@localhost", "localhost/x", "",
    "localhost:x", "[::1", "community.internal.evil.example", "xcommunity.internal",
]  # fmt: skip

OWN_NAMES = [
    "community.internal", "community.internal:8000", "COMMUNITY.internal", "community.internal.", "second.internal:1",
    "[fd00::7]:8000", "localhost", "LOCALHOST:8000", "localhost.", "127.0.0.1:9", "[::1]:8000", "127.8.9.1",
]  # fmt: skip


@pytest.fixture
def named(make_app: Callable[..., Flask]) -> FlaskClient:
    """A visitor at this very machine, of an installation with a name of its own."""
    app = make_app(public_url="http://Community.Internal:8000", trusted_hosts="second.internal, [fd00::7]")
    with app.app_context(), transaction():
        actions.queue_mail("password_reset", "saeki@example.jp", LETTER, event_key="event 1")
    return app.test_client()


def test_the_mailbox_does_not_answer_to_a_name_that_leads_here_by_a_trick(named: FlaskClient) -> None:
    for name in FOREIGN_NAMES:
        for page in ("/mailbox", "/mailbox/1"):
            answer = named.get(page, headers={"Host": name})
            assert answer.status_code in {400, 404}, name
            assert "TOKEN" not in answer.text, name


def test_the_mailbox_answers_to_the_configured_host_and_this_machine(named: FlaskClient) -> None:
    codes = {name: named.get("/mailbox/1", headers={"Host": name}).status_code for name in OWN_NAMES}
    assert codes == dict.fromkeys(OWN_NAMES, 200)


def test_a_forwarded_name_neither_opens_nor_hides_the_mailbox(
    named: FlaskClient, make_app: Callable[..., Flask]
) -> None:
    forged = {"Host": "evil.example", "X-Forwarded-Host": "community.internal"}
    assert named.get("/mailbox", headers=forged).status_code == 404
    behind = make_app(public_url="http://community.internal", trusted_proxies=1).test_client()
    assert behind.get("/mailbox", headers=forged).status_code == 404  # the proxy's visitor sits elsewhere
    tricked = {"Host": "community.internal", "X-Forwarded-Host": "evil.example"}
    assert behind.get("/mailbox", headers=tricked).status_code == 404


def test_from_elsewhere_only_an_administrator_with_a_password_of_their_own_reads_it(
    signed_in: Callable[[Member], FlaskClient], cast: Cast
) -> None:
    elsewhere = {"REMOTE_ADDR": "192.168.1.9"}
    pages = {name: signed_in(person).get("/mailbox", environ_base=elsewhere) for name, person in cast.people().items()}
    assert {name for name, page in pages.items() if page.status_code == 200} == {"administrator"}
    cast.administrator.email = "miwa@kumihimo.example.jp"
    db.session.commit()
    assert signed_in(cast.administrator).get("/mailbox", environ_base=elsewhere).status_code == 404
