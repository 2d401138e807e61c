"""Whom an act is told to, and as what."""

from collections.abc import Iterable
from datetime import datetime

from models.ledger import Signal, SignalKind
from models.notifications import NotificationKind, Watch

ACCEPTED = frozenset({SignalKind.ANSWER_ACCEPTED, SignalKind.ANSWER_ACCEPTED_INSIDE})
# Acts whose subject can name people.
NAMING = frozenset({SignalKind.TOPIC_OPENED, SignalKind.REPLY_POSTED})
# All others happen in silence.
TOLD = ACCEPTED | NAMING


def was_watching(watch: Watch, at: datetime) -> bool:
    """Whether the person followed at this instant."""
    return watch.since <= at and (watch.until is None or at < watch.until)


def whom_to_tell(act: Signal, watchers: Iterable[int], named: Iterable[int]) -> dict[int, NotificationKind]:
    """Each person at most once, as the most personal of what they are to the act; nobody hears of their own doing."""
    match act.kind:
        case SignalKind.REPLY_POSTED:
            told = dict.fromkeys(watchers, NotificationKind.REPLY) | dict.fromkeys(named, NotificationKind.MENTION)
        case SignalKind.TOPIC_OPENED:
            told = dict.fromkeys(named, NotificationKind.MENTION)
        case SignalKind.ANSWER_ACCEPTED | SignalKind.ANSWER_ACCEPTED_INSIDE:
            told = dict.fromkeys(watchers, NotificationKind.SOLVED) | {act.member_id: NotificationKind.ACCEPTED}
        case _:
            told = {}
    told.pop(doer_of(act), None)
    return told


def doer_of(act: Signal) -> int:
    """Who did it: of an acceptance the one who accepted, not the one whose act it is in the ledger."""
    return act.by_id if act.kind in ACCEPTED and act.by_id is not None else act.member_id
