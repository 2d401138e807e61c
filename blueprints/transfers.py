"""Carries out a transfer of a member to another company: memberships, acts, the rooms' rows, scores."""

from collections.abc import Callable
from dataclasses import replace

from community.accounts import memberships, queries
from community.accounts.memberships import Transfer
from community.health.actions import lock_projections, rescore
from community.room import current_rooms


def carry_out(transfer: Transfer, write: Callable[[], object]) -> None:
    """Carry the transfer out within the caller's transaction.

    `write` locks the member, writes the memberships and reassigns the acts that they change. The projections are locked
    first, so that none of them changes what is being scored meanwhile.
    """
    lock_projections()
    # Against the member's own sending, which locks its writer first, then the thing.
    memberships.hold_writing(transfer.member)
    # Before `write` locks the member against everybody: others' transactions (an answer accepted, a reaction) lock a
    # thing of a room first, then its author's row.
    _call_followers(transfer)
    write()
    # What was being sent when the transfer began is stored by now, and the lock on the member lets nothing more in.
    after = memberships.list_periods(transfer.member)
    _call_followers(replace(transfer, periods=tuple(after)))
    rescore({period.account_id for period in (*transfer.before, *after)}, queries.today())


def _call_followers(transfer: Transfer) -> None:
    for follow in current_rooms().transfer_followers:
        follow(transfer)
