"""What privileged acts on categories, topics and posts are called in the audit log."""

from flask_babel import lazy_gettext as _l

from community.accounts.labels import SEGMENTS, STAGES
from community.room import AuditWords

from .labels import AUDIENCES

WORDS = AuditWords(
    actions={
        "forums.accept_for_asker": _l("質問者のかわりに解決にした"),
        "forums.create_category": _l("カテゴリを作った"),
        "forums.edit_category": _l("カテゴリを変えた"),
        "forums.move_category": _l("カテゴリを並べかえた"),
        "forums.withdraw_for_asker": _l("質問者のかわりに解決を取り消した"),
    },
    sentences={
        "forums.accept_for_asker": _l("%(who)sが質問者のかわりに%(whom)sを解決にしました"),
        "forums.create_category": _l("%(who)sがカテゴリ%(whom)sを作りました"),
        "forums.edit_category": _l("%(who)sがカテゴリ%(whom)sを変えました（%(changes)s）"),
        "forums.move_category": _l("%(who)sがカテゴリ%(whom)sを並べかえました"),
        "forums.withdraw_for_asker": _l("%(who)sが質問者のかわりに%(whom)sの解決を取り消しました"),
    },
    subjects={"post": _l("投稿（1件）")},
    names={
        "post_id": _l("回答"),
        "posters": _l("書き込める人"),
        "readers": _l("読める人"),
        "segments": _l("セグメント"),
        "slug": _l("URLに使う名前"),
        "stages": _l("フェーズ"),
    },
    words={"posters": AUDIENCES, "readers": AUDIENCES, "segments": SEGMENTS, "stages": STAGES},
    things={"post_id": "post"},
)
