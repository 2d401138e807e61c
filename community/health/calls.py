"""Whom to call first. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from community.health.alarms import Alarm
from community.health.listing import AccountRow


@dataclass(frozen=True)
class Call:
    """A company to call, and the most urgent reason."""

    row: AccountRow
    alarm: Alarm


def list_calls(rows: Iterable[AccountRow]) -> list[Call]:
    """Return the companies for which something rings, the most urgent first.

    By the alarm (in the order of `Alarm`), then by the renewal that comes first, then by the greater loss in thirty
    days. The same rule stands in the head of the list.
    """
    calls = [Call(row, row.alarms[0]) for row in rows if row.alarms]
    return sorted(calls, key=_urgency)


def _urgency(call: Call) -> tuple[int, date, float, str, int]:
    account = call.row.account
    renewal = account.renews_on or date.max
    return list(Alarm).index(call.alarm), renewal, call.row.change or 0.0, account.name, account.id
