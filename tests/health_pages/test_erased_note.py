"""A note on an alarm is the reason in the log, too: who has it erased there has it erased on the company's page."""

import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask

from community import audit
from community.health.alarms import Alarm
from models.audit import AuditEntry
from models.base import db, transaction
from models.health import AlarmNote
from tests.cast import Cast
from tests.health.scenario import ago
from tests.health_pages.conftest import Read, signed_in

TYPED = "後任は神谷さん、病気で退職"


def test_an_erased_note_is_gone_from_the_page_and_others_stay(app: Flask, cast: Cast, read: Read) -> None:
    noted = [
        (cast.a.id, Alarm.LEFT, ago(5)),
        (cast.a.id, Alarm.LEFT, ago(90)),
        (cast.a.id, Alarm.EMPTY, ago(5)),
        (cast.b.id, Alarm.LEFT, ago(5)),
    ]
    with transaction():
        for account_id, alarm, since in noted:
            written = AlarmNote(
                account_id=account_id, alarm=alarm, since=since, note=TYPED, by_id=cast.cs.id, leavers=""
            )
            db.session.add(written)
            db.session.flush()
            what = {"alarm": alarm.value, "since": since.isoformat(), "note_id": written.id}
            audit.record(cast.cs.id, "health.note_alarm", "account", account_id, after=what, reason=TYPED)
    entry = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id).limit(1)).one()
    administrator = signed_in(app, cast.administrator)
    asked = BeautifulSoup(administrator.get(f"/staff/audit/{entry.id}/erase").text, "html.parser")
    assert "「知らせの記録」" in asked.get_text()
    administrator.post(f"/staff/audit/{entry.id}/erase")
    db.session.expire_all()
    notes = db.session.scalars(sa.select(AlarmNote).order_by(AlarmNote.id)).all()
    assert [note.note for note in notes] == ["", TYPED, TYPED, TYPED]
    page = read(f"/accounts/{cast.a.id}").get_text()
    assert (page.count(TYPED), page.count("（文面は消去されました）")) == (2, 1)
