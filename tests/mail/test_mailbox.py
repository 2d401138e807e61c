"""The development mailbox: there in development, gone in production."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from community.mail import actions
from community.mail.letters import Letter
from models.base import transaction
from tests.cast import Cast

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
    app = make_app(environment="production", secret_key="x" * 40)
    with app.app_context():
        with transaction():
            mail_id = actions.queue_mail("invitation", "saeki@example.jp", LETTER, event_key="event 1").id
        client = app.test_client()
        answers = [client.get("/mailbox"), client.get(f"/mailbox/{mail_id}")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert "TOKEN" not in answers[0].text + answers[1].text
