"""Notifications as sentences, the same on pages and in mails."""

from flask_babel import gettext as _

from community.room import NotificationKind, Summary


def sentence_of(kind: NotificationKind, count: int, who: str, *, is_own: bool) -> str:
    """Return a sentence on what happened to one thing, in the current language.

    `who`: name of the latest actor, empty if they have left; `is_own`: the recipient is the thing's author.
    """
    return kind.sentence(Summary(count, who or _("退会した方"), is_own))
