"""What a change of company means everywhere, whoever made it: memberships, acts, the rooms' rows, scores."""

from collections.abc import Callable
from dataclasses import replace

from community.accounts import memberships, queries
from community.accounts.memberships import Transfer
from community.health.actions import lock_projections, rescore
from community.room import current_rooms


def carry_out(move: Transfer, write: Callable[[], object]) -> None:
    """Carry the move out within the caller's transaction.

    `write` holds the person, writes the memberships and records the acts anew that they change. The projections are
    locked first: none of them changes meanwhile what is being scored.
    """
    lock_projections()
    # Before the person is held: everybody else holds a thing of a room first, and its author's row after it.
    _follow(move)
    write()
    # What was being sent when the move began is there now, and nothing more comes in while the person is held.
    after = memberships.list_periods(move.member)
    _follow(replace(move, stays=tuple(after)))
    rescore({stay.account_id for stay in (*move.before, *after)}, queries.today())


def _follow(move: Transfer) -> None:
    for follow in current_rooms().transfer_followers:
        follow(move)
