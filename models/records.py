"""What was known when about memberships, licences and parents: append-only records of rows that change in place.

A score of a past day must be computable again from what was known when it was taken. Who writes them:
`community/accounts/records.py`.
"""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, BigId, pk


class MembershipRecord(Base):
    """A membership as it was written: the newest record of a `membership_id` holds.

    `place`: the ledger's last sequence number at that moment.
    """

    __tablename__ = "membership_record"
    __table_args__ = (
        sa.Index("ix_membership_record_account_id", "account_id"),
        sa.Index("ix_membership_record_member_id", "member_id"),
    )

    id: Mapped[pk]
    place: Mapped[int] = mapped_column(BigId)
    # No foreign key: a membership that never covered a day is deleted, and its records stay.
    membership_id: Mapped[int] = mapped_column(BigId)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    from_day: Mapped[date]
    until_day: Mapped[date | None]
    is_deleted: Mapped[bool] = mapped_column(default=False)


class AccountRecord(Base):
    """A company's licences and parent as they were written: the newest record of an account holds."""

    __tablename__ = "account_record"
    __table_args__ = (sa.Index("ix_account_record_account_id_id", "account_id", "id"),)

    id: Mapped[pk]
    place: Mapped[int] = mapped_column(BigId)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    licences: Mapped[int | None]
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
