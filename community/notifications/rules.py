"""Judges whom an act notifies, and of what kind the notification is."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from community.room import Act, NotificationKind
from models.ledger import Signal, SignalKind
from models.notifications import NotificationKindPeriod, Watch

# An act recorded later than this after it happened is history: a load, an import, a date in the past.
WRITTEN_DOWN_WITHIN = timedelta(hours=1)
# An act projected later than this after it was recorded (a rebuild, a worker that was off) is no news.
NEWS_FOR = timedelta(days=1)


def notifying_signals(kinds: Iterable[NotificationKind]) -> frozenset[SignalKind]:
    """Return the kinds of acts that notify anybody."""
    return frozenset().union(*(kind.source.signals for kind in kinds if kind.source))


def naming_signals(kinds: Iterable[NotificationKind]) -> frozenset[SignalKind]:
    """Return the kinds of acts whose subject can mention members."""
    return frozenset().union(*(kind.source.signals for kind in kinds if kind.source and kind.source.names_people))


def was_watching(watch: Watch, signal_id: int, at: datetime) -> bool:
    """Return whether the member watched when this signal was recorded.

    Compares the ids of signals; rows from before these were noted, the instant `at`.
    """
    began = watch.after_signal_id < signal_id if watch.after_signal_id is not None else watch.since <= at
    if watch.until is None:
        return began
    return began and (signal_id <= watch.until_signal_id if watch.until_signal_id is not None else at < watch.until)


def existed_at(seq: int, periods: Iterable[NotificationKindPeriod]) -> bool:
    """Return whether a kind with these periods existed as of this sequence number of the ledger."""
    return any(period.after_seq < seq and (period.until_seq is None or seq <= period.until_seq) for period in periods)


def recipients_of(
    act: Act, kinds: Iterable[NotificationKind], watchers: Collection[int], named: Collection[int]
) -> dict[int, tuple[NotificationKind, int]]:
    """Return whom the act notifies: by member id, the first of the kinds that concerns them and the actor's id.

    Nobody is notified of their own act, nor twice of the same act.
    """
    found: dict[int, tuple[NotificationKind, int]] = {}
    for kind in kinds:
        if kind.source is None or act.kind not in kind.source.signals:
            continue
        actor = kind.source.actor(act)
        for member_id in kind.source.recipients(act, watchers, named):
            if member_id != actor:
                found.setdefault(member_id, (kind, actor))
    return found


def is_news(act: Act | Signal, at: datetime, *, recorded_at: datetime | None = None) -> bool:
    """Return whether the act is recent enough for mail; the page of notifications shows it in any case.

    `recorded_at`: when a reassigned act was first recorded.
    """
    first = recorded_at or act.recorded_at
    return first - act.occurred_at <= WRITTEN_DOWN_WITHIN and at - first <= NEWS_FOR
