"""The bell: the number of unread notifications, pushed to the member's open pages."""

from collections.abc import Collection

from sqlalchemy.dialects import postgresql, sqlite

from community import realtime
from models.base import db, now
from models.notifications import Bell

from .unread import count_unread_of

_INSERT = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def push_unread(member_ids: Collection[int]) -> None:
    """Push the current number to the pages of these members. Pages keep the number with the highest version."""
    if not member_ids:
        return
    versions = _raise_versions(member_ids)
    for member_id, unread in count_unread_of(member_ids).items():
        realtime.push(f"member:{member_id}", "notifications", {"unread": unread, "version": versions[member_id]})


def _raise_versions(member_ids: Collection[int]) -> dict[int, int]:
    """Raise the version of each member's bell, and return the versions by member id.

    The rows stay locked until the commit, so that a later count has a higher version. The first version is the time in
    milliseconds: so were all versions before they were kept in rows.
    """
    first = int(now().timestamp() * 1000)
    rows = [{"member_id": member_id, "version": first} for member_id in sorted(set(member_ids))]
    added = _INSERT[db.session.get_bind().dialect.name](Bell).values(rows)
    raised = added.on_conflict_do_update(index_elements=["member_id"], set_={"version": Bell.version + 1})
    versions = raised.returning(Bell.member_id, Bell.version).execution_options(synchronize_session=False)
    return {row.member_id: row.version for row in db.session.execute(versions)}
