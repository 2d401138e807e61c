"""What notes notify people of: of an act of the ledger at once, of what is none with the digest."""

from collections.abc import Collection, Iterable

from flask_babel import lazy_gettext as _l

from community.room import Act, Greeting, NotificationKind, SignalSource, Summary
from models.ledger import SignalKind
from models.mail import Delivery


def _watchers(_act: Act, watchers: Collection[int], _named: Collection[int]) -> Iterable[int]:
    return watchers


def _say_given(summary: Summary) -> str:
    return f"{summary.who}さんが覚え書きについて話しました（{summary.count}）"


def _say_review(summary: Summary) -> str:
    return f"{summary.who}さんから覚え書きの確認の依頼（{summary.count}）"


GIVEN = NotificationKind(
    name="note_given",
    label=_l("覚え書きについての話"),
    icon="message",
    delivery=Delivery.AT_ONCE,
    sentence=_say_given,
    letter="note_given",
    source=SignalSource(frozenset({SignalKind.TALK_GIVEN}), _watchers),
    greeting=lambda n: Greeting(f"覚え書きについての話が{n}件", "ありました。"),
)
REVIEW = NotificationKind(
    name="note_review",
    label=_l("覚え書きの確認の依頼"),
    icon="pencil",
    delivery=Delivery.DIGEST,
    sentence=_say_review,
    letter="note_given",
)
