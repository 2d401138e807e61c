"""Who may enter which kind of room. Each kind is registered by the blueprint whose thing it is."""

from collections.abc import Callable

from community.accounts import rules
from community.realtime.rooms import Room
from models.accounts import Member

Authoriser = Callable[[Member | None, int], bool]

_authorisers: dict[str, Authoriser] = {}


def register(kind: str, authorise: Authoriser) -> None:
    """Have `authorise(member, id)` decide on rooms of this kind; None is a guest, id 0 the only room of its kind."""
    _authorisers[kind] = authorise


def may_enter(member: Member | None, room: Room) -> bool:
    """Nobody enters a room of a kind that nobody registered."""
    authorise = _authorisers.get(room.kind)
    return authorise is not None and authorise(member, room.id)


def _is_oneself(member: Member | None, member_id: int) -> bool:
    return member is not None and member.id == member_id


def _sees_scores(member: Member | None, account_id: int) -> bool:
    return account_id > 0 and member is not None and rules.can_see_scores(member)


def _sees_all_scores(member: Member | None, nothing: int) -> bool:
    return nothing == 0 and member is not None and rules.can_see_scores(member)


register("member", _is_oneself)
register("account", _sees_scores)
register("accounts", _sees_all_scores)
