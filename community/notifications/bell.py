"""The bell: how much a person has not read, pushed to their open pages."""

from collections.abc import Collection

from sqlalchemy.dialects import postgresql, sqlite

from community import realtime
from models.base import db, now
from models.notifications import Bell

from .unread import count_unread_of

_INSERT = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def push_unread(member_ids: Collection[int]) -> None:
    """Have these people's pages show the number as it is now; of two, the one with the higher version is right."""
    if not member_ids:
        return
    versions = _raise_versions(member_ids)
    for member_id, unread in count_unread_of(member_ids).items():
        realtime.push(f"member:{member_id}", "notifications", {"unread": unread, "version": versions[member_id]})


def _raise_versions(member_ids: Collection[int]) -> dict[int, int]:
    """Return each one's new version. Their rows stay locked, so that whoever counts later has the higher one.

    The first is the time in milliseconds, which is what all of them were before there were rows.
    """
    first = int(now().timestamp() * 1000)
    rows = [{"member_id": member_id, "version": first} for member_id in sorted(set(member_ids))]
    added = _INSERT[db.session.get_bind().dialect.name](Bell).values(rows)
    raised = added.on_conflict_do_update(index_elements=["member_id"], set_={"version": Bell.version + 1})
    versions = raised.returning(Bell.member_id, Bell.version).execution_options(synchronize_session=False)
    return {row.member_id: row.version for row in db.session.execute(versions)}
