"""Companies and people, and who belongs to which company when."""

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from .address_keys import address_key
from .base import Base, now, pk, today


class AccountKind(StrEnum):
    """What a company is to the vendor."""

    CUSTOMER = "customer"
    PROSPECT = "prospect"
    PARTNER = "partner"
    VENDOR = "vendor"


class Segment(StrEnum):
    """How closely the vendor's customer success looks after the company."""

    HIGH = "high"
    MID = "mid"
    DIGITAL = "digital"


class Stage(StrEnum):
    """The company's stage in its life with the product."""

    PROSPECT = "prospect"
    ONBOARDING = "onboarding"
    ADOPTION = "adoption"
    RENEWAL = "renewal"
    ADVOCATE = "advocate"


class StaffRole(StrEnum):
    """What a member may do beyond a member's rights. A moderator may be a customer; all others are the vendor's."""

    MODERATOR = "moderator"
    COMMUNITY_MANAGER = "community_manager"
    CS = "cs"
    ADMINISTRATOR = "administrator"


def _one_of(column: str, values: type[StrEnum]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{v.value}'" for v in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


class Account(Base):
    """A company (契約企業): a customer, prospect, partner or the vendor itself; never a login."""

    __tablename__ = "account"
    __table_args__ = (_one_of("kind", AccountKind), sa.Index("ix_account_parent_id", "parent_id"))

    id: Mapped[pk]
    name: Mapped[str] = mapped_column(sa.String(200), unique=True)
    reading: Mapped[str] = mapped_column(sa.String(200), default="")
    kind: Mapped[AccountKind] = mapped_column(sa.String(16), default=AccountKind.CUSTOMER)
    plan: Mapped[str] = mapped_column(sa.String(64), default="")
    licences: Mapped[int | None]
    prefecture: Mapped[int | None] = mapped_column(sa.SmallInteger)  # JIS X 0401, 1 北海道 … 47 沖縄県
    industry: Mapped[str] = mapped_column(sa.String(64), default="")
    employees: Mapped[int | None]
    csm_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("member.id", use_alter=True, name="fk_account_csm_id_member")
    )
    renews_on: Mapped[date | None]
    contract_ended_on: Mapped[date | None]
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    # Whether other companies' members see the name, and not only industry and size.
    is_name_shown: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    created_at: Mapped[datetime] = mapped_column(default=now)

    csm: Mapped["Member | None"] = relationship(foreign_keys=[csm_id], lazy="raise")
    phases: Mapped[list["AccountPhase"]] = relationship(
        back_populates="account", order_by="AccountPhase.from_day", lazy="raise"
    )
    mail_domains: Mapped[list["MailDomain"]] = relationship(back_populates="account", lazy="raise")


class AccountPhase(Base):
    """Segment and lifecycle stage of a company from a day on, until its next phase begins."""

    __tablename__ = "account_phase"
    __table_args__ = (
        sa.UniqueConstraint("account_id", "from_day"),
        _one_of("segment", Segment),
        _one_of("stage", Stage),
    )

    id: Mapped[pk]
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    from_day: Mapped[date]
    segment: Mapped[Segment] = mapped_column(sa.String(16))
    stage: Mapped[Stage] = mapped_column(sa.String(16))

    account: Mapped[Account] = relationship(back_populates="phases", lazy="raise")


class MailDomain(Base):
    """A mail domain whose addresses belong to one company."""

    __tablename__ = "mail_domain"

    domain: Mapped[str] = mapped_column(sa.String(253), primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)

    account: Mapped[Account] = relationship(back_populates="mail_domains", lazy="raise")


def full_name(family_name: str, given_name: str) -> str:
    """Return the name in Japanese order: family name first."""
    return f"{family_name} {given_name}".strip()


def _key_of_new_row(context: DefaultExecutionContext) -> str:
    """Return the key of a row that is inserted without `Member`."""
    return address_key(context.get_current_parameters()["email"])


class Member(Base):
    """A person with a login (メンバー). Belongs to one company at a time, by a dated `Membership`.

    `session_version` is part of every session and remember-me cookie: raising it signs the person out everywhere.
    """

    __tablename__ = "member"
    __table_args__ = (
        _one_of("staff_role", StaffRole),
        sa.Index(
            "uq_member_address_key",
            "address_key",
            unique=True,
            sqlite_where=sa.text("NOT is_second_account AND address_key <> ''"),
            postgresql_where=sa.text("NOT is_second_account AND address_key <> ''"),
        ),
    )

    id: Mapped[pk]
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)  # lower case
    # What all addresses of one person have in common; written with `email`.
    address_key: Mapped[str] = mapped_column(sa.Text, index=True, default=_key_of_new_row)
    # CS let the person in, though another member has the same key.
    is_second_account: Mapped[bool] = mapped_column(default=False)
    handle: Mapped[str] = mapped_column(sa.String(32), unique=True)  # ASCII, for mentions and addresses
    family_name: Mapped[str] = mapped_column(sa.String(64))
    given_name: Mapped[str] = mapped_column(sa.String(64), default="")
    family_reading: Mapped[str] = mapped_column(sa.String(64), default="")
    given_reading: Mapped[str] = mapped_column(sa.String(64), default="")
    headline: Mapped[str] = mapped_column(sa.String(120), default="")  # department, title
    bio: Mapped[str] = mapped_column(sa.Text, default="")
    password_hash: Mapped[str | None] = mapped_column(sa.String(255))
    staff_role: Mapped[StaffRole | None] = mapped_column(sa.String(24))
    # The day on which the member leaves the vendor: from then on the role has no effect. None: they stay.
    role_until: Mapped[date | None]
    session_version: Mapped[int] = mapped_column(default=1)
    locale: Mapped[str] = mapped_column(sa.String(8), default="ja")
    time_zone: Mapped[str] = mapped_column(sa.String(64), default="Asia/Tokyo")
    totp_secret: Mapped[str | None] = mapped_column(sa.String(255))  # encrypted: community/encryption.py
    totp_salt: Mapped[str | None] = mapped_column(sa.String(43))  # of an older version: the secret followed from it
    totp_since: Mapped[datetime | None]  # from then on every sign-in needs a code
    totp_last_step: Mapped[int | None]  # of the last accepted code, since none is accepted twice
    # Whether a sign-in on a new device is mailed. None: not chosen, so the default applies.
    wants_device_mail: Mapped[bool | None]
    suspended_until: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]  # the visit before this one, for "since you were last here"
    visited_at: Mapped[datetime | None]  # when this visit began
    erased_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="member", order_by="Membership.from_day", lazy="raise"
    )
    # Today's membership; loaded with the member, since every rule needs it. A planned one takes effect by
    # itself: the day is computed whenever a query runs.
    membership: Mapped["Membership | None"] = relationship(
        primaryjoin=lambda: sa.and_(Member.id == Membership.member_id, covers_today()),
        viewonly=True,
        lazy="joined",
        uselist=False,
    )

    @validates("email")
    def _keep_key(self, name: str, email: str) -> str:
        del name
        self.address_key = address_key(email)
        return email

    @property
    def display_name(self) -> str:
        """The name that others see."""
        return full_name(self.family_name, self.given_name)

    @property
    def account(self) -> Account | None:
        """The company that the member belongs to today."""
        membership = self.membership
        return membership.account if membership else None

    # --- what Flask-Login asks of a user; a suspended person is refused by a rule, not here
    is_authenticated = True
    is_active = True
    is_anonymous = False

    # The key of the `SignIn` by which this request's browser is signed in.
    sign_in_key = ""

    def get_id(self) -> str:
        """Return id, session version and sign-in: a raised version ends all older sessions, a deleted sign-in one."""
        return f"{self.id}.{self.session_version}.{self.sign_in_key}"


class Membership(Base):
    """A member's time at a company: from a day, until a day that no longer belongs to it (None: open-ended)."""

    __tablename__ = "membership"
    __table_args__ = (
        sa.CheckConstraint("until_day IS NULL OR until_day > from_day", name="days_in_order"),
        sa.Index(
            "uq_membership_open",
            "member_id",
            unique=True,
            sqlite_where=sa.text("until_day IS NULL"),
            postgresql_where=sa.text("until_day IS NULL"),
        ),
        sa.UniqueConstraint("member_id", "from_day"),
    )

    id: Mapped[pk]
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    from_day: Mapped[date]
    until_day: Mapped[date | None]
    is_company_admin: Mapped[bool] = mapped_column(default=False)

    member: Mapped[Member] = relationship(back_populates="memberships", lazy="raise")
    account: Mapped[Account] = relationship(lazy="joined")


def covers(day: date | sa.BindParameter[date]) -> sa.ColumnElement[bool]:
    """Return the condition that the day lies within the membership; of one member, it holds for at most one."""
    return sa.and_(Membership.from_day <= day, sa.or_(Membership.until_day.is_(None), Membership.until_day > day))


def covers_today() -> sa.ColumnElement[bool]:
    """Return the condition that today lies within the membership, today being the day on which the query runs."""
    return covers(sa.bindparam("today", callable_=today, type_=sa.Date(), unique=True))


def holds_role(roles: Collection[StaffRole]) -> sa.ColumnElement[bool]:
    """Return the condition that a member has one of these roles on the day on which the query runs; NULL is no role."""
    day = sa.bindparam("today", callable_=today, type_=sa.Date(), unique=True)
    return sa.and_(Member.staff_role.in_(roles), sa.or_(Member.role_until.is_(None), Member.role_until > day))


class Invitation(Base):
    """A personal invitation by mail. Only the token's SHA-256 is stored, so a copy of the database is of no use."""

    __tablename__ = "invitation"

    id: Mapped[pk]
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    email: Mapped[str] = mapped_column(sa.String(254), index=True)
    # The name in an uploaded list: the form is filled with it, and the invited person may change it.
    family_name: Mapped[str] = mapped_column(sa.String(64), default="", server_default="")
    given_name: Mapped[str] = mapped_column(sa.String(64), default="", server_default="")
    # Why a person may join by it whose address is another member's but for a tag or the like; "": they may not.
    second_account_reason: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    is_company_admin: Mapped[bool] = mapped_column(default=False)
    invited_by_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(lazy="joined")
    invited_by: Mapped[Member] = relationship(lazy="joined")
