"""Notifications as sentences: the same on the site and in mails."""

from flask_babel import gettext as _

from community.room import NotificationKind, Summary


def sentence_of(kind: NotificationKind, count: int, who: str, *, is_own: bool) -> str:
    """Return what happened to one thing; `who` did it last (empty: somebody who has left), `is_own`: the reader's."""
    return kind.sentence(Summary(count, who or _("退会した方"), is_own))
