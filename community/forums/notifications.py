"""The forum's kinds of notification, the most personal first: of one act a member gets only the first that applies."""

from collections.abc import Collection, Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from community.room import Act, Greeting, NotificationKind, SignalSource, Summary
from models.ledger import SignalKind
from models.mail import Delivery

_ACCEPTANCES = frozenset({SignalKind.ANSWER_ACCEPTED, SignalKind.ANSWER_ACCEPTED_INSIDE})


def _who_accepted(act: Act) -> int:
    """Return who accepted; in the ledger the act is the answerer's."""
    return act.by_id if act.by_id is not None else act.member_id


def _answerer(act: Act, _watchers: Collection[int], _named: Collection[int]) -> Iterable[int]:
    return (act.member_id,)


def _watchers(_act: Act, watchers: Collection[int], _named: Collection[int]) -> Iterable[int]:
    return watchers


def _named(_act: Act, _watchers: Collection[int], named: Collection[int]) -> Iterable[int]:
    return named


def _say_accepted(_summary: Summary) -> str:
    return _("あなたの回答で解決しました")


def _say_mentioned(summary: Summary) -> str:
    if summary.count == 1:
        return _("%(who)sさんがあなたに呼びかけました", who=summary.who)
    return _("%(who)sさんほかから、あなたへの呼びかけが%(n)d件あります", who=summary.who, n=summary.count)


def _say_replied(summary: Summary) -> str:
    if summary.count == 1:
        return _("%(who)sさんから返信が届きました", who=summary.who)
    return _("返信が%(n)d件届きました", n=summary.count)


def _say_solved(summary: Summary) -> str:
    return _("あなたの質問が解決しました") if summary.is_own else _("見守っている質問が解決しました")


def _say_asked(summary: Summary) -> str:
    if summary.count == 1:
        return _("%(who)sさんから、あなたの書いたものへの質問が届きました", who=summary.who)
    return _("あなたの書いたものへの質問が%(n)d件届きました", n=summary.count)


def _greet_accepted(n: int) -> Greeting:
    return Greeting(
        ngettext("あなたの回答で質問が%(num)s件解決", "あなたの回答で質問が%(num)s件解決", n), _("しました。")
    )


def _greet_mentioned(n: int) -> Greeting:
    return Greeting(ngettext("あなたへの呼びかけが%(num)s件", "あなたへの呼びかけが%(num)s件", n), _("ありました。"))


def _greet_asked(n: int) -> Greeting:
    return Greeting(
        ngettext("あなたの書いたものへの質問が%(num)s件", "あなたの書いたものへの質問が%(num)s件", n), _("届きました。")
    )


def _greet_replied(n: int) -> Greeting:
    return Greeting(ngettext("返信が%(num)s件", "返信が%(num)s件", n), _("届きました。"))


def _greet_solved(n: int) -> Greeting:
    return Greeting(ngettext("読んでいた質問が%(num)s件解決", "読んでいた質問が%(num)s件解決", n), _("しました。"))


# What concerns the person is mailed at once, everything else once a day (docs/decisions/0012).
ACCEPTED = NotificationKind(
    name="accepted",
    label=_l("あなたの回答での解決"),
    icon="check",
    delivery=Delivery.AT_ONCE,
    sentence=_say_accepted,
    letter="accepted",
    source=SignalSource(_ACCEPTANCES, _answerer, actor=_who_accepted),
    greeting=_greet_accepted,
)
MENTION = NotificationKind(
    name="mention",
    label=_l("あなたへの呼びかけ"),
    icon="at",
    delivery=Delivery.AT_ONCE,
    sentence=_say_mentioned,
    letter="mention",
    source=SignalSource(frozenset({SignalKind.TOPIC_OPENED, SignalKind.REPLY_POSTED}), _named, names_people=True),
    greeting=_greet_mentioned,
)
# Of a question about a thing of another room, to those who watch that thing: its authors.
ASKED = NotificationKind(
    name="asked_about",
    label=_l("あなたの書いたものへの質問"),
    icon="help",
    delivery=Delivery.AT_ONCE,
    sentence=_say_asked,
    letter="asked_about",
    greeting=_greet_asked,
)
REPLY = NotificationKind(
    name="reply",
    label=_l("見守っている話題への返信"),
    icon="message",
    delivery=Delivery.DIGEST,
    sentence=_say_replied,
    letter="reply",
    source=SignalSource(frozenset({SignalKind.REPLY_POSTED}), _watchers),
    greeting=_greet_replied,
)
SOLVED = NotificationKind(
    name="solved",
    label=_l("あなたの質問や、見守っている質問の解決"),
    icon="check",
    delivery=Delivery.DIGEST,
    sentence=_say_solved,
    letter="solved",
    source=SignalSource(_ACCEPTANCES, _watchers, actor=_who_accepted),
    greeting=_greet_solved,
)
NOTIFICATIONS = (ACCEPTED, MENTION, ASKED, REPLY, SOLVED)
