"""Texts for kinds, segments, stages and roles; and what others see of a company: its name, or only trade and size."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from community.accounts import rules
from models.accounts import Account, AccountKind, Member, Segment, StaffRole, Stage
from models.joining import TermsKind

KINDS: dict[str, LazyString] = {
    AccountKind.CUSTOMER: _l("契約企業"),
    AccountKind.PROSPECT: _l("検討中の企業"),
    AccountKind.PARTNER: _l("パートナー"),
    AccountKind.VENDOR: _l("運営会社"),
}
SEGMENTS: dict[str, LazyString] = {
    Segment.HIGH: _l("ハイタッチ"),
    Segment.MID: _l("ミッドタッチ"),
    Segment.DIGITAL: _l("デジタルタッチ"),
}
STAGES: dict[str, LazyString] = {
    Stage.PROSPECT: _l("検討中"),
    Stage.ONBOARDING: _l("立ち上げ期"),
    Stage.ADOPTION: _l("定着期"),
    Stage.RENEWAL: _l("更新期"),
    Stage.ADVOCATE: _l("推奨期"),
}
ROLES: dict[str, LazyString] = {
    StaffRole.MODERATOR: _l("モデレーター"),
    StaffRole.COMMUNITY_MANAGER: _l("コミュニティマネージャー"),
    StaffRole.CS: _l("カスタマーサクセス"),
    StaffRole.ADMINISTRATOR: _l("システム管理者"),
}
TERMS: dict[str, LazyString] = {
    TermsKind.TERMS: _l("利用規約"),
    TermsKind.PRIVACY: _l("プライバシーポリシー"),
}

# The classes of 経済センサス (economic census) with the small ones put together: too coarse to tell who it is.
SIZE_BANDS = (50, 100, 300, 1000)


def size_band(employees: int | None) -> str:
    """Return the band of a number of employees, as 「100〜299名」; empty if it is unknown."""
    if employees is None:
        return ""
    lower = max((bound for bound in SIZE_BANDS if bound <= employees), default=1)
    upper = next((bound for bound in SIZE_BANDS if bound > employees), None)
    if upper is None:
        return _("%(lower)s名以上", lower=f"{lower:,}")
    return _("%(lower)d〜%(upper)d名", lower=lower, upper=upper - 1)


def company_label(account: Account | None) -> str:
    """Return trade and size of a company, which everybody may know, as 「製造業・300〜999名」; empty for None."""
    if account is None:
        return ""
    known = [part for part in (account.industry, size_band(account.employees)) if part]
    return "・".join(known)


def company_shown(account: Account | None, seen_by: Member | None) -> str:
    """Return the company's name if the viewer may know it, else its label of trade and size; empty for None."""
    if account is not None and rules.can_see_company_name(seen_by, account):
        return account.name
    return company_label(account)


def role_name(member: Member) -> str:
    """Return the name of the person's staff role, to stand beside their own; empty without a role."""
    role = rules.role_of(member)
    return str(ROLES[role]) if role else ""


def names_of(account: Account | None) -> tuple[str, ...]:
    """Return the name and the reading of a company; an empty tuple for None."""
    return (account.name, account.reading or "") if account is not None else ()
