"""Reads whom the notes on 「中心メンバーが離れた」 are about: an alarm about others rings still."""

from collections.abc import Collection, Mapping
from datetime import date

import sqlalchemy as sa

from community.health.alarms import Alarm
from models.base import day_at, db, is_among
from models.health import AlarmNote


def list_noted_leavers(account_ids: Collection[int]) -> dict[int, dict[int, date]]:
    """Return by account the members whom notes are about, with the day of the last such note. One query."""
    chosen = sa.select(AlarmNote.account_id, AlarmNote.leavers, AlarmNote.at).where(
        is_among(AlarmNote.account_id, account_ids), AlarmNote.alarm == Alarm.LEFT
    )
    found: dict[int, dict[int, date]] = {}
    for account_id, leavers, at in db.session.execute(chosen.order_by(AlarmNote.id)):
        found.setdefault(account_id, {}).update(dict.fromkeys(map(int, leavers.split()), day_at(at)))
    return found


def find_unnoted_since(core: Mapping[int, date], noted: Mapping[int, date]) -> date | None:
    """Return when the last of the core left whom no note is about; None: notes are about all of them.

    Who came back after a note and left again is not noted.
    """
    return max((day for member, day in core.items() if member not in noted or noted[member] < day), default=None)
