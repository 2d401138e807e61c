"""What a change of company means everywhere, whoever made it: memberships, acts, the rooms' rows, scores."""

from collections.abc import Callable
from dataclasses import replace

from community.accounts import memberships, queries
from community.accounts.memberships import Transfer
from community.health.actions import lock_projections, rescore
from community.room import current_rooms


def carry_out(transfer: Transfer, write: Callable[[], object]) -> None:
    """Carry the transfer out within the caller's transaction.

    `write` holds the person, writes the memberships and records the acts anew that they change. The projections are
    locked first: none of them changes meanwhile what is being scored.
    """
    lock_projections()
    # What the person sends holds its writer first, then the thing.
    memberships.hold_writing(transfer.member)
    # Before the person is held: everybody else holds a thing of a room first, and its author's row after it.
    _follow(transfer)
    write()
    # What was being sent when the transfer began is there now, and nothing more comes in while the person is held.
    after = memberships.list_periods(transfer.member)
    _follow(replace(transfer, periods=tuple(after)))
    rescore({period.account_id for period in (*transfer.before, *after)}, queries.today())


def _follow(transfer: Transfer) -> None:
    for follow in current_rooms().transfer_followers:
        follow(transfer)
