"""What acts on stories are called in the log, and the sentences by which it tells a story's whole way."""

from flask_babel import lazy_gettext as _l

from community.room import AuditWords

from .labels import STATES

WORDS = AuditWords(
    actions={
        "stories.answer_approved": _l("事例の承認がそろった"),
        "stories.answer_changes": _l("事例の承認で直しを頼まれた"),
        "stories.answer_declined": _l("事例の承認が得られなかった"),
        "stories.ask_changes": _l("事例の直しを頼んだ"),
        "stories.ask_update": _l("事例の更新を頼んだ"),
        "stories.begin_again": _l("取り下げた事例を下書きに戻した"),
        "stories.begin_approval": _l("事例の承認を頼んだ"),
        "stories.begin_update": _l("事例の更新を始めた"),
        "stories.change_due": _l("事例の期限を変えた"),
        "stories.publish": _l("事例を公開した"),
        "stories.submit": _l("事例を提出した"),
        "stories.take_up": _l("事例の担当を変えた"),
        "stories.withdraw": _l("事例を取り下げた"),
    },
    sentences={
        "stories.answer_approved": _l("%(whom)sについて、%(who)sが頼んだ承認がそろいました"),
        "stories.answer_changes": _l("%(whom)sについて、%(who)sが頼んだ承認で直しを頼まれました"),
        "stories.answer_declined": _l("%(whom)sについて、%(who)sが頼んだ承認は得られませんでした"),
        "stories.ask_changes": _l("%(who)sが%(whom)sの直しを頼みました"),
        "stories.ask_update": _l("%(who)sが%(whom)sの更新を頼みました"),
        "stories.begin_again": _l("%(who)sが%(whom)sを下書きに戻しました"),
        "stories.begin_approval": _l("%(who)sが%(whom)sの承認を頼みました（期限：%(due_on)s）"),
        "stories.begin_update": _l("%(who)sが%(whom)sの更新を始めました"),
        "stories.change_due": _l("%(who)sが%(whom)sの期限を%(old_due_on)sから%(due_on)sに変えました"),
        "stories.publish": _l("%(who)sが%(whom)sの第%(version)s版を公開しました"),
        "stories.submit": _l("%(who)sが%(whom)sの第%(version)s版を提出しました"),
        "stories.take_up": _l("%(who)sが%(whom)sの担当を%(owner_id)sにしました（前：%(old_owner_id)s）"),
        "stories.withdraw": _l("%(who)sが%(whom)sを取り下げました（そのとき：%(old_state)s）"),
    },
    names={
        "due_on": _l("期限"),
        "owner_id": _l("担当"),
        "state": _l("段階"),
        "version": _l("版"),
    },
    words={"state": STATES},
    things={"owner_id": "member"},
)
