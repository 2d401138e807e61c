"""Whether a person is mailed of something, and how."""

from datetime import datetime, timedelta

from community.accounts.rules import can_sign_in
from community.room import NotificationKind
from models.mail import Delivery

from .items import MailItem, Recipient

DIGEST = "digest"  # the kind of the mail that gathers notifications
# All mail that can wait, to one person on one day. One place is the digest's, which takes up what is over.
DAILY_CAP = 8
# From the last hours before a New Year's holiday of nine days until the next working morning.
OVERDUE_AFTER = timedelta(days=10)
# What is done is forgotten after this: acts older than a day make no mails, so no trace is needed longer.
KEPT_FOR = timedelta(days=30)

# Why there is no mail.
NOBODY, UNKNOWN, BOUNCING, WITHDRAWN, EXPIRED, HIDDEN, READ, OVERDUE, UNWANTED, SEEN = (
    "nobody", "unknown", "bouncing", "withdrawn", "expired", "hidden", "read", "overdue", "unwanted", "seen",
)  # fmt: skip


def delivery_of(recipient: Recipient, kind: NotificationKind) -> Delivery:
    """Return how the person chose to have this kind, or as the kind suggests."""
    return recipient.choices.get(kind.name, kind.delivery)


def obstacle(item: MailItem, recipient: Recipient | None, at: datetime) -> str:
    """Return why there is no mail of it to this person at this instant; empty: nothing is against it."""
    if recipient is None or not can_sign_in(recipient.member, at):
        return NOBODY
    if item.kind is None:
        return UNKNOWN
    reasons = (
        (BOUNCING, recipient.is_bouncing),
        (UNWANTED, delivery_of(recipient, item.kind) == Delivery.NONE),
        (WITHDRAWN, not item.counts),
        (EXPIRED, item.expires_at is not None and item.expires_at <= at),
        (HIDDEN, item.is_hidden()),
        (READ, item.is_read),
        (OVERDUE, at - item.mail.at > OVERDUE_AFTER),
    )
    return next((why for why, holds in reasons if holds), "")


def has_been_here(item: MailItem, recipient: Recipient, at: datetime) -> bool:
    """Return whether the person came to the site since, where the bell showed it: no digest repeats it.

    A visit of later than `at` is one before the clock was set back, and says nothing.
    """
    visited = recipient.member.visited_at
    return visited is not None and item.mail.at <= visited <= at


def is_full(mailed_today: int) -> bool:
    """Return whether the day has room for the digest only."""
    return mailed_today >= DAILY_CAP - 1
