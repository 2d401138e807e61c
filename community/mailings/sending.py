"""The last look before a mail goes: whether it still should."""

from community.mail import actions as outbox
from community.mail.rules import NOT_WANTED
from models.base import now
from models.mail import Mail

from . import hours, queries, rules
from .actions import leave_out, write_anew
from .items import MailItem, Recipient


def claim_wanted(most: int) -> tuple[int, list[Mail]]:
    """Take mails that are due; return how many, and those of them that may go now."""
    mails = outbox.claim_mails(most, can_wait=True)
    if not mails:
        return 0, []
    recipients = queries.list_recipients({mail.member_id for mail in mails if mail.member_id is not None})
    items: dict[int | None, list[MailItem]] = {}
    for item in queries.list_items(queries.list_contents(mails), recipients.values()):
        items.setdefault(item.mail.mail_id, []).append(item)
    return len(mails), [m for m in mails if _may_go(m, items.get(m.id, []), recipients.get(m.member_id or 0))]


def _may_go(mail: Mail, items: list[MailItem], recipient: Recipient | None) -> bool:
    at = now()
    broken = [(item, why) for item in items if (why := _obstacle(mail, item, recipient))]
    if recipient is None or not items or len(broken) == len(items):
        for item, why in broken:
            leave_out(item.mail, why)
        outbox.drop(mail, NOT_WANTED)
        return False
    if broken:
        write_anew(mail, [item.mail for item in items])
        return False
    opening = hours.next_opening(at, recipient.zone, at_any_hour=recipient.at_any_hour)
    if opening > at:
        outbox.give_back(mail, opening)
        return False
    return True


def _obstacle(mail: Mail, item: MailItem, recipient: Recipient | None) -> str:
    at = now()
    why = rules.obstacle(item, recipient, at)
    if not why and recipient is not None and mail.kind == rules.DIGEST and rules.has_been_here(item, recipient, at):
        return rules.SEEN
    return why
