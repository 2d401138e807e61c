"""When a mail is tried again, how much of it is kept, and when an address counts as dead."""

from datetime import timedelta
from email.utils import parseaddr

from community.room import current_rooms

# Pauses after each failure, a day in all: nothing is lost if a mail server is down for a night.
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=18),
)
# For so long after a claim no other process may try the mail: well above the timeout of one conversation with the
# server.
CLAIM = timedelta(minutes=5)

# Kinds of the house with secret links: their text is erased as soon as it is not needed any more.
SECRET_KINDS = frozenset(
    {
        "invitation",
        "join_confirm",
        "password_reset",
        "email_change_new",
        "email_change_old",
        "email_changed",
    }
)


def is_secret(kind: str) -> bool:
    """Return whether mails of this kind hold secret links or codes; rooms say which of theirs do."""
    return kind in SECRET_KINDS or kind in current_rooms().secret_mails


def pause_after(tries: int) -> timedelta | None:
    """Return the pause after so many failures; None: give up."""
    return PAUSES[tries - 1] if tries <= len(PAUSES) else None


# Reasons for dropping a mail on purpose; all other errors are failures.
OVERDUE, NOT_WANTED = "overdue", "not wanted any more"
ON_PURPOSE = frozenset({OVERDUE, NOT_WANTED})

# Permanent refusals that do not mean an unknown recipient: a full mailbox (5.2.2), and filters and policies against the
# mail or its sender (5.7.…). RFC 3463.
_PASSING = ("5.2.2", "5.7")
# An address counts as dead, too, after so many passing refusals within so many days.
SOFT_BOUNCES = 3
SOFT_BOUNCE_DAYS = 14


def is_hard(status: str) -> bool:
    """Return whether this status (RFC 3463) means that no mail will ever arrive at the address."""
    return status.startswith("5.") and not status.startswith(_PASSING)


def domain_of(sender: str) -> str:
    """Return the domain of a sender: "example.jp" of `集い <no-reply@example.jp>`."""
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"
