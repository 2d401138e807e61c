"""The line over time: daily snapshots, today's score, and the acts that changed it most."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from blueprints.health.charts import NARROW, ChartLine, Event, LineWords, Point, line_chart, place_events
from blueprints.health.figures import figure, signed
from community.app.cached_urls import cached_url
from community.health.account_history import AccountHistory, Reading
from community.health.acts import ListedAct
from community.health.labels import kind_label
from community.health.losses import NEVER_A_CAUSE
from community.health.presence import LEAST_HELD
from community.health.rules import decay, rolled_up
from community.health.situations import today
from community.health.tenths import shown_change

SPANS = (90, 180, 365)
"""Days that the line can show: a quarter, a half-year, a year."""

STEP_OF_TABLE = 7
"""Days between rows of the table behind the line."""

MOST_NAMED = 2
SHARE_TO_BE_NAMED = 0.5
"""A day is named by its weightiest kind of act, and by a second one that weighs at least half as much."""


class HistoryRow(NamedTuple):
    """A day of the table: its score and the change since the row before as they are printed, and its events."""

    day: date
    score: str
    change: str
    numbers: Sequence[int]


@dataclass(frozen=True)
class History:
    """The drawing, wide and for phones (None with fewer than two days), its events, and its table, newest first."""

    chart: dict[str, Any] | None
    narrow: dict[str, Any] | None
    events: Sequence[tuple[int, Event]]
    table: Sequence[HistoryRow]


class Leaver(NamedTuple):
    """Somebody who left on a day, the points of the score that they still hold, and whether they went to a company."""

    day: date
    weight: float
    member_id: int
    name: str
    went_on: bool


class _Departures(NamedTuple):
    """All who left on a day, and the points that they hold together."""

    day: date
    weight: float
    leavers: Sequence[Leaver]


def history(
    account_history: AccountHistory,
    reading: Reading,
    acts: Sequence[ListedAct],
    leavers: Sequence[Leaver],
    span: int,
    since: date,
) -> History:
    """Return the chart of the span of days that ends with the reading; departures of `leavers` are events on it."""
    until = reading.standing.day
    start = until - timedelta(days=span)
    written = {day: each.behavior for day, each in account_history.written.items() if start <= day < until}
    written[until] = reading.behavior.score
    first = min(written)
    points: list[Point] = [
        (day, written.get(day)) for day in (first + timedelta(days=n) for n in range((until - first).days + 1))
    ]
    if sum(1 for _, value in points if value is not None) <= 1:
        return History(None, None, (), ())
    placed = place_events(points, [*_weigh_days(reading, acts, first), *_by_day(leavers)])
    events = [(number, _event_of(account_history.account_id, each)) for number, each in placed]
    good = reading.situation.terms.good_from
    line = ChartLine(points, events, since, good, _line_words(points, reading, until - since))
    return History(line_chart(line), line_chart(line, NARROW), events, _table_rows(points, events))


def _line_words(points: Sequence[Point], reading: Reading, period: timedelta) -> LineWords:
    known = [(day, value) for day, value in points if value is not None]
    (first_day, first), (last_day, last) = known[0], known[-1]
    return LineWords(
        title=_("行動力の推移"),
        description=_(
            "%(first_day)sの%(first)sから%(last_day)sの%(last)sまで。いちばん低い日は%(low)s、高い日は%(high)sです。",
            first_day=format_date(first_day, "short"),
            first=figure(first),
            last_day=format_date(last_day, "short"),
            last=figure(last),
            low=figure(min(value for _, value in known)),
            high=figure(max(value for _, value in known)),
        ),
        label=_("行動力"),
        value=figure(last),
        good=_("良好の目安 %(points)s", points=f"{reading.situation.terms.good_from:.0f}"),
        period=ngettext("この%(num)s日", "この%(num)s日", period.days)
        if reading.standing.day == today()
        else ngettext("%(num)s日間", "%(num)s日間", period.days),
        month=lambda day: format_date(day, "MMM"),
    )


class _Day(NamedTuple):
    """The acts of a day, their points on that day, and the kinds of act that name the day."""

    day: date
    weight: float
    kinds: Sequence[str]
    done: Sequence[ListedAct]


def _weigh_days(reading: Reading, acts: Sequence[ListedAct], first: date) -> list[_Day]:
    """Return the days with their points as of that day, each named by its kind of act with the most points."""
    terms, today = reading.situation.terms.by_kind, reading.standing.day
    days: defaultdict[date, list[ListedAct]] = defaultdict(list)
    for act in acts:  # the newest first
        if act.ledger_act.day < first:
            break
        if act.points > 0 and act.ledger_act.kind not in NEVER_A_CAUSE:  # withdrawn acts have none
            days[act.ledger_act.day].append(act)
    weighed = []
    for day, done in days.items():
        weights = rolled_up(
            (act.ledger_act.kind, act.points / decay((today - day).days, terms[act.ledger_act.kind].half_life))
            for act in done
        )
        ranked = sorted(weights, key=lambda kind: (-weights[kind], kind))
        named = [kind for kind in ranked if weights[kind] >= SHARE_TO_BE_NAMED * weights[ranked[0]]][:MOST_NAMED]
        weighed.append(_Day(day, sum(weights.values()), named, done))
    return weighed


def _by_day(leavers: Sequence[Leaver]) -> list[_Departures]:
    """Return the days on which somebody left who still holds LEAST_HELD."""
    days: defaultdict[date, list[Leaver]] = defaultdict(list)
    for leaver in leavers:
        days[leaver.day].append(leaver)
    return [
        _Departures(day, sum(leaver.weight for leaver in left), left)
        for day, left in days.items()
        if any(leaver.weight >= LEAST_HELD for leaver in left)
    ]


def _event_of(account_id: int, day: _Day | _Departures) -> Event:
    """Return the acts of a day, or its departures, as one event."""
    acts_url = cached_url("health.list_acts", account_id=account_id)
    if isinstance(day, _Departures):
        href = f"{acts_url}?member={day.leavers[0].member_id}" if len(day.leavers) == 1 else "#left"
        return Event(day.day, _who_left(day.leavers), href, ())
    text = _("、").join(_named(kind, day.done) for kind in day.kinds)
    return Event(day.day, text, f"{acts_url}?day={day.day.isoformat()}", day.kinds)


def _who_left(leavers: Sequence[Leaver]) -> str:
    """Return who left: 異動 where all went to a company, as everywhere."""
    went_on, number = all(leaver.went_on for leaver in leavers), len(leavers)
    if number > 1:
        return (
            ngettext("%(num)s人が異動", "%(num)s人が異動", number)
            if went_on
            else ngettext("%(num)s人が離れた", "%(num)s人が離れた", number)
        )
    name = leavers[0].name
    return _("%(name)sが異動", name=name) if went_on else _("%(name)sが離れた", name=name)


def _named(kind: str, done: Sequence[ListedAct]) -> str:
    people = len({act.ledger_act.member_id for act in done if act.ledger_act.kind == kind})
    return _("%(act)s（%(n)s人）", act=kind_label(kind), n=people) if people > 1 else kind_label(kind)


def _table_rows(points: Sequence[Point], events: Sequence[tuple[int, Event]]) -> list[HistoryRow]:
    """Return a row for every seventh day back from the last and for each day with an event.

    Each row has the change since the row before.
    """
    last = points[-1][0]
    numbers: defaultdict[date, list[int]] = defaultdict(list)
    for number, event in events:
        numbers[event.day].append(number)
    chosen = [(day, v) for day, v in points if (last - day).days % STEP_OF_TABLE == 0 or day in numbers]
    rows, before = [], None
    for day, value in chosen:
        moved = shown_change(before, value) if value is not None and before is not None else None
        rows.append(HistoryRow(day, figure(value), signed(moved), numbers.get(day, ())))
        before = value
    return rows[::-1]
