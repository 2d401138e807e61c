"""Judges whether a member is mailed about a notification, and how."""

from datetime import datetime, timedelta

from community.accounts.rules import can_sign_in
from community.room import NotificationKind
from models.mail import Delivery

from .items import MailItem, Recipient

DIGEST = "digest"  # the kind of a mail about several notifications
# Mails that can wait, to one member on one day. One is reserved for the digest, which takes what exceeds the others.
DAILY_CAP = 8
# Longer than from the last hours before a New Year's holiday of nine days until the next working morning.
OVERDUE_AFTER = timedelta(days=10)
# Finished rows are deleted after this time. No mail needs them longer: acts older than a day make none.
KEPT_FOR = timedelta(days=30)

# Why there is no mail.
NOBODY, UNKNOWN, BOUNCING, WITHDRAWN, EXPIRED, HIDDEN, READ, OVERDUE, UNWANTED, SEEN = (
    "nobody", "unknown", "bouncing", "withdrawn", "expired", "hidden", "read", "overdue", "unwanted", "seen",
)  # fmt: skip


def delivery_of(recipient: Recipient, kind: NotificationKind) -> Delivery:
    """Return how the member chose to get this kind, or what the kind suggests."""
    return recipient.choices.get(kind.name, kind.delivery)


def obstacle(item: MailItem, recipient: Recipient | None, at: datetime) -> str:
    """Return why the item is not mailed to this member at this instant; empty if nothing is against it."""
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
        (OVERDUE, at - item.notification_mail.at > OVERDUE_AFTER),
    )
    return next((why for why, holds in reasons if holds), "")


def has_been_here(item: MailItem, recipient: Recipient, at: datetime) -> bool:
    """Return whether the member has visited since and so has seen the item at the bell; no digest repeats it.

    A visit later than `at` was before the clock was set back, and does not count.
    """
    visited = recipient.member.visited_at
    return visited is not None and item.notification_mail.at <= visited <= at


def is_full(mailed_today: int) -> bool:
    """Return whether only the digest may still be mailed on that day."""
    return mailed_today >= DAILY_CAP - 1
