"""Rules of due days and reminders, counted in working days. Pure."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from community.stories.versions.staleness import MONTHS_A_YEAR
from community.workdays import add_working_days, last_working_day
from models.stories import StoryState

# How many working days each step has. A draft has none: it is its author's own.
WORKING_DAYS: Mapping[StoryState, int] = {
    StoryState.REVIEW: 5,
    StoryState.CHANGES_ASKED: 10,
    StoryState.APPROVAL: 10,
    StoryState.APPROVED: 3,
    StoryState.UPDATE_ASKED: 20,
}
REMIND_BEFORE, REMIND_EVERY = 2, 5  # working days
REMIND_AT = time(9)  # people read their mail at the beginning of the day


@dataclass(frozen=True)
class Reminder:
    """A reminder of a step that goes out on `on`. `name`: "before", "due", or "late" and its number."""

    name: str
    on: date


def due_day(state: StoryState, begun_on: date, stale_months: int) -> date | None:
    """Return the last day of a step that begins on the day; None where it has none.

    A published story is looked at again after `stale_months`.
    """
    if state == StoryState.PUBLISHED:
        return last_working_day(_months_later(begun_on, stale_months))
    days = WORKING_DAYS.get(state)
    return None if days is None else add_working_days(begun_on, days)


def usual_answer_day(asked_on: date) -> date:
    """Return the day by which approvers are asked to answer unless somebody chooses another."""
    return add_working_days(asked_on, WORKING_DAYS[StoryState.APPROVAL])


def list_reminders(state: StoryState, begun_on: date, due_on: date, until: date) -> list[Reminder]:
    """Return the reminders of a step from its beginning to the day `until`, in their order.

    Nobody is reminded on the day on which the step begins, or before. The check whether a published story still holds
    is told once, on its day.
    """
    on_time = last_working_day(due_on)
    found = [Reminder("due", on_time)]
    if state != StoryState.PUBLISHED:
        found.insert(0, Reminder("before", add_working_days(on_time, -REMIND_BEFORE)))
        number = 1
        while (late_on := add_working_days(on_time, REMIND_EVERY * number)) <= until:
            found.append(Reminder(f"late{number}", late_on))
            number += 1
    return [each for each in found if begun_on < each.on <= until]


def goes_out_at(reminder: Reminder, zone: ZoneInfo) -> datetime:
    """Return the moment at which the reminder goes out, in the community's time zone."""
    return datetime.combine(reminder.on, REMIND_AT, zone)


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * MONTHS_A_YEAR + day.month - 1 + months, MONTHS_A_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
