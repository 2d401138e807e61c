"""Mails with links or codes keep no text once they are sent: those of the house, and those that rooms name."""

import pytest
from flask import Flask

from community.mail import actions, rules
from community.mail.actions import Outcome
from community.mail.letters import Letter
from community.room import current_rooms


@pytest.mark.parametrize("kind", sorted(rules.SECRET_KINDS))
def test_the_houses_are_secret(app: Flask, kind: str) -> None:
    assert rules.is_secret(kind)


def test_a_rooms_mail_is_blanked_once_it_is_sent_and_another_is_kept(app: Flask) -> None:
    letter = Letter("件名", "https://example.jp/secret", "<p>https://example.jp/secret</p>")
    [secret, *_] = sorted(current_rooms().secret_mails)
    for kind, kept in ((secret, ""), ("digest", letter.text)):
        mail = actions.queue_mail(kind, "onishi@a.example.jp", letter, event_key=f"test {kind}")
        actions.claim_mails(9)
        actions.note_outcome(mail, Outcome())
        assert mail.text == kept
