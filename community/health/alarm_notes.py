"""What somebody found who saw to an alarm. With a note the alarm stops; a later one rings anew."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from community.audit import record
from community.audit.texts import put_together
from community.health.alarms import Alarm
from models.accounts import Member
from models.audit import AuditEntry
from models.base import db
from models.health import AccountScore, AlarmNote

NOTED = (Alarm.EMPTY, Alarm.LEFT)
"""Alarms that go on until somebody sees to them; the others end when people act, or with time."""


def began(score: AccountScore | None, alarm: Alarm) -> date | None:
    """Return the day since which such an alarm has been true; None if it is not."""
    if score is None or alarm not in NOTED:
        return None
    return score.empty_since if alarm is Alarm.EMPTY else score.left_since


def list_notes(account_id: int) -> Sequence[tuple[AlarmNote, Member]]:
    """Return the notes on an account's alarms with their writers, newest first."""
    chosen = sa.select(AlarmNote, Member).join(Member, Member.id == AlarmNote.by_id)
    rows = db.session.execute(chosen.where(AlarmNote.account_id == account_id).order_by(AlarmNote.id.desc()))
    return [(note, by) for note, by in rows]


def note_alarm(account_id: int, alarm: Alarm, since: date, note: str, by: Member) -> AlarmNote | None:
    """Write the note, with which the alarm stops. Return it, or None if somebody has written one already.

    Also where two do so at once: the second waits for the first.
    """
    added = AlarmNote(account_id=account_id, alarm=alarm, since=since, note=note, by_id=by.id)
    try:
        with db.session.begin_nested():
            db.session.add(added)
    except IntegrityError:
        return None
    what = {"alarm": alarm.value, "since": since.isoformat()}
    record(by.id, "health.note_alarm", "account", account_id, after=what, reason=note)
    return added


def erase_note(entry: AuditEntry) -> None:
    """Blank the note that was written with the act of this audit entry. Who saw to the alarm when stays."""
    _before, after = put_together(entry)
    written = sa.update(AlarmNote).where(
        AlarmNote.account_id == entry.subject_id,
        AlarmNote.alarm == after["alarm"],
        AlarmNote.since == date.fromisoformat(after["since"]),
        AlarmNote.by_id == entry.actor_id,
        AlarmNote.note == entry.reason,
    )
    db.session.execute(written.values(note=""))
