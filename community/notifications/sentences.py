"""News as sentences: the same on the site and in mails."""

from flask_babel import gettext as _

from models.notifications import NotificationKind


def tell(kind: NotificationKind, count: int, who: str, *, is_own: bool) -> str:
    """What happened to one thing; `who` did it last (empty: somebody who has left), `is_own`: the reader's topic."""
    who = who or _("退会した方")
    match kind:
        case NotificationKind.ACCEPTED:
            return _("あなたの回答で解決しました")
        case NotificationKind.SOLVED:
            return _("あなたの質問が解決しました") if is_own else _("見守っている質問が解決しました")
        case NotificationKind.MENTION:
            if count == 1:
                return _("%(who)sさんがあなたに呼びかけました", who=who)
            return _("%(who)sさんほかから、あなたへの呼びかけが%(n)d件あります", who=who, n=count)
        case NotificationKind.REPLY:
            if count == 1:
                return _("%(who)sさんから返信が届きました", who=who)
            return _("返信が%(n)d件届きました", n=count)
