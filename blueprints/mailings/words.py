"""Kinds of mail and ways of having it, as they are called on pages."""

from typing import cast

from flask_babel import gettext, lazy_gettext

from community.mailings.rules import DIGEST
from models.mail import Delivery
from models.notifications import NotificationKind


def _(text: str) -> str:
    """Translated when it is shown, in the reader's language."""
    return cast("str", lazy_gettext(text))


KINDS = {
    NotificationKind.MENTION: _("あなたへの呼びかけ"),
    NotificationKind.ACCEPTED: _("あなたの回答での解決"),
    NotificationKind.REPLY: _("見守っている話題への返信"),
    NotificationKind.SOLVED: _("あなたの質問や、見守っている質問の解決"),
}
DELIVERIES = {
    Delivery.AT_ONCE: _("そのつど受け取る"),
    Delivery.DIGEST: _("1日に1回、まとめて受け取る"),
    Delivery.NONE: _("メールでは受け取らない"),
}
_OTHERS = {
    DIGEST: _("1日に1回のまとめ"),
    "invitation": _("招待"),
    "password_reset": _("パスワードの再設定"),
    "password_changed": _("パスワードの変更のお知らせ"),
    "new_device": _("はじめての端末でのサインイン"),
}


def kind_name(kind: str) -> str:
    """Of any mail; one without a name of its own by its key."""
    named = {**KINDS, **_OTHERS}
    return str(named[kind]) if kind in named else kind


def failure(error: str) -> str:
    """What went wrong, as far as it has a name; the server's own words follow it."""
    if error.startswith("refused"):
        return gettext("宛先を断られました")
    return gettext("メールサーバーに渡せませんでした")
