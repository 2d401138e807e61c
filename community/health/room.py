"""What the scores hand over on this floor: channels by which open pages hear of new figures, and words of the log."""

from flask_babel import lazy_gettext as _l

from community.accounts import rules
from community.room import AuditWords, ChannelKind, Room
from models.accounts import Member


def _may_hear_account(member: Member | None, account_id: int) -> bool:
    return account_id > 0 and member is not None and rules.can_see_scores(member)


def _may_hear_accounts(member: Member | None, nothing: int) -> bool:
    return nothing == 0 and member is not None and rules.can_see_scores(member)


HEALTH = Room(
    name="health",
    channels=(ChannelKind("account", _may_hear_account), ChannelKind("accounts", _may_hear_accounts)),
    audit_words=AuditWords(
        actions={"health.publish_policy": _l("行動力の計算のしかたを公開した")},
        subjects={"policy": _l("行動力の計算のしかた")},
    ),
)
