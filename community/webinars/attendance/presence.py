"""How long each person was there: joins are merged, whatever file they come from. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .names import fold_name
from .reports import Block, Report, Stay

Interval = tuple[datetime, datetime]


@dataclass(frozen=True)
class Presence:
    """What the reports say of one person. `names`: those under which they were there, the first one first.

    `minutes`: the union of their stays, so a telephone beside a screen counts once. `is_known_by_name`: no address.
    """

    email: str
    names: Sequence[str]
    company: str
    has_attended: bool
    minutes: int
    blocks: frozenset[Block]
    lines: Sequence[tuple[int, int]]
    """Report (from 0) and line of each stay."""

    @property
    def is_known_by_name(self) -> bool:
        """Whether no address tells who it is."""
        return not self.email


def list_presences(reports: Sequence[Report]) -> list[Presence]:
    """Return each person of these reports of one webinar, in the order in which they are named first.

    A webinar that was restarted has several reports: their minutes add up to one attendance. Who is named without an
    address is another one for each name; nobody is taken for somebody with an address because of their name.
    """
    found: dict[tuple[str, str], list[tuple[int, Stay]]] = {}
    for index, report in enumerate(reports):
        for stay in report.stays:
            key = (stay.email, "") if stay.email else ("", fold_name(stay.name))
            found.setdefault(key, []).append((index, stay))
    return [_merge(stays, reports) for stays in found.values()]


def _merge(stays: Sequence[tuple[int, Stay]], reports: Sequence[Report]) -> Presence:
    there = [(index, stay) for index, stay in stays if _was_there(stay, reports[index])]
    intervals = [interval for index, stay in there if (interval := _interval_of(stay, reports[index])) is not None]
    said = [stay for _index, stay in stays]
    return Presence(
        email=said[0].email,
        names=tuple(dict.fromkeys(stay.name for stay in said if stay.name)),
        company=next((stay.company for stay in said if stay.company), ""),
        has_attended=bool(there),
        minutes=_minutes_of(intervals) + _told_minutes(there, reports),
        blocks=frozenset(stay.block for stay in said),
        lines=tuple((index, stay.number) for index, stay in stays),
    )


def _was_there(stay: Stay, report: Report) -> bool:
    """Return whether this stay is an attendance: not in the waiting room, and not begun once it was over."""
    if not stay.has_attended or stay.is_waiting:
        return False
    is_late = stay.joined_at is not None and report.ended_at is not None and stay.joined_at >= report.ended_at
    is_early = stay.left_at is not None and report.began_at is not None and stay.left_at <= report.began_at
    return not is_late and not is_early


def _interval_of(stay: Stay, report: Report) -> Interval | None:
    """Return the stay within the meeting; None if times are missing, or it ends before it begins, as some lines do."""
    if stay.joined_at is None or stay.left_at is None:
        return None
    began = max(stay.joined_at, report.began_at) if report.began_at is not None else stay.joined_at
    ended = min(stay.left_at, report.ended_at) if report.ended_at is not None else stay.left_at
    return (began, ended) if began < ended else None


def _minutes_of(intervals: Iterable[Interval]) -> int:
    """Return the minutes that these cover together."""
    covered, until = timedelta(), None
    for began, ended in sorted(intervals):
        if until is None or began > until:
            covered += ended - began
        elif ended > until:
            covered += ended - until
        until = ended if until is None else max(until, ended)
    return round(covered / timedelta(minutes=1))


def _told_minutes(there: Sequence[tuple[int, Stay]], reports: Sequence[Report]) -> int:
    """Return the minutes of stays whose times are not told: of each report at most as long as it lasted."""
    told: dict[int, int] = {}
    for index, stay in there:
        if stay.joined_at is None or stay.left_at is None:
            told[index] = told.get(index, 0) + max(stay.minutes or 0, 0)
    return sum(min(minutes, _length_of(reports[index])) for index, minutes in told.items())


def _length_of(report: Report) -> int:
    if report.began_at is None or report.ended_at is None:
        return 24 * 60
    return round((report.ended_at - report.began_at) / timedelta(minutes=1))
