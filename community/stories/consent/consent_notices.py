"""Notifications about consents: an answer, a withdrawal, an end that comes near, and what may not be done any more."""

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


def _say_called_off(_summary: Summary) -> str:
    return _("予定していた事例の使い方が、許諾がなくなり、できなくなりました")


def _say_unshown(_summary: Summary) -> str:
    return _("公開していた事例が、許諾がなくなり、どこにも出なくなりました")


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
CALLED_OFF = NotificationKind(
    name="story_plan",
    label=_l("予定していた事例の使い方の取りやめ"),
    icon="calendar",
    delivery=Delivery.AT_ONCE,
    sentence=_say_called_off,
    letter="story_plan",
)
UNSHOWN = NotificationKind(
    name="story_unshown",
    label=_l("事例がどこにも出なくなったとき"),
    icon="lock",
    delivery=Delivery.AT_ONCE,
    sentence=_say_unshown,
    letter="story_unshown",
)
CONSENT_NOTIFICATIONS = (CALLED_OFF, UNSHOWN, WITHDRAWN, ANSWERED, ENDING)
