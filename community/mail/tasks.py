"""Celery task that sends mails that cannot wait. For the others: `community/mailings/tasks.py`."""

from celery import shared_task
from flask import current_app

from community.config import Config
from community.mail import actions, bounces, queries
from community.mail.bounces import BounceReport
from community.mail.transport import SmtpTransport
from models.base import now, transaction

# Mails in one run; the rest waits for the next sweep.
MAILS_PER_RUN = 200


@shared_task(name="mail.send_waiting")
def send_waiting() -> None:
    """Send what is due: one transaction to claim a mail, another to record the result."""
    config: Config = current_app.config["TSUDOI"]
    if not config.smtp_url:
        return  # the mails stay, and development shows them on the mailbox page
    with SmtpTransport(config.smtp_url, config.mail_from, config.mail_bounces) as transport:
        for _ in range(MAILS_PER_RUN):
            with transaction():
                mail = actions.claim_mail()
            if mail is None:
                return
            if mail.next_try is None or now() >= mail.next_try:
                continue  # suspended for longer than the claim: another process may have the mail
            outcome = transport.deliver(mail)
            with transaction():
                actions.note_outcome(mail, outcome)


def take_report(message: bytes, came_to: str) -> BounceReport | None:
    """Record a bounce and return it; None if the message is no bounce of a mail of ours."""
    report = bounces.read_report(message, came_to)
    with transaction():
        mail = queries.get_mail(report.mail_id) if report else None
        if report is None or mail is None:
            return None
        bounces.note(mail, report.status)
    return report
