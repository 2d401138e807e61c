"""Whether a person is mailed of something, and how."""

from datetime import datetime, timedelta

from community.accounts.rules import can_sign_in
from community.forums.rules import can_read_topic
from models.mail import Delivery
from models.notifications import NotificationKind

from .news import News, Recipient

DIGEST = "digest"  # the kind of the mail that gathers news
# What is about the person comes at once; what happens around them, once a day (docs/decisions/0012).
SUGGESTED = {
    NotificationKind.MENTION: Delivery.AT_ONCE,
    NotificationKind.ACCEPTED: Delivery.AT_ONCE,
    NotificationKind.REPLY: Delivery.DIGEST,
    NotificationKind.SOLVED: Delivery.DIGEST,
}
# All mail that can wait, to one person on one day. One place is the digest's, which takes up what is over.
DAILY_CAP = 8
# From the last hours before a New Year's holiday of nine days until the next working morning.
OVERDUE_AFTER = timedelta(days=10)
# What is done is forgotten after this: acts older than a day make no mails, so no trace is needed longer.
KEPT_FOR = timedelta(days=30)

# Why there is no mail.
NOBODY, BOUNCING, WITHDRAWN, HIDDEN, READ, OVERDUE, UNWANTED, SEEN = (
    "nobody", "bouncing", "withdrawn", "hidden", "read", "overdue", "unwanted", "seen",
)  # fmt: skip


def delivery_of(recipient: Recipient, kind: NotificationKind) -> Delivery:
    """As the person chose, or as is suggested."""
    return recipient.choices.get(kind, SUGGESTED[kind])


def obstacle(news: News, recipient: Recipient | None, at: datetime) -> str:
    """Why there is no mail of it to this person at this instant; empty: there is none."""
    if recipient is None or not can_sign_in(recipient.member, at):
        return NOBODY
    reasons = (
        (BOUNCING, recipient.is_bouncing),
        (UNWANTED, delivery_of(recipient, news.notice.kind) == Delivery.NONE),
        (WITHDRAWN, not news.counts),
        (HIDDEN, not _may_read(news, recipient)),
        (READ, news.is_read),
        (OVERDUE, at - news.notice.at > OVERDUE_AFTER),
    )
    return next((why for why, holds in reasons if holds), "")


def has_been_here(news: News, recipient: Recipient, at: datetime) -> bool:
    """Came to the site since, where the bell told of it: no digest repeats it.

    A visit of later than `at` is one before the clock was set back, and says nothing.
    """
    visited = recipient.member.visited_at
    return visited is not None and news.notice.at <= visited <= at


def is_full(mailed_today: int) -> bool:
    """Whether the day has room for the digest only."""
    return mailed_today >= DAILY_CAP - 1


def _may_read(news: News, recipient: Recipient) -> bool:
    """What is hidden goes to nobody, not even to those who may see it on the site: a mail stays."""
    if news.topic is None or news.post is None or news.topic.hidden_at or news.post.hidden_at:
        return False
    return can_read_topic(recipient.reader, news.topic)
