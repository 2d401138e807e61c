"""What the scores hand over on this floor: the channels by which open pages hear that figures have changed."""

from community.accounts import rules
from community.room import ChannelKind, Room
from models.accounts import Member


def _may_hear_account(member: Member | None, account_id: int) -> bool:
    return account_id > 0 and member is not None and rules.can_see_scores(member)


def _may_hear_accounts(member: Member | None, nothing: int) -> bool:
    return nothing == 0 and member is not None and rules.can_see_scores(member)


HEALTH = Room(
    name="health",
    channels=(ChannelKind("account", _may_hear_account), ChannelKind("accounts", _may_hear_accounts)),
)
