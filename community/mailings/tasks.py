"""Tasks: write due mails, send written ones, delete finished ones."""

from celery import shared_task
from flask import current_app

from community.config import Config
from community.jobs import hurry
from community.mail.actions import lock_if_claimed, note_outcome, release_claim
from community.mail.rules import CLAIM
from community.mail.transport import SmtpTransport
from models.base import now, transaction
from models.mail import Mail

from . import actions, sending
from .rendering import MailRenderer

# In one transaction, which is so short that nobody notices waiting for it on SQLite.
ITEM_CHUNK = 250
DIGEST_CHUNK = 50
# Checked in one transaction just before they are sent; a run that has sent all chunks hurries the next one.
MAIL_CHUNK = 20
CHUNKS_PER_RUN = 10


@shared_task(name="mailings.write_mails")
def write_mails() -> None:
    """Write mails and digests until nothing is due."""
    renderer = MailRenderer()
    for write, most in ((actions.write_at_once, ITEM_CHUNK), (actions.write_digests, DIGEST_CHUNK)):
        done = most
        while done:
            with transaction():
                done = write(most, renderer)


@shared_task(name="mailings.send_waiting")
def send_waiting() -> None:
    """Send the mails that are due and still wanted, over one connection."""
    config: Config = current_app.config["TSUDOI"]
    if not config.smtp_url:
        return  # the mails stay, and development shows them on the mailbox page
    with SmtpTransport(config.smtp_url, config.mail_from, config.mail_bounces) as transport:
        for _ in range(CHUNKS_PER_RUN):
            with transaction():
                claimed, mails = sending.claim_wanted(MAIL_CHUNK)
            _deliver(transport, mails)
            if not claimed:
                return
    with transaction():
        hurry("mailings.send_waiting")


@shared_task(name="mailings.forget_old")
def forget_old() -> None:
    """Delete finished mails that are old."""
    with transaction():
        actions.forget_old()


def _deliver(transport: SmtpTransport, mails: list[Mail]) -> None:
    """Send the mails; release those that a slow server leaves no time for before another process may claim them."""
    until = now() + CLAIM / 2
    for mail in mails:
        outcome = transport.deliver(mail) if now() < until else None
        with transaction():
            if outcome is not None:
                note_outcome(mail, outcome)
            elif lock_if_claimed(mail):
                release_claim(mail)
