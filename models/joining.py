"""Ways to join: links of companies, addresses to be proven, terms and who accepted them, the welcome."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .accounts import Account, Member
from .base import Base, now, pk


class CompanyLink(Base):
    """A link by which members of one company join, up to `max_uses` times. Only the token's SHA-256 is stored."""

    __tablename__ = "company_link"
    __table_args__ = (sa.CheckConstraint("uses >= 0 AND uses <= max_uses", name="uses_within"),)

    id: Mapped[pk]
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    own_domains_only: Mapped[bool]
    max_uses: Mapped[int]
    uses: Mapped[int] = mapped_column(default=0)
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(lazy="joined")
    made_by: Mapped[Member] = relationship(lazy="joined")


class JoinRequest(Base):
    """An address given at `/join` or behind a company's link; the mailed token proves whose it is.

    Written for every address, so that all requests take the same time. Without a company, it gives no access.
    """

    __tablename__ = "join_request"

    id: Mapped[pk]
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    email: Mapped[str] = mapped_column(sa.String(254), index=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    link_id: Mapped[int | None] = mapped_column(sa.ForeignKey("company_link.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]

    account: Mapped[Account | None] = relationship(lazy="joined")
    link: Mapped[CompanyLink | None] = relationship(lazy="joined")


class TermsKind(StrEnum):
    """The texts that members agree to; each has versions of its own."""

    TERMS = "terms"
    PRIVACY = "privacy"


class TermsVersion(Base):
    """One version of a text, in force from a day until the next version's. Never changed once it is published."""

    __tablename__ = "terms_version"
    __table_args__ = (
        sa.UniqueConstraint("kind", "number"),
        sa.CheckConstraint("kind IN ('terms', 'privacy')", name="kind_known"),
    )

    id: Mapped[pk]
    kind: Mapped[TermsKind] = mapped_column(sa.String(16))
    number: Mapped[int]
    holds_from: Mapped[date]
    must_accept: Mapped[bool]
    body_ja: Mapped[str] = mapped_column(sa.Text)
    body_en: Mapped[str] = mapped_column(sa.Text, default="")  # empty: the Japanese text is shown to everybody
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))
    published_at: Mapped[datetime] = mapped_column(default=now)


class TermsAcceptance(Base):
    """Who agreed to which version, when."""

    __tablename__ = "terms_acceptance"

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("terms_version.id"), primary_key=True)
    accepted_at: Mapped[datetime] = mapped_column(default=now)

    member: Mapped[Member] = relationship(lazy="raise")


class Welcome(Base):
    """A newcomer's welcome, until they close it or do the act that it offers."""

    __tablename__ = "welcome"

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    begun_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]
