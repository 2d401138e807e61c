"""The greeting of a returning member on the first page: what has come of their contributions."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from blueprints.notifications.view_models import NotificationView
from community.room import current_rooms
from models.accounts import Member
from models.base import now


@dataclass(frozen=True)
class Greeting:
    """「3日のあいだに、」 「返信が2件」 「届きました。」: the middle part is emphasised."""

    before: str
    strong: str
    after: str


def greet(member: Member, notifications: Sequence[NotificationView]) -> Greeting:
    """Return the greeting on the most personal unread notification; if there is none, on a quiet day."""
    unread: Counter[str] = Counter()
    for view in notifications:
        for line in view.lines:
            unread[line.kind.name] += line.unread
    for kind in current_rooms().notification_kinds.values():
        if n := unread[kind.name]:
            return Greeting(_since(member), *(kind.greeting or _greet_of_any)(n))
    if member.seen_at is None:
        return Greeting("", _("ようこそ。"), _("気になる質問から、読んでみませんか。"))
    return Greeting("", _("おかえりなさい。"), _("新しい知らせは、いまはありません。"))


def _greet_of_any(n: int) -> tuple[str, str]:
    return ngettext("お知らせが%(num)s件", "お知らせが%(num)s件", n), _("届きました。")


def _since(member: Member) -> str:
    """Return how long the member was away, in words; "" if it was not long."""
    if member.seen_at is None:
        return ""
    days = (now() - member.seen_at).days
    return ngettext("%(num)s日のあいだに、", "%(num)s日のあいだに、", days) if days >= 1 else ""
