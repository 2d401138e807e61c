"""Handing mails to a real conversation partner that speaks SMTP."""

import email
from collections.abc import Iterator
from email import policy

import pytest
from flask import Flask

from community import links
from community.mail.bounces import sender_of
from community.mail.stopping import make_stop_token
from community.mail.transport import SmtpTransport, compose
from models.base import now
from models.mail import Mail
from tests.mail.smtp import Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


def mail(n: int = 1) -> Mail:
    return Mail(
        id=n,
        can_wait=False,
        message_id=f"<{n}@example.jp>",
        kind="news",
        to_address="saeki@example.jp",
        subject="パスワードが変わりました",
        text="佐伯 様\n",
        html="<p>佐伯 様</p>",
        created_at=now(),
    )


def test_mails_arrive_as_they_were_written_over_one_connection(server: Server) -> None:
    with SmtpTransport(server.url, "集い <no-reply@example.jp>") as transport:
        outcomes = [transport.deliver(mail(n)) for n in range(3)]
    assert [outcome.error for outcome in outcomes] == ["", "", ""]
    assert server.connections == 1
    got = email.message_from_bytes(server.taken[0], policy=policy.default)
    assert got["Subject"] == "パスワードが変わりました"
    assert got["From"] == "集い <no-reply@example.jp>"
    assert got["Message-ID"] == "<0@example.jp>"
    assert got["Auto-Submitted"] == "auto-generated"
    assert [part.get_content().strip() for part in got.iter_parts()] == ["佐伯 様", "<p>佐伯 様</p>"]


def test_nothing_to_send_opens_no_connection(server: Server) -> None:
    with SmtpTransport(server.url, "no-reply@example.jp"):
        pass
    assert server.connections == 0


@pytest.mark.parametrize("database", ["sqlite"])
def test_news_says_so_and_offers_a_way_out(app: Flask, server: Server) -> None:
    news = mail(7)
    news.id, news.can_wait, news.member_id, news.kind = 7, True, 3, "reply"
    with SmtpTransport(server.url, "集い <no-reply@example.jp>", "bounces@example.jp") as transport:
        assert [transport.deliver(one).error for one in (news, mail(8))] == ["", ""]
    got, other = (email.message_from_bytes(taken, policy=policy.default) for taken in server.taken)
    assert got["List-Unsubscribe"] == f"<http://localhost:8000/mails/stop/{make_stop_token(3, 'reply')}>"
    assert f"List-Unsubscribe: <{links.stop_mails('a')[:-1]}".encode() in server.taken[0], "in one piece, not encoded"
    assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (got["List-Id"], got["Precedence"]) == ("<reply.news.example.jp>", "bulk")
    assert not {"List-Unsubscribe", "List-Id", "Precedence"} & set(other.keys())
    assert server.senders == [sender_of(7, "bounces@example.jp"), sender_of(8, "bounces@example.jp")]


def test_without_an_address_for_what_comes_back_it_is_the_sender(server: Server) -> None:
    with SmtpTransport(server.url, "集い <no-reply@example.jp>") as transport:
        transport.deliver(mail())
    assert server.senders == ["no-reply@example.jp"]


@pytest.mark.parametrize(
    ("reply", "status"), [("550 5.1.1 nobody", "5.1.1"), ("550 no such user", "5.0.0"), ("450 4.2.0 later", "")]
)
def test_an_address_refused_for_good_came_back(server: Server, reply: str, status: str) -> None:
    server.reply = reply
    with SmtpTransport(server.url, "no-reply@example.jp") as transport:
        assert transport.deliver(mail()).refused == status


@pytest.mark.parametrize(("reply", "final"), [("550 no such user", True), ("450 later", False)])
def test_a_refused_address_is_final_if_the_server_says_so(server: Server, reply: str, *, final: bool) -> None:
    server.reply = reply
    with SmtpTransport(server.url, "no-reply@example.jp") as transport:
        outcome = transport.deliver(mail())
        server.reply = "250 OK"
        assert transport.deliver(mail(2)).error == ""
    assert (outcome.error, outcome.final) == (f"refused: [{reply[:3]}]", final)


@pytest.mark.parametrize(("reply", "final"), [("554 spam", True), ("451 later", False)])
def test_a_refused_mail_does_not_end_the_run(server: Server, reply: str, *, final: bool) -> None:
    server.data_reply = reply
    with SmtpTransport(server.url, "no-reply@example.jp") as transport:
        outcome = transport.deliver(mail())
        server.data_reply = "250 OK"
        assert transport.deliver(mail(2)).error == ""
    assert (outcome.error, outcome.final) == (f"SMTPDataError: {reply[:3]}", final)


def test_no_server_is_a_failure_to_be_tried_again() -> None:
    with SmtpTransport("smtp://127.0.0.1:9", "no-reply@example.jp") as transport:
        outcome = transport.deliver(mail())
    assert (outcome.error, outcome.final) == ("ConnectionRefusedError", False)


def test_a_password_is_not_said_without_encryption(server: Server) -> None:
    with SmtpTransport(server.url.replace("//", "//user:secret@"), "no-reply@example.jp") as transport:
        outcome = transport.deliver(mail())
    assert outcome.error == "SMTPNotSupportedError"
    assert server.taken == []


def test_headers_cannot_be_smuggled_in() -> None:
    smuggler = mail()
    smuggler.subject = "一行\r\nBcc: x@evil.example"
    with pytest.raises(ValueError, match=r"newline|linefeed"):
        compose(smuggler, "no-reply@example.jp")


@pytest.mark.parametrize(
    "address", ["hana..k@docomo.ne.jp", "taro.@ezweb.ne.jp", ".taro@docomo.ne.jp", "a/b+c@docomo.ne.jp"]
)
def test_a_mail_to_an_old_mobile_address_is_handed_over_as_it_is(server: Server, address: str) -> None:
    letter = mail()
    letter.to_address = address
    with SmtpTransport(server.url, "集い <no-reply@example.jp>") as transport:
        assert transport.deliver(letter).error == ""
    assert server.recipients == [address]
    assert f"\nTo: {address}\n".encode() in server.taken[0].replace(b"\r\n", b"\n")


def test_a_refused_old_mobile_address_is_noted_as_one_that_came_back(server: Server) -> None:
    server.reply = "550 5.1.1 nobody"
    letter = mail()
    letter.to_address = "hana..k@docomo.ne.jp"
    with SmtpTransport(server.url, "no-reply@example.jp") as transport:
        assert transport.deliver(letter).refused == "5.1.1"
