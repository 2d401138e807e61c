"""Whoever is told of something is to be mailed of it: a row for each, written with the notification.

Whether and when a mail comes of it is decided later, by the room that knows the thing and who may see it.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from community.jobs import hurry
from models.base import db
from models.mail import MailNotice
from models.notifications import Notification

_INSERT = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
# By name: the room that writes these mails stands above those whose news they tell.
WRITE = "mailings.write_mails"


def bring_forward(at: datetime, due_before: datetime) -> None:
    """Keep what was due as due, though the clock was set back to `at`; what waits for a later morning does so still."""
    due = sa.update(MailNotice).where(MailNotice.due_at > at, MailNotice.due_at <= due_before).values(due_at=at)
    db.session.execute(due.execution_options(synchronize_session=False))


def replace_notices(signal_ids: Collection[int], told: Collection[Mapping[str, Any]]) -> None:
    """Of these acts these people are to be mailed who have not been; `told`: the notifications that are news.

    What waits and is no longer told is not mailed. What is done stays done, whatever is read anew.
    """
    is_told = sa.exists().where(
        Notification.member_id == MailNotice.member_id, Notification.signal_id == MailNotice.signal_id
    )
    lost = sa.and_(MailNotice.signal_id.in_(signal_ids), MailNotice.due_at.is_not(None), ~is_told)
    db.session.execute(sa.delete(MailNotice).where(lost).execution_options(synchronize_session=False))
    if not told:
        return
    rows = [{name: row[name] for name in ("member_id", "signal_id", "kind", "at")} for row in told]
    added = _INSERT[db.session.get_bind().dialect.name](MailNotice)
    named_later = added.on_conflict_do_update(
        index_elements=["member_id", "signal_id"],
        set_={"kind": added.excluded.kind},
        where=MailNotice.due_at.is_not(None),
    )
    db.session.execute(named_later.execution_options(synchronize_session=False), rows)
    hurry(WRITE)
