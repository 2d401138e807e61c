"""What a change of company means everywhere, whoever made it: memberships, acts, posts, scores.

Rooms are strangers to one another, so it is put together here.
"""

from collections.abc import Callable

from community.accounts import memberships, queries
from community.accounts.memberships import Move
from community.forums.moving import correct_companies
from community.health.actions import rescore, wait_for_the_settler


def carry_out(move: Move, write: Callable[[], object]) -> None:
    """Carry the move out within the caller's transaction.

    `write` holds the person, writes the memberships and records the acts anew that they change. The settler is waited
    for first: no reader moves meanwhile what is being scored.
    """
    wait_for_the_settler()
    # Before the person is held: everybody else holds a topic first, and its author's row after it.
    correct_companies(move.member, move.from_day, move.stays)
    write()
    # What was being sent when the move began is there now, and nothing more comes in while the person is held.
    after = memberships.list_stays(move.member)
    correct_companies(move.member, move.from_day, after)
    rescore({stay.account_id for stay in (*move.before, *after)}, queries.today())
