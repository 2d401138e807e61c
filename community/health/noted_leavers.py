"""Reads whom and what the notes on alarms are about: who leaves again, and who else leaves, rings still."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from community.health.alarms import Alarm
from community.health.presence import Roster
from models.base import db, is_among
from models.health import AlarmNote


class Noted(NamedTuple):
    """What the notes of a company are about."""

    leavers: Mapping[int, date]
    """The members whose departure is noted, with the first day on which they were not with the family, as noted."""
    empty_since: date | None
    """Since when nobody was there by the last note on that alarm; None without such a note."""


NOTHING_NOTED = Noted({}, None)


def list_noted(account_ids: Collection[int]) -> dict[int, Noted]:
    """Return by account what its notes are about; accounts without notes are missing. One query."""
    chosen = sa.select(AlarmNote.account_id, AlarmNote.alarm, AlarmNote.since, AlarmNote.leavers)
    chosen = chosen.where(is_among(AlarmNote.account_id, account_ids)).order_by(AlarmNote.id)
    found: dict[int, Noted] = {}
    for account_id, alarm, since, leavers in db.session.execute(chosen):
        before = found.get(account_id, NOTHING_NOTED)
        empty_since = since if alarm == Alarm.EMPTY else before.empty_since
        found[account_id] = Noted({**before.leavers, **read_leavers(leavers)}, empty_since)
    return found


def list_noted_leavers(account_ids: Collection[int]) -> dict[int, Mapping[int, date]]:
    """Return by account the members whose departure is noted, with the day of leaving the family as noted. One query.

    Whether a departure of today is the noted one: `list_unnoted`.
    """
    return {account_id: noted.leavers for account_id, noted in list_noted(account_ids).items()}


def list_unnoted(left: Mapping[int, date], noted: Mapping[int, date], roster: Roster, day: date) -> dict[int, date]:
    """Return those of `left` (members with the day) whose departure no note is about.

    A corrected day is the same departure. Who came to the family again on the noted day or later has left anew.
    """
    return {
        member: left_on
        for member, left_on in left.items()
        if member not in noted or roster.joined_family_on(member, day) >= noted[member]
    }


def find_unnoted_since(core: Mapping[int, date], noted: Mapping[int, date], roster: Roster, day: date) -> date | None:
    """Return when the last of the core left whose departure no note is about; None: all are noted."""
    return max(list_unnoted(core, noted, roster, day).values(), default=None)


def find_unnoted_empty(noted_since: date | None, roster: Roster, day: date) -> date | None:
    """Return since when nobody is there, if no note is about it; None: it is noted, or somebody is there.

    A corrected day is the same emptiness; it is another one if somebody came on the noted day or later.
    """
    is_noted = noted_since is not None and roster.last_joined_on(day) < noted_since
    return None if is_noted else roster.empty_since(day)


def write_leavers(leavers: Mapping[int, date]) -> str:
    """Return members and their days as a note keeps them: 「63:2026-08-04 70:2026-08-11」."""
    return " ".join(f"{member}:{left_on.isoformat()}" for member, left_on in sorted(leavers.items()))


def read_leavers(text: str) -> dict[int, date]:
    """Return members and their days from what a note keeps."""
    pairs = (each.split(":") for each in text.split())
    return {int(member): date.fromisoformat(left_on) for member, left_on in pairs}
