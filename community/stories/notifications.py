"""What stories notify people of that is no act of the ledger."""

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

WRITING = (TEAM,)
