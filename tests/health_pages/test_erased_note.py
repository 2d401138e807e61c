"""A note on an alarm is the reason in the log, too: who has it erased there has it erased on the company's page."""

import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from community.accounts.memberships import MembershipPeriod, write_periods
from models.audit import AuditEntry
from models.base import db, transaction
from models.health import AlarmNote
from tests.cast import Cast
from tests.health.scenario import LONG_AGO, act, ago, process
from tests.health_pages.conftest import Read, rescore, signed_in, stored

TYPED = "後任は神谷さん、病気で退職"


def send_note(staff: FlaskClient, read: Read, address: str) -> None:
    """Send the form as the page gives it, with the text written in."""
    given = {field["name"]: field.get("value", "") for field in read(address).select("main form input[name]")}
    assert staff.post(address, data={**given, "note": TYPED}).status_code == 302


def test_an_erased_note_is_gone_from_the_page_and_others_stay(
    app: Flask, cast: Cast, staff: FlaskClient, read: Read
) -> None:
    for n in range(5):
        act(cast.owner, "meetup_organised", ago(40 + n), 50 + n)
    with transaction():
        write_periods(cast.owner, [MembershipPeriod(cast.a.id, ago(LONG_AGO.days), ago(5))])
    process()
    rescore(cast.a)
    since = stored(cast.a).left_since
    assert since is not None
    send_note(staff, read, f"/accounts/{cast.a.id}/alarms/left")
    like_it = {"account_id": cast.a.id, "alarm": "left", "since": since, "note": TYPED, "by_id": cast.cs.id}
    others = ({"since": ago(90)}, {"alarm": "empty"}, {"account_id": cast.b.id})
    with transaction():
        db.session.add_all(AlarmNote(**{**like_it, **other}) for other in others)
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "health.note_alarm")).one()
    administrator = signed_in(app, cast.administrator)
    asked = BeautifulSoup(administrator.get(f"/staff/audit/{entry.id}/erase").text, "html.parser")
    assert "「知らせの記録」" in asked.get_text()
    administrator.post(f"/staff/audit/{entry.id}/erase")
    db.session.expire_all()
    notes = db.session.scalars(sa.select(AlarmNote).order_by(AlarmNote.id)).all()
    assert [note.note for note in notes] == ["", TYPED, TYPED, TYPED]
    page = read(f"/accounts/{cast.a.id}").get_text()
    assert (page.count(TYPED), page.count("（文面は消去されました）")) == (2, 1)
