"""What the list of accounts shows of its customers: the sentence, the groups, the marks, the table."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from blueprints.health.filters import AccountListParams
from blueprints.health.matrix import Placed
from community.accounts.rules import is_past
from community.health.alarms import Alarm
from community.health.calls import Call, list_calls
from community.health.groups import QUADRANTS, MatrixGroup, group_of
from community.health.listing import AccountRow

ROWS_A_PAGE = 100

MOST_MARKS = 300
"""With more, marks lie upon one another; and each is about a kilobyte of the page."""


@dataclass(frozen=True)
class Overview:
    """The filtered customers; `asked` are those in the chosen group or with the chosen alert."""

    placed: Sequence[Placed]
    asked: Sequence[Placed]
    counts: Counter[MatrixGroup]
    changes: dict[MatrixGroup, float | None]
    today: date

    @cached_property
    def _called(self) -> list[Placed]:
        """The customers that may have to be called: those whose contract has not ended."""
        return [p for p in self.placed if p.group is not MatrixGroup.ENDED]

    @property
    def ringing(self) -> Counter[Alarm]:
        """The number of companies for which each alarm rings."""
        return Counter(alarm for p in self._called for alarm in p.row.alarms)

    @property
    def alarming(self) -> int:
        """The number of companies with an alarm; one with two alarms counts once."""
        return len(self.calls)

    @cached_property
    def calls(self) -> list[Call]:
        """The companies to call, the most urgent first."""
        return list_calls([p.row for p in self._called])

    @property
    def scored_at(self) -> datetime | None:
        """When the newest of the figures was computed."""
        return max((p.row.score.scored_at for p in self.placed if p.row.score), default=None)

    @property
    def outdated(self) -> int:
        """The number of companies under contract whose score is not today's, since the task has not run yet."""
        return sum(
            1
            for p in self.placed
            if p.row.score and p.row.score.day < self.today and not _has_ended(p.row, p.row.score.day)
        )

    @property
    def under_contract(self) -> int:
        """The number of customers whose contract has not ended."""
        return len(self._called)

    @property
    def ended(self) -> int:
        """The number of customers whose contract has ended."""
        return self.counts[MatrixGroup.ENDED]

    @property
    def marks(self) -> int:
        """The number of companies that have a place in the matrix."""
        return sum(self.counts[group] for group in QUADRANTS)

    @property
    def has_marks(self) -> bool:
        """Whether any company has a place in the matrix."""
        return self.marks > 0

    @property
    def is_crowded(self) -> bool:
        """Whether the matrix would hold too many marks to be read."""
        return self.marks > MOST_MARKS

    @property
    def last_page(self) -> int:
        """The last page of the table, from 1."""
        return max(-(-len(self.asked) // ROWS_A_PAGE), 1)


def _has_ended(row: AccountRow, day: date) -> bool:
    """Return whether the contract has ended, and the score with it."""
    end = row.account.contract_ended_on
    return end is not None and end <= day


def overview(rows: Sequence[AccountRow], asked: AccountListParams, today: date) -> Overview:
    """Return the customers sorted into their groups."""
    placed, has_alert = [], asked.has_alert
    for row in rows:
        is_over = is_past(row.account.contract_ended_on, today)
        group = group_of(row.behavior, row.score.momentum if row.score else None, is_over=is_over)
        ringed = has_alert and asked.includes(row, group)
        placed.append(Placed(row, group, is_ringed=ringed))
    return Overview(
        placed=placed,
        asked=[each for each in placed if asked.includes(each.row, each.group)],
        counts=Counter(each.group for each in placed),
        changes={group: _mean_change([p.row for p in placed if p.group is group]) for group in MatrixGroup},
        today=today,
    )


def _mean_change(rows: Sequence[AccountRow]) -> float | None:
    """Return the mean change of a group's behavior in thirty days, of the companies that had a reading then."""
    changes = [change for row in rows if (change := row.change) is not None]
    return sum(changes) / len(changes) if changes else None
