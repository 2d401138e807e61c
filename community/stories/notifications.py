"""Kinds of notification about stories, the most personal first. The actions call `notify`: none is of the ledger."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from community.room import Greeting, NotificationKind, Summary
from models.mail import Delivery


def _say_named(summary: Summary) -> str:
    return _("%(who)sさんが、あなたを事例の書き手に加えました", who=summary.who)


def _greet_named(n: int) -> Greeting:
    return Greeting(ngettext("あなたも書く事例が%(num)s件", "あなたも書く事例が%(num)s件", n), _("あります。"))


TEAM = NotificationKind(
    name="story_team",
    label=_l("事例の共著・聞き手に加わったとき"),
    icon="edit",
    delivery=Delivery.AT_ONCE,
    sentence=_say_named,
    letter="story_team",
    greeting=_greet_named,
)


def _say_turn(_summary: Summary) -> str:
    return _("事例が、あなたの番になりました")


def _say_due(_summary: Summary) -> str:
    return _("事例の期限のお知らせです")


def _say_remark(summary: Summary) -> str:
    if summary.count == 1 and summary.who:
        return _("%(who)sさんが、事例のやりとりに書きました", who=summary.who)
    return _("事例のやりとりに、%(n)d件の書き込みがあります", n=summary.count)


def _say_out(_summary: Summary) -> str:
    return _("あなたの事例が公開されました")


def _say_gone(_summary: Summary) -> str:
    return _("事例が取り下げられました")


def _greet_turn(n: int) -> Greeting:
    return Greeting(ngettext("あなたの番の事例が%(num)s件", "あなたの番の事例が%(num)s件", n), _("あります。"))


def _greet_out(n: int) -> Greeting:
    return Greeting(ngettext("あなたの事例が%(num)s件公開", "あなたの事例が%(num)s件公開", n), _("されました。"))


TURN = NotificationKind(
    name="story_turn",
    label=_l("あなたの番になった事例"),
    icon="book",
    delivery=Delivery.AT_ONCE,
    sentence=_say_turn,
    letter="story_turn",
    greeting=_greet_turn,
)
DUE = NotificationKind(
    name="story_due",
    label=_l("事例の期限"),
    icon="clock",
    delivery=Delivery.AT_ONCE,
    sentence=_say_due,
    letter="story_due",
)
REMARK = NotificationKind(
    name="story_remark",
    label=_l("事例のやりとり"),
    icon="message",
    delivery=Delivery.AT_ONCE,
    sentence=_say_remark,
    letter="story_remark",
)
OUT = NotificationKind(
    name="story_out",
    label=_l("あなたの事例の公開"),
    icon="book",
    delivery=Delivery.AT_ONCE,
    sentence=_say_out,
    letter="story_out",
    greeting=_greet_out,
)
GONE = NotificationKind(
    name="story_gone",
    label=_l("事例の取り下げ"),
    icon="undo",
    delivery=Delivery.AT_ONCE,
    sentence=_say_gone,
    letter="story_gone",
)
NOTIFICATIONS = (TURN, DUE, REMARK, TEAM, OUT, GONE)
