"""What somebody found who saw to an alarm. With a note the alarm stops; a later one rings anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

import sqlalchemy as sa

from community.audit import record
from community.audit.texts import put_together
from community.health import actions
from community.health.alarms import Alarm
from community.health.presence import Roster
from community.health.rosters import Known, load_rosters
from models.accounts import Member
from models.audit import AuditEntry
from models.base import db
from models.health import AccountScore, AlarmNote, DailyCount

NOTED = (Alarm.EMPTY, Alarm.LEFT)
"""Alarms that go on until somebody sees to them; the others end when people act, or with time."""


class Shown(NamedTuple):
    """The figures that the writer of a note saw: of which day, with which records, and since when the alarm was."""

    day: date
    known: Known
    since: date


class Refusal(StrEnum):
    """Why a note is not written."""

    OVER = "over"
    NOTED = "noted"
    CHANGED = "changed"


@dataclass(frozen=True)
class Refused:
    """A note that was not written; `leavers`: who has been found to have left since the writer looked."""

    why: Refusal
    leavers: frozenset[int] = frozenset()


def began(score: AccountScore | None, alarm: Alarm) -> date | None:
    """Return the day since which such an alarm has been true; None if it is not."""
    if score is None or alarm not in NOTED:
        return None
    return score.empty_since if alarm is Alarm.EMPTY else score.left_since


def get_shown(score: AccountScore, alarm: Alarm) -> Shown | None:
    """Return what somebody sees of an alarm by these figures; None if it is not true."""
    since = began(score, alarm)
    return since and Shown(score.day, Known(score.memberships_to, score.accounts_to), since)


def list_notes(account_id: int) -> Sequence[tuple[AlarmNote, Member]]:
    """Return the notes on an account's alarms with their writers, newest first."""
    chosen = sa.select(AlarmNote, Member).join(Member, Member.id == AlarmNote.by_id)
    rows = db.session.execute(chosen.where(AlarmNote.account_id == account_id).order_by(AlarmNote.id.desc()))
    return [(note, by) for note, by in rows]


def note_alarm(
    account_id: int, alarm: Alarm, shown: Shown | None, note: str, by: Member, day: date
) -> AlarmNote | Refused:
    """Write the note, with which the alarm stops, and score the account anew. Return the note, or why there is none.

    A note on those who left is about everybody who had left by what its writer saw; of two who write at once, the
    second waits for the first. `shown` None: nothing is known of what the writer saw, so nothing is written.
    """
    actions.rescore([account_id], day)
    score = db.session.get(AccountScore, account_id, populate_existing=True)
    since = began(score, alarm)
    if score is None or since is None:
        return Refused(Refusal.OVER)
    if _is_noted(score, alarm):
        return Refused(Refusal.NOTED)
    if shown is None:
        return Refused(Refusal.CHANGED)
    about: set[int] = set()
    if alarm is Alarm.LEFT:
        about, unseen = _compare_leavers(account_id, score.day, shown)
        if unseen:
            return Refused(Refusal.CHANGED, frozenset(unseen))
    elif since != shown.since:
        return Refused(Refusal.CHANGED)
    leavers = " ".join(map(str, sorted(about)))
    added = AlarmNote(account_id=account_id, alarm=alarm, since=since, note=note, by_id=by.id, leavers=leavers)
    db.session.add(added)
    db.session.flush()
    what = {"alarm": alarm.value, "since": since.isoformat(), "note_id": added.id}
    record(by.id, "health.note_alarm", "account", account_id, after=what, reason=note)
    actions.rescore([account_id], day)
    return added


def erase_note(entry: AuditEntry) -> None:
    """Blank the note that was written with the act of this audit entry. Who saw to the alarm when stays."""
    _before, after = put_together(entry)
    if "note_id" in after:
        written = AlarmNote.id == after["note_id"]
    else:  # entries of before: then there was one note of a day
        written = sa.and_(
            AlarmNote.account_id == entry.subject_id,
            AlarmNote.alarm == after["alarm"],
            AlarmNote.since == date.fromisoformat(after["since"]),
        )
    db.session.execute(sa.update(AlarmNote).where(written).values(note=""))


def _is_noted(score: AccountScore, alarm: Alarm) -> bool:
    if alarm is Alarm.LEFT:
        return score.left_unnoted_since is None
    about_it = sa.exists().where(
        AlarmNote.account_id == score.account_id, AlarmNote.alarm == alarm, AlarmNote.since == score.empty_since
    )
    return bool(db.session.scalar(sa.select(about_it)))


def _compare_leavers(account_id: int, day: date, shown: Shown) -> tuple[set[int], set[int]]:
    """Return who had left the family by what was shown, and who of those who acted has been found to have left since.

    A small part of the score may grow to a point of it when others' parts fade: so all who had left are meant.
    """
    now = _list_left_family(load_rosters([account_id])[account_id], day)
    then = _list_left_family(load_rosters([account_id], shown.known)[account_id], shown.day)
    about = {member for member, left_on in now.items() if member in then and left_on <= shown.day}
    acted = sa.select(DailyCount.member_id).where(DailyCount.account_id == account_id).distinct()
    return about, (now.keys() - about) & set(db.session.scalars(acted))


def _list_left_family(roster: Roster, day: date) -> dict[int, date]:
    left = {member: departure.left_family_on for member, departure in roster.departures(day).items()}
    return {member: left_on for member, left_on in left.items() if left_on is not None}
