"""Whoever is told of something is to be mailed of it: a row for each, written with the notification.

Whether and when a mail comes of it is decided later, by the room that knows the thing and who may see it.
"""

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from community.jobs import hurry
from models.base import db
from models.mail import MailNotice

_INSERT = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
# By name: the room that writes these mails stands above those whose news they tell.
WRITE = "mailings.write_mails"


def replace_notices(signal_ids: Collection[int], told: Collection[Mapping[str, Any]]) -> None:
    """Of these acts exactly these people are to be mailed; `told` as notifications.

    What is no longer told and waits is not mailed. What is done stays done, whatever is read anew.
    """
    waiting = sa.and_(MailNotice.signal_id.in_(signal_ids), MailNotice.due_at.is_not(None))
    db.session.execute(sa.delete(MailNotice).where(waiting).execution_options(synchronize_session=False))
    if not told:
        return
    rows = [{name: row[name] for name in ("member_id", "signal_id", "kind", "at")} for row in told]
    added = _INSERT[db.session.get_bind().dialect.name](MailNotice)
    db.session.execute(added.on_conflict_do_nothing(), rows)
    hurry(WRITE)
