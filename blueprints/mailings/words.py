"""Kinds of mail and ways of having it, as they are called on pages."""

from typing import cast

from flask_babel import gettext, lazy_gettext

from community.mailings.rules import DIGEST
from community.room import current_rooms
from models.mail import Delivery


def _(text: str) -> str:
    """Translated when it is shown, in the reader's language."""
    return cast("str", lazy_gettext(text))


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
    """Return what a kind of mail is called; one without a name of its own by its key."""
    known = current_rooms().notification_kinds.get(kind)
    return str(known.label) if known else str(_OTHERS.get(kind, kind))


def failure(error: str) -> str:
    """What went wrong, as far as it has a name; the server's own words follow it."""
    if error.startswith("refused"):
        return gettext("宛先を断られました")
    return gettext("メールサーバーに渡せませんでした")
