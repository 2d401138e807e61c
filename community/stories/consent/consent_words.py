"""What acts about consents are called in the log of privileged acts. Entries hold ids, uses and days only."""

from flask_babel import lazy_gettext as _l

from community.room import AuditWords
from community.stories.labels import ROLES, USES
from models.stories import ApprovalAnswer

ANSWERS = {
    ApprovalAnswer.APPROVED: _l("承認した"),
    ApprovalAnswer.CHANGES: _l("直してほしい"),
    ApprovalAnswer.DECLINED: _l("承認しない"),
}
CONSENT_WORDS = AuditWords(
    actions={
        "stories.name_approver": _l("承認する方を加えた"),
        "stories.remove_approver": _l("承認する方を外した"),
        "stories.ask_approver": _l("承認をお願いした"),
        "stories.answer_approval": _l("承認のお願いに答えが届いた"),
        "stories.renew_consents": _l("許諾を続けるお願いをした"),
        "stories.withdraw_consents": _l("許諾を取り下げた"),
        "stories.withdraw_by_link": _l("承認した方が許諾を取り下げた"),
    },
    sentences={
        "stories.name_approver": _l("%(who)sが%(whom)sに、承認する方（%(approver_role)s）を加えました"),
        "stories.remove_approver": _l("%(who)sが%(whom)sから、承認する方を外しました"),
        "stories.ask_approver": _l("%(who)sが%(whom)sの第%(version)s版の承認をお願いしました（%(due_on)sまで）"),
        "stories.answer_approval": _l(
            "承認をお願いした方（%(approver_role)s）が、%(whom)sの第%(version)s版を承認しました（%(uses)s）"
        ),
        ("stories.answer_approval", "answer", ApprovalAnswer.CHANGES.value): _l(
            "承認をお願いした方（%(approver_role)s）が、%(whom)sの第%(version)s版に、直してほしいところがあると答えました"
        ),
        ("stories.answer_approval", "answer", ApprovalAnswer.DECLINED.value): _l(
            "承認をお願いした方（%(approver_role)s）が、%(whom)sの第%(version)s版を、今回は承認しないと答えました"
        ),
        "stories.renew_consents": _l("%(who)sが%(whom)sの許諾を続けるお願いをしました（%(uses)s）"),
        "stories.withdraw_consents": _l("%(who)sが%(whom)sの許諾を取り下げました（%(uses)s）"),
        "stories.withdraw_by_link": _l("承認した方（%(approver_role)s）が、%(whom)sの許諾を取り下げました（%(uses)s）"),
    },
    names={
        "answer": _l("答え"),
        "approver_id": _l("承認する方の番号"),
        "due_on": _l("期限"),
        "approver_role": _l("役割"),
        "uses": _l("使い方"),
        "version": _l("版"),
    },
    words={"answer": ANSWERS, "approver_role": ROLES, "uses": USES},
)
