"""What somebody found who saw to an alarm. With a note the alarm stops; a later one rings anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

import sqlalchemy as sa

from community.accounts.rules import is_over
from community.audit import record
from community.audit.texts import put_together
from community.health import actions
from community.health.alarms import Alarm
from community.health.noted_leavers import list_noted_leavers, list_unnoted, read_leavers, write_leavers
from community.health.rosters import Known, load_rosters
from models.accounts import Account, Member
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
    """A note that was not written; `leavers`: who has been found to have left since the writer looked.

    Somebody whose departure the writer saw on another day is not among them.
    """

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


class WrittenNote(NamedTuple):
    """A note, its writer, and whose departure it is about, with the day of leaving the family, latest first."""

    note: AlarmNote
    by: Member
    leavers: Mapping[int, date]


def list_notes(account_id: int) -> Sequence[WrittenNote]:
    """Return the notes on an account's alarms, newest first."""
    chosen = sa.select(AlarmNote, Member).join(Member, Member.id == AlarmNote.by_id)
    rows = db.session.execute(chosen.where(AlarmNote.account_id == account_id).order_by(AlarmNote.id.desc()))
    return [WrittenNote(note, by, _latest_first(read_leavers(note.leavers))) for note, by in rows]


def note_alarm(
    account_id: int, alarm: Alarm, shown: Shown | None, note: str, by: Member, day: date
) -> AlarmNote | Refused:
    """Write the note, with which the alarm stops, and score the account anew. Return the note, or why there is none.

    A note is about those departures that its writer saw (`list_leavers_to_note`): another one, or another day, is
    refused. Of two who write at once, the second waits for the first. `shown` None: nothing is known of what the writer
    saw, so nothing is written.
    """
    actions.rescore([account_id], day)
    account = db.session.get_one(Account, account_id, populate_existing=True)
    score = db.session.get(AccountScore, account_id, populate_existing=True)
    if why := find_refusal(account, score, alarm, day):
        return Refused(why)
    present = get_shown(score, alarm) if score else None
    if shown is None or present is None:
        return Refused(Refusal.CHANGED)
    now, then = list_leavers_to_note(account_id, present), list_leavers_to_note(account_id, shown)
    if any(then.get(member) != left_on for member, left_on in now.items()):
        return Refused(Refusal.CHANGED, frozenset(now.keys() - then.keys()))
    if alarm is Alarm.EMPTY and present.since != shown.since:
        return Refused(Refusal.CHANGED)
    leavers = write_leavers(now)
    added = AlarmNote(account_id=account_id, alarm=alarm, since=present.since, note=note, by_id=by.id, leavers=leavers)
    db.session.add(added)
    db.session.flush()
    what = {"alarm": alarm.value, "since": present.since.isoformat(), "note_id": added.id}
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


def list_leavers_to_note(account_id: int, shown: Shown) -> dict[int, date]:
    """Return whose departure a note by these figures is about, with the day of leaving the family, latest first.

    Those are all who acted and had left by then, without those who are noted: a small part of the score may grow to a
    point of it when others' parts fade.
    """
    roster = load_rosters([account_id], shown.known)[account_id]
    departures = roster.departures(shown.day).items()
    left = {member: gone.left_family_on for member, gone in departures if gone.left_family_on is not None}
    noted = list_noted_leavers([account_id]).get(account_id, {})
    unnoted = list_unnoted(left, noted, roster, shown.day)
    acted = set(db.session.scalars(sa.select(DailyCount.member_id).where(DailyCount.account_id == account_id)))
    return _latest_first({member: left_on for member, left_on in unnoted.items() if member in acted})


def _latest_first(leavers: Mapping[int, date]) -> dict[int, date]:
    return dict(sorted(leavers.items(), key=lambda each: (-each[1].toordinal(), each[0])))


def find_refusal(account: Account, score: AccountScore | None, alarm: Alarm, day: date) -> Refusal | None:
    """Return why no note can be written on an alarm by these figures; None: it rings, or its mark is left."""
    since = began(score, alarm)
    if score is None or since is None or is_over(account, day):
        return Refusal.OVER
    unnoted_since = score.empty_unnoted_since if alarm is Alarm.EMPTY else score.left_unnoted_since
    return Refusal.NOTED if unnoted_since is None else None
