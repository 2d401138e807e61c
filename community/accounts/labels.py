"""How a company is called before people of other companies: by trade and size, 「製造業・300〜999名」, not by name."""

from flask_babel import gettext as _

from community.accounts import rules
from models.accounts import Account, Member, StaffRole

# The classes of 経済センサス (economic census) with the small ones put together: too coarse to tell who it is.
SIZE_BANDS = (50, 100, 300, 1000)


def size_band(employees: int | None) -> str:
    """「100〜299名」; empty if unknown."""
    if employees is None:
        return ""
    lower = max((bound for bound in SIZE_BANDS if bound <= employees), default=1)
    upper = next((bound for bound in SIZE_BANDS if bound > employees), None)
    if upper is None:
        return _("%(lower)s名以上", lower=f"{lower:,}")
    return _("%(lower)d〜%(upper)d名", lower=lower, upper=upper - 1)


def company_label(account: Account | None) -> str:
    """Trade and size; what everybody may know of a company."""
    if account is None:
        return ""
    known = [part for part in (account.industry, size_band(account.employees)) if part]
    return "・".join(known)


def company_shown(account: Account | None, seen_by: Member | None) -> str:
    """The company's name to whoever may know it, its label to everybody else."""
    if account is not None and rules.can_see_company_name(seen_by, account):
        return account.name
    return company_label(account)


def role_name(member: Member) -> str:
    """What the person does for the community, beside their name; empty for most people."""
    roles = {
        StaffRole.MODERATOR: _("モデレーター"),
        StaffRole.COMMUNITY_MANAGER: _("コミュニティマネージャー"),
        StaffRole.CS: _("カスタマーサクセス"),
        StaffRole.ADMINISTRATOR: _("システム管理者"),
    }
    return roles[StaffRole(member.staff_role)] if member.staff_role else ""
