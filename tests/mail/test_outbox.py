"""A mail is a row first; it leaves once, or is tried again, or is dropped."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from community.mail import actions, rules, tasks
from community.mail.actions import Outcome
from community.mail.letters import Letter
from community.mail.transport import SmtpTransport
from models.base import db, now, transaction
from models.mail import Mail
from tests.cast import Cast

LETTER = Letter("件名", "本文\n", "<p>本文</p>")


def queue(event: str = "event 1", kind: str = "news", drop_in: timedelta | None = None) -> Mail:
    drop_after = now() + drop_in if drop_in else None
    return actions.queue_mail(kind, "saeki@example.jp", LETTER, event_key=event, drop_after=drop_after)


def count() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Mail)) or 0


@pytest.fixture
def sent(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """A mail server that takes everything, and what it took."""
    taken: list[str | None] = []

    def take(self: SmtpTransport, mail: Mail) -> Outcome:
        taken.append(mail.message_id)
        return Outcome()

    monkeypatch.setattr(SmtpTransport, "deliver", take)
    config = app.config["TSUDOI"].model_copy(update={"smtp_url": "smtp://mail.example"})
    monkeypatch.setitem(app.config, "TSUDOI", config)
    return taken


def test_one_event_is_one_mail(app: Flask) -> None:
    assert queue() is queue()
    assert queue("event 2").message_id != queue().message_id
    assert count() == 2


def test_the_message_id_follows_from_the_event(app: Flask) -> None:
    first = queue().message_id
    db.session.rollback()
    assert queue().message_id == first
    assert first.startswith("<")
    assert first.endswith("@localhost>")


def test_a_mail_hurries_after_the_commit_only(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    hurried: list[str] = []
    monkeypatch.setattr("community.jobs._send_task", lambda task, _args: hurried.append(task))
    with pytest.raises(ZeroDivisionError), transaction():
        queue()
        raise ZeroDivisionError
    assert (hurried, count()) == ([], 0)
    with transaction():
        queue()
        assert hurried == []
    assert (hurried, count()) == (["mail.send_waiting"], 1)


def test_waiting_mails_are_sent_once_and_in_order(sent: list[str]) -> None:
    mails = [queue(f"event {n}") for n in range(3)]
    db.session.commit()
    tasks.send_waiting()
    tasks.send_waiting()
    assert sent == [mail.message_id for mail in mails]
    db.session.expire_all()
    assert all(mail.sent_at and mail.next_try is None for mail in mails)


def test_without_a_server_mails_wait(app: Flask) -> None:
    mail = queue()
    db.session.commit()
    tasks.send_waiting()
    assert (mail.sent_at, mail.tries) == (None, 0)


def test_an_overdue_mail_is_dropped_not_sent_late(sent: list[str]) -> None:
    mail = queue(drop_in=timedelta(hours=1))
    db.session.commit()
    with time_machine.travel(now() + timedelta(hours=2), tick=False):
        tasks.send_waiting()
    db.session.expire_all()
    assert (sent, mail.sent_at, mail.next_try, mail.error) == ([], None, None, "overdue")


def test_a_claimed_mail_is_nobody_elses_until_its_sender_is_given_up(app: Flask) -> None:
    mail = queue()
    assert actions.claim_mail() is mail
    assert actions.claim_mail() is None
    with time_machine.travel(now() + rules.CLAIM + timedelta(seconds=1), tick=False):
        assert actions.claim_mail() is mail
    assert mail.tries == 2


def test_failures_are_tried_again_with_growing_pauses_and_then_given_up(app: Flask) -> None:
    mail = queue()
    pauses: list[timedelta] = []
    at = now()
    for _ in range(len(rules.PAUSES)):
        with time_machine.travel(at, tick=False):
            assert actions.claim_mail() is mail
            actions.note_outcome(mail, Outcome("TimeoutError"))
            assert mail.next_try is not None
            pauses.append(mail.next_try - now())
            at = mail.next_try + timedelta(seconds=1)
    with time_machine.travel(at, tick=False):
        assert actions.claim_mail() is mail
        actions.note_outcome(mail, Outcome("TimeoutError"))
    assert pauses == list(rules.PAUSES)
    assert (mail.next_try, mail.sent_at, mail.error) == (None, None, "TimeoutError")


def test_a_final_refusal_is_not_tried_again(app: Flask) -> None:
    mail = queue()
    actions.claim_mail()
    actions.note_outcome(mail, Outcome("refused: [550]", final=True))
    assert (mail.next_try, mail.error) == (None, "refused: [550]")


@pytest.mark.parametrize("end", [Outcome(), Outcome("refused: [550]", final=True)])
@pytest.mark.parametrize(("kind", "kept"), [("invitation", ""), ("password_reset", ""), ("news", "本文\n")])
def test_keys_are_wiped_when_their_mail_is_done(app: Flask, kind: str, kept: str, end: Outcome) -> None:
    mail = queue(kind=kind)
    actions.claim_mail()
    actions.note_outcome(mail, end)
    assert mail.text == kept
    assert bool(mail.html) == bool(kept)


def test_a_key_stays_while_its_mail_may_still_go(app: Flask) -> None:
    mail = queue(kind="invitation")
    actions.claim_mail()
    actions.note_outcome(mail, Outcome("TimeoutError"))
    assert mail.text == "本文\n"


def test_one_mail_that_fails_does_not_hold_up_the_others(
    sent: list[str], monkeypatch: pytest.MonkeyPatch, cast: Cast
) -> None:
    bad, good = queue("bad"), queue("good")
    db.session.commit()

    def deliver(self: SmtpTransport, mail: Mail) -> Outcome:
        return Outcome("SMTPDataError: 451") if mail.id == bad.id else Outcome()

    monkeypatch.setattr(SmtpTransport, "deliver", deliver)
    tasks.send_waiting()
    db.session.expire_all()
    assert (bad.sent_at, bad.error) == (None, "SMTPDataError: 451")
    assert good.sent_at is not None


# --- a sender that stood still (SIGSTOP, a suspended machine) for longer than its claim


def sent_by_another(mail: Mail) -> None:
    """Another process has claimed it meanwhile, and the server has taken it."""
    done = sa.update(Mail).where(Mail.id == mail.id).values(tries=mail.tries + 1, next_try=None, sent_at=now())
    db.session.execute(done.execution_options(synchronize_session=False))


@pytest.mark.parametrize("outcome", [Outcome("timed out"), Outcome("refused", final=True), Outcome()])
def test_what_another_process_has_sent_stays_sent(app: Flask, outcome: Outcome) -> None:
    queue()
    mail = actions.claim_mail()
    assert mail is not None
    sent_by_another(mail)
    with transaction():
        actions.note_outcome(mail, outcome)
    db.session.refresh(mail)
    assert (mail.next_try, mail.error) == (None, "")
    assert mail.sent_at is not None


def test_a_failure_after_another_process_has_claimed_the_mail_leaves_it_to_that_one(app: Flask) -> None:
    queue()
    mail = actions.claim_mail()
    assert mail is not None
    theirs = now() + rules.CLAIM
    again = sa.update(Mail).where(Mail.id == mail.id).values(tries=2, next_try=theirs)
    db.session.execute(again.execution_options(synchronize_session=False))
    with transaction():
        actions.note_outcome(mail, Outcome("timed out"))
    db.session.refresh(mail)
    assert (mail.tries, mail.next_try) == (2, theirs)


def test_a_sender_that_stood_still_past_its_claim_does_not_send(
    sent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    queue()
    claim = actions.claim_mail

    def claim_and_stand_still() -> Mail | None:
        mail = claim()
        if mail is not None:
            clock.shift(rules.CLAIM + timedelta(seconds=1))
            sent_by_another(mail)
        return mail

    monkeypatch.setattr(actions, "claim_mail", claim_and_stand_still)
    with time_machine.travel(now(), tick=False) as clock:
        tasks.send_waiting()
    assert sent == []
