"""Computes what follows from the sample's acts: scores, notifications, the past year's snapshots."""

from datetime import timedelta

import sqlalchemy as sa

from community.health import actions as health
from community.health import snapshots
from community.health.queries import list_ids_without_snapshot
from community.notifications import actions as notifications
from community.projections.actions import process_pending_in_this_transaction
from models.accounts import Member
from models.base import db, today
from models.ledger import Signal
from models.notifications import Notification


def derive() -> None:
    """Process the loaded acts in the caller's transaction, where the worker would use several.

    So a load that is killed leaves nothing behind, and one that is committed needs nothing more.
    """
    process_pending_in_this_transaction()
    _mark_old_notifications_read()
    yesterday = today() - timedelta(days=1)
    account_ids = list_ids_without_snapshot(yesterday)
    snapshots.take_snapshots(account_ids, yesterday)
    # Lists show the change since thirty days ago, and the snapshot of that day was taken only now.
    health.rescore(account_ids, today())


def _mark_old_notifications_read() -> None:
    """Mark each notification read whose act happened before its recipient's last visit."""
    notified = sa.select(Notification.member_id, Notification.signal_id).join(
        Signal, Signal.id == Notification.signal_id
    )
    before = notified.join(Member, Member.id == Notification.member_id).where(Signal.occurred_at <= Member.visited_at)
    read: dict[int, list[int]] = {}
    for member_id, signal_id in db.session.execute(before):
        read.setdefault(member_id, []).append(signal_id)
    for member_id, signal_ids in read.items():
        notifications.mark_read(member_id, signal_ids)
