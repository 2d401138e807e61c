"""The table that adds up: points of each kind of act, how they changed, and whose they are. Figures are in tenths."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from blueprints.health.charts import Event
from blueprints.health.rounding import Table, rounded
from blueprints.health.words import PARTS
from community.health.acts import ListedAct
from community.health.explanation import Change, Part
from community.health.presence import Departure
from community.health.rules import Behavior
from community.health.tenths import tenths

BAR = 60
PERSON_BAR = 72
"""Pixels of the longest bar, in the table's last column and beside a member."""

RARE = frozenset({Part.LATE, Part.WITHDRAWN, Part.POLICY, Part.SHARE})
"""Parts of a change that are mostly 0. New acts and time always have their column: that nothing came says much."""

NEAR_CAP = 0.9
"""From this share of one member's maximum on, a member counts as near it."""


@dataclass(frozen=True)
class KindRow:
    """One kind of act: how many acts by how many members, the points before, what changed them, the points now."""

    kind: str
    acts: int
    people: int
    before: int
    parts: Sequence[tuple[Part, int]]
    now: int
    exact: float
    bar: float


@dataclass(frozen=True)
class Breakdown:
    """The table by kind; `moved` False: there is no earlier day to compare with, so there are points only."""

    rows: Sequence[KindRow]
    total: KindRow
    moved: bool
    parts: Sequence[Part]
    """The parts of the change that have a column; RARE ones only if they have a figure."""


def by_kind(behavior: Behavior, change: Change | None, standing: Sequence[ListedAct]) -> Breakdown:
    """Return the score broken down by kind, the kind with the most points first.

    `standing`: the acts that count. Kinds whose acts count without ever giving points come last: the total counts what
    its link lists.
    """
    now = behavior.by_kind
    if change is None:
        cells = {kind: [points] for kind, points in now.items()}
    else:
        cells = {kind: [row.before, *(row.parts[part] for part in PARTS)] for kind, row in change.by_kind().items()}
    kinds = sorted(cells, key=lambda kind: (-now.get(kind, 0.0), -cells[kind][0], kind))
    sums = [tenths(behavior.score)]
    if change is not None:
        sums = [tenths(change.before.score), *(change.rounded_totals[part] for part in PARTS)]
    table = rounded([cells[kind] for kind in kinds] or [[0.0] * len(sums)], sums)
    longest = max(now.values(), default=0.0)
    done: defaultdict[str, list[ListedAct]] = defaultdict(list)
    for act in standing:
        done[act.ledger_act.kind].append(act)
    lines = dict(zip(kinds, table, strict=False))
    lines.update((kind, [0] * len(table[-1])) for kind in sorted(done.keys() - cells.keys()))
    rows = [_kind_row(kind, line, done[kind], now.get(kind, 0.0), longest) for kind, line in lines.items()]
    whole = _kind_row("", table[-1], [act for kind in lines for act in done[kind]], behavior.score, 0.0)
    return _without_empty_columns(rows, whole, moved=change is not None)


def _without_empty_columns(rows: Sequence[KindRow], whole: KindRow, *, moved: bool) -> Breakdown:
    """Return the table without the columns of RARE parts that are 0 in every row."""
    filled = {part for row in (*rows, whole) for part, tenths in row.parts if tenths}
    parts = [part for part, _ in whole.parts if part in filled or part not in RARE]

    def shown(row: KindRow) -> KindRow:
        return replace(row, parts=[(part, tenths) for part, tenths in row.parts if part in parts])

    return Breakdown([shown(row) for row in rows], shown(whole), moved, parts)


def _kind_row(kind: str, line: Sequence[int], acts: Sequence[ListedAct], exact: float, longest: float) -> KindRow:
    return KindRow(
        kind=kind,
        acts=len(acts),
        people=len({act.ledger_act.member_id for act in acts}),
        before=line[0],
        parts=list(zip(PARTS, line[1:-1], strict=False)),
        now=line[-1],
        exact=exact,
        bar=_length(exact, longest, BAR),
    )


@dataclass(frozen=True)
class PersonRow:
    """One member: their share of the score, what they mostly do, and how near they are to the maximum of one member."""

    member_id: int
    points: int
    exact: float
    bar: float
    kinds: Sequence[str]
    is_new: bool
    near_cap: bool
    is_active: bool
    """With the company, and with an act that counts in the last 90 days."""
    departure: Departure | None


MOST_KINDS = 2
"""Kinds of act named of each member."""


def by_person(
    behavior: Behavior,
    member_cap: float,
    newcomers: Collection[int],
    active: Collection[int],
    departures: Mapping[int, Departure],
) -> tuple[list[PersonRow], float | None]:
    """Return the members with a share in the score, and the points of a member at the maximum (None without acts)."""
    points = {member: part for member, part in behavior.of_member.items() if part > 0}
    members = sorted(points, key=lambda member: (-points[member], member))
    table: Table = rounded([[points[member]] for member in members], [tenths(behavior.score)]) if members else []
    longest = max(points.values(), default=0.0)
    rows = [
        PersonRow(
            member_id=member,
            points=table[place][-1],
            exact=points[member],
            bar=_length(points[member], longest, PERSON_BAR),
            kinds=_foremost((kind, part) for (who, kind), part in behavior.contributions.items() if who == member),
            is_new=member in newcomers,
            near_cap=behavior.by_member[member] >= NEAR_CAP * member_cap,
            is_active=member in active,
            departure=departures.get(member),
        )
        for place, member in enumerate(members)
    ]
    worth = behavior.score * member_cap / behavior.breadth if behavior.breadth > 0 else None
    return rows, worth


def _foremost(kinds: Iterable[tuple[str, float]]) -> list[str]:
    ranked = sorted(kinds, key=lambda each: (-each[1], each[0]))
    return [kind for kind, part in ranked if part > 0][:MOST_KINDS]


def _length(value: float, longest: float, pixels: int) -> float:
    return round(value / longest * pixels, 1) if longest else 0.0


def refs(events: Sequence[tuple[int, Event]]) -> Mapping[str, list[int]]:
    """Return the numbers of the chart's events, by the kinds of act that name them."""
    found: dict[str, list[int]] = {}
    for number, event in events:
        for kind in event.kinds:
            found.setdefault(kind, []).append(number)
    return found
