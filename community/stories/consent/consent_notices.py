"""Notifications about consents: an approver has answered, consents were withdrawn, consents are about to end."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.room import NotificationKind, Summary
from models.mail import Delivery


def _say_answered(_summary: Summary) -> str:
    return _("承認のお願いに答えが届きました")


def _say_withdrawn(_summary: Summary) -> str:
    return _("事例の許諾が取り下げられました")


def _say_ending(_summary: Summary) -> str:
    return _("事例の許諾の期限が近づいています")


ANSWERED = NotificationKind(
    name="story_answer",
    label=_l("事例の承認への答え"),
    icon="check",
    delivery=Delivery.AT_ONCE,
    sentence=_say_answered,
    letter="story_answer",
)
WITHDRAWN = NotificationKind(
    name="consent_gone",
    label=_l("事例の許諾の取り下げ"),
    icon="undo",
    delivery=Delivery.AT_ONCE,
    sentence=_say_withdrawn,
    letter="consent_gone",
)
ENDING = NotificationKind(
    name="story_end",
    label=_l("事例の許諾の期限"),
    icon="calendar",
    delivery=Delivery.AT_ONCE,
    sentence=_say_ending,
    letter="story_end",
)
CONSENT_NOTIFICATIONS = (WITHDRAWN, ANSWERED, ENDING)
