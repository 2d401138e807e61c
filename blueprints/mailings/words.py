"""Names of the kinds of mail and of the ways of getting it, for pages."""

from typing import cast

from flask_babel import gettext, lazy_gettext

from community.mailings.rules import DIGEST
from community.room import current_rooms
from models.mail import Delivery


def _(text: str) -> str:
    """Return a sentence that is translated when shown, in the viewer's language."""
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
    """Return the name of a kind of mail; the kind itself if it has no name."""
    known = current_rooms().notification_kinds.get(kind)
    return str(known.label) if known else str(_OTHERS.get(kind, kind))


def failure(error: str) -> str:
    """Return what went wrong, if it has a name; the server's own words follow it on the page."""
    if error.startswith("refused"):
        return gettext("宛先を断られました")
    return gettext("メールサーバーに渡せませんでした")
