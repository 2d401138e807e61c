"""Mails that come back: which one it was, whether it is for good, and that nobody can make it up."""

import io
from datetime import timedelta

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask

from community.__main__ import main
from community.mail import actions, bounces, rules
from community.mail.actions import Outcome
from community.mail.letters import Letter
from community.mail.queries import is_bouncing
from models.base import now
from models.mail import Mail

BOUNCES = "bounces@tsudoi.example.jp"
# As Postfix writes it, shortened.
POSTFIX = """\
Return-Path: <>
Delivered-To: {to}
From: MAILER-DAEMON@mx.example.jp (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

<saeki@example.jp>: host mx.example.jp said: {status}
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.jp
Arrival-Date: Thu, 26 Nov 2026 10:00:00 +0900 (JST)

Final-Recipient: rfc822; saeki@example.jp
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} said so

--B
Content-Type: message/rfc822

From: no-reply@example.jp
To: saeki@example.jp
Subject: x

x
--B--
"""


def queue(event: str = "event") -> Mail:
    return actions.queue_mail("x", "saeki@example.jp", Letter("件名", "本文\n", "<p>本文</p>"), event_key=event)


def returned(mail: Mail, status: str = "5.1.1", action: str = "failed", to: str = "") -> bytes:
    to = to or bounces.sender_of(mail.id, BOUNCES)
    return POSTFIX.format(to=to, status=status, action=action).encode()


def test_a_returned_mail_says_which_it_was_and_why(app: Flask) -> None:
    mail = queue()
    assert bounces.sender_of(mail.id, BOUNCES).startswith(f"bounces+{mail.id}-")
    assert bounces.read_report(returned(mail)) == bounces.BounceReport(mail.id, "5.1.1")


def test_the_mail_server_may_say_to_whom_it_came(app: Flask) -> None:
    mail = queue()
    message = returned(mail, to="bounces@tsudoi.example.jp")
    assert bounces.read_report(message) is None
    assert bounces.read_report(message, bounces.sender_of(mail.id, BOUNCES).upper()) == bounces.BounceReport(
        mail.id, "5.1.1"
    )


def test_what_is_no_failure_of_ours_is_none(app: Flask) -> None:
    mail, other = queue(), queue("another")
    mine, others = (bounces.sender_of(m.id, BOUNCES) for m in (mail, other))
    forged = others.replace(f"+{other.id}-", f"+{mail.id}-")
    for message in (
        returned(mail, action="delayed"),
        returned(mail, to=forged),
        returned(mail, to=mine.replace("-", "")),
        b"To: " + mine.encode() + b"\r\nSubject: out of office\r\n\r\nback on Monday",
        b"",
        b"\xff\xfe\x00garbage",
    ):
        assert bounces.read_report(message) is None


@pytest.mark.parametrize(("status", "dead"), [("5.1.1", True), ("5.0.0", True), ("5.2.2", False), ("5.7.1", False)])
def test_an_address_is_dead_if_it_failed_for_good(app: Flask, status: str, *, dead: bool) -> None:
    bounces.note(queue(), status)
    assert is_bouncing("saeki@example.jp") == dead
    assert not is_bouncing("other@example.jp")


def test_several_passing_failures_lately_count_as_one_for_good(app: Flask) -> None:
    for number in range(rules.SOFT_BOUNCES - 1):
        bounces.note(queue(f"event {number}"), "4.2.2")
    last = queue("last")
    assert not is_bouncing("saeki@example.jp")
    for _ in range(2):
        bounces.note(last, "4.2.2")
    assert is_bouncing("saeki@example.jp")
    with time_machine.travel(now() + timedelta(days=rules.SOFT_BOUNCE_DAYS, minutes=1), tick=False):
        assert not is_bouncing("saeki@example.jp")
    bounces.forgive("saeki@example.jp")
    assert not is_bouncing("saeki@example.jp")


def test_a_refused_address_came_back_before_it_left(app: Flask) -> None:
    mail = queue()
    actions.claim_mail()
    actions.note_outcome(mail, Outcome("refused: [550]", final=True, refused="5.1.1"))
    assert is_bouncing("saeki@example.jp")


@pytest.mark.parametrize("database", ["sqlite"])
def test_the_command_takes_a_message_from_its_input(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = queue()
    monkeypatch.setattr("community.__main__.create_app", lambda _: app)
    for message, said in ((returned(mail), f"Mail {mail.id} came back: 5.1.1"), (b"junk", "No mail of ours")):
        done = CliRunner().invoke(main, ["bounce"], input=io.BytesIO(message), catch_exceptions=False)
        assert (done.exit_code, done.output[: len(said)]) == (0, said)
    assert is_bouncing("saeki@example.jp")
