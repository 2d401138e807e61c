"""How reasons of removal are called."""

from flask_babel import lazy_gettext as _l

from models.moderation import RemovalReason

REASONS = {
    RemovalReason.SPAM: _l("宣伝・迷惑な投稿"),
    RemovalReason.HARASSMENT: _l("人を傷つける内容"),
    RemovalReason.PERSONAL_DATA: _l("個人情報が含まれる"),
    RemovalReason.CONFIDENTIAL: _l("社外に出せない情報が含まれる"),
    RemovalReason.OFF_TOPIC: _l("話題からはずれている"),
    RemovalReason.AUTHOR: _l("投稿した本人が取り下げた"),
    RemovalReason.OTHER: _l("その他"),
}
