"""When a mail is tried again, and what is kept of it."""

from datetime import timedelta

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
