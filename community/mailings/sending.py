"""Checks just before a mail is sent whether it still should be."""

from community.mail import actions as outbox
from community.mail.rules import NOT_WANTED
from models.base import now
from models.mail import Mail

from . import hours, queries, rules
from .actions import leave_out, write_anew
from .items import MailItem, Recipient


def claim_wanted(most: int) -> tuple[int, list[Mail]]:
    """Claim at most `most` due mails. Return how many were claimed, and those of them that may be sent now."""
    mails = outbox.claim_mails(most, can_wait=True)
    if not mails:
        return 0, []
    recipients = queries.list_recipients({mail.member_id for mail in mails if mail.member_id is not None})
    items: dict[int | None, list[MailItem]] = {}
    for item in queries.list_items(queries.list_notification_mails(mails), recipients.values()):
        items.setdefault(item.notification_mail.mail_id, []).append(item)
    return len(mails), [m for m in mails if not _withhold(m, items.get(m.id, []), recipients.get(m.member_id or 0))]


def _withhold(mail: Mail, items: list[MailItem], recipient: Recipient | None) -> bool:
    """Drop, rewrite or postpone a mail that may not be sent now as it is; return whether that was done."""
    at = now()
    obstructed = [(item, why) for item in items if (why := _obstacle_to(mail, item, recipient))]
    if recipient is None or not items or len(obstructed) == len(items):
        for item, why in obstructed:
            leave_out(item.notification_mail, why)
        outbox.drop(mail, NOT_WANTED)
        return True
    if obstructed:
        write_anew(mail, [item.notification_mail for item in items])
        return True
    opening = hours.next_opening(at, recipient.zone, at_any_hour=recipient.at_any_hour)
    if opening > at:
        outbox.release_claim(mail, opening)
        return True
    return False


def _obstacle_to(mail: Mail, item: MailItem, recipient: Recipient | None) -> str:
    at = now()
    why = rules.obstacle(item, recipient, at)
    if not why and recipient is not None and mail.kind == rules.DIGEST and rules.has_been_here(item, recipient, at):
        return rules.SEEN
    return why
