"""When a mail is tried again, what is kept of it, and when an address counts as dead."""

from datetime import timedelta
from email.utils import parseaddr

# Pauses after the first, second, … failure. A day in all: a mail server that is down over a night loses nothing.
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=18),
)
# Whoever has claimed a mail has this long to hand it over before another process may try: well above the time-out of
# one conversation with the server.
CLAIM = timedelta(minutes=5)

# Their links open doors: their text is wiped as soon as it is not needed any more.
SECRET_KINDS = frozenset(
    {"invitation", "join_confirm", "password_reset", "email_change_new", "email_change_old", "email_changed"}
)


def pause_after(tries: int) -> timedelta | None:
    """How long to wait after so many failures; None: give up."""
    return PAUSES[tries - 1] if tries <= len(PAUSES) else None


# Why a mail was left out on purpose; all other errors are failures.
OVERDUE, NOT_WANTED = "overdue", "not wanted any more"
ON_PURPOSE = frozenset({OVERDUE, NOT_WANTED})

# Refused for good, but not because there is nobody: a full mailbox (5.2.2), and whatever a filter or a policy dislikes
# about the mail or its sender (5.7.…). RFC 3463.
_PASSING = ("5.2.2", "5.7")
# So many mails that came back for a passing reason, within so many days, and the address counts as dead too.
SOFT_BOUNCES = 3
SOFT_BOUNCE_DAYS = 14


def is_hard(status: str) -> bool:
    """Whether this status of RFC 3463 says that no mail will ever arrive there."""
    return status.startswith("5.") and not status.startswith(_PASSING)


def domain_of(sender: str) -> str:
    """Of `集い <no-reply@example.jp>`: example.jp."""
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"
