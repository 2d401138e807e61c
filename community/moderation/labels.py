"""What the reasons of removals are called, and the sentence that says why something was removed."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models.moderation import Removal, RemovalReason

REASONS = {
    RemovalReason.SPAM: _l("宣伝・迷惑な投稿"),
    RemovalReason.HARASSMENT: _l("人を傷つける内容"),
    RemovalReason.PERSONAL_DATA: _l("個人情報が含まれる"),
    RemovalReason.CONFIDENTIAL: _l("社外に出せない情報が含まれる"),
    RemovalReason.OFF_TOPIC: _l("話題からはずれている"),
    RemovalReason.AUTHOR: _l("投稿した本人が取り下げた"),
    RemovalReason.OTHER: _l("その他"),
}


def why_removed(removal: Removal | None, *, detailed: bool) -> str:
    """Return the reason in full (for the author and moderators), or only who took it away; "" without a removal."""
    if removal is None:
        return ""
    reason = RemovalReason(removal.reason)
    if reason == RemovalReason.AUTHOR:
        return _("投稿した本人が取り下げました。")
    if not detailed:
        return _("運営が取り下げました。")
    return " ".join(part for part in (_("理由：%(reason)s。", reason=REASONS[reason]), removal.note) if part)
