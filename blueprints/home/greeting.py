"""The sentence that a returning person meets first: what became of their matter."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from blueprints.notifications.presenting import News
from models.accounts import Member
from models.base import now
from models.notifications import NotificationKind


@dataclass(frozen=True)
class Greeting:
    """「3日のあいだに、」 「返信が2件」 「届きました。」: the middle is what matters."""

    before: str
    strong: str
    after: str


def greet(member: Member, news: Sequence[News]) -> Greeting:
    """The most personal unread news; without any, a quiet day is called one."""
    since = _since(member)
    unread: dict[NotificationKind, int] = {}
    for item in news:
        for line in item.lines:
            unread[line.kind] = unread.get(line.kind, 0) + line.unread
    if n := unread.get(NotificationKind.ACCEPTED, 0):
        return Greeting(
            since,
            ngettext("あなたの回答で質問が%(num)s件解決", "あなたの回答で質問が%(num)s件解決", n),
            _("しました。"),
        )
    if n := unread.get(NotificationKind.MENTION, 0):
        return Greeting(
            since, ngettext("あなたへの呼びかけが%(num)s件", "あなたへの呼びかけが%(num)s件", n), _("ありました。")
        )
    if n := unread.get(NotificationKind.REPLY, 0):
        return Greeting(since, ngettext("返信が%(num)s件", "返信が%(num)s件", n), _("届きました。"))
    if n := unread.get(NotificationKind.SOLVED, 0):
        return Greeting(
            since, ngettext("読んでいた質問が%(num)s件解決", "読んでいた質問が%(num)s件解決", n), _("しました。")
        )
    if member.seen_at is None:
        return Greeting("", _("ようこそ。"), _("気になる質問から、読んでみませんか。"))
    return Greeting("", _("おかえりなさい。"), _("新しい知らせは、いまはありません。"))


def _since(member: Member) -> str:
    """How long the person was away, where it was long enough to say so."""
    if member.seen_at is None:
        return ""
    days = (now() - member.seen_at).days
    return ngettext("%(num)s日のあいだに、", "%(num)s日のあいだに、", days) if days >= 1 else ""
