"""The last look before a mail goes: whether it still should."""

from community.mail import actions as outbox
from community.mail.rules import NOT_WANTED
from models.base import now
from models.mail import Mail

from . import hours, queries, rules
from .actions import leave_out, write_anew
from .news import News, Recipient


def claim_wanted(most: int) -> tuple[int, list[Mail]]:
    """Take mails that are due; return how many, and those of them that may go now."""
    mails = outbox.claim_mails(most, can_wait=True)
    if not mails:
        return 0, []
    notices = queries.list_notices_of(mails)
    everything = [notice for some in notices.values() for notice in some]
    news = {(n.notice.member_id, n.notice.signal_id): n for n in queries.list_news(everything)}
    recipients = queries.list_recipients({mail.member_id for mail in mails if mail.member_id is not None})
    told = {mail.id: [news[n.member_id, n.signal_id] for n in notices[mail.id]] for mail in mails}
    return len(mails), [m for m in mails if _may_go(m, told[m.id], recipients.get(m.member_id or 0))]


def _may_go(mail: Mail, told: list[News], recipient: Recipient | None) -> bool:
    at = now()
    broken = [(news, why) for news in told if (why := _obstacle(mail, news, recipient))]
    if recipient is None or not told or len(broken) == len(told):
        for news, why in broken:
            leave_out(news.notice, why)
        outbox.drop(mail, NOT_WANTED)
        return False
    if broken:
        write_anew(mail, [news.notice for news in told])
        return False
    opening = hours.next_opening(at, recipient.zone, at_any_hour=recipient.at_any_hour)
    if opening > at:
        outbox.give_back(mail, opening)
        return False
    return True


def _obstacle(mail: Mail, news: News, recipient: Recipient | None) -> str:
    at = now()
    why = rules.obstacle(news, recipient, at)
    if not why and recipient is not None and mail.kind == rules.DIGEST and rules.has_been_here(news, recipient, at):
        return rules.SEEN
    return why
