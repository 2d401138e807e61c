"""Whom an act is told to, and as what."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from models.ledger import Signal, SignalKind
from models.notifications import NotificationKind, Watch

ACCEPTED = frozenset({SignalKind.ANSWER_ACCEPTED, SignalKind.ANSWER_ACCEPTED_INSIDE})
# Acts whose subject can name people.
NAMING = frozenset({SignalKind.TOPIC_OPENED, SignalKind.REPLY_POSTED})
# All others happen in silence.
TOLD = ACCEPTED | NAMING
# An act that was written down later than this after it happened is history: a load, an import, something back-dated.
WRITTEN_DOWN_WITHIN = timedelta(hours=1)
# Read later than this (a rebuild, a worker that was off), it is no news any more.
NEWS_FOR = timedelta(days=1)


class Act(NamedTuple):
    """What notifications need of a Signal that is an act; the names are its columns'."""

    id: int
    kind: str
    member_id: int
    by_id: int | None
    subject_kind: str
    subject_id: int
    parent_kind: str | None
    parent_id: int | None
    occurred_at: datetime
    recorded_at: datetime
    moved_from_id: int | None


def was_watching(watch: Watch, signal_id: int, at: datetime) -> bool:
    """Return whether the person followed when this signal was recorded.

    By the ledger's own numbers; by the instant `at` where the row does not know them.
    """
    began = watch.after_signal_id < signal_id if watch.after_signal_id is not None else watch.since <= at
    if watch.until is None:
        return began
    return began and (signal_id <= watch.until_signal_id if watch.until_signal_id is not None else at < watch.until)


def whom_to_tell(act: Act, watchers: Iterable[int], named: Iterable[int]) -> dict[int, NotificationKind]:
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


def is_news(act: Act | Signal, at: datetime) -> bool:
    """Whether people are still to be mailed of it; on their page it stands in any case.

    What was recorded anew for another company was news when it was recorded first.
    """
    if act.moved_from_id is not None:
        return False
    return act.recorded_at - act.occurred_at <= WRITTEN_DOWN_WITHIN and at - act.recorded_at <= NEWS_FOR


def doer_of(act: Act | Signal) -> int:
    """Who did it: of an acceptance the one who accepted, not the one whose act it is in the ledger."""
    return act.by_id if act.kind in ACCEPTED and act.by_id is not None else act.member_id
