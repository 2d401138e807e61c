"""The behavior axis: policies, daily counts, present scores, and the snapshot of every past day."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, BigId, now, pk


class Policy(Base):
    """An immutable version of the rules that turn acts into the behavior axis (スコアポリシー).

    In force from `from_day` until the next version's. `document` is canonical JSON, `sha256` its hash.
    """

    __tablename__ = "policy"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    from_day: Mapped[date] = mapped_column(unique=True)
    document: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str] = mapped_column(sa.String(64), unique=True)
    # Neither read nor written: a reason may name somebody, and stands in the audit log. The next release drops it.
    old_reason: Mapped[str] = mapped_column("reason", sa.Text, server_default="")
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))
    published_at: Mapped[datetime] = mapped_column(default=now)


class DailyCount(Base):
    """Distinct objects of one member's effective acts of one kind on one day, unclipped. Written by the projection."""

    __tablename__ = "daily_count"
    __table_args__ = (sa.CheckConstraint("n > 0", name="n_positive"),)

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    n: Mapped[int]


class AccountScore(Base):
    """An account's present behavior axis, read by lists. `behavior` NULL: no reading (判定不能), which is not 0."""

    __tablename__ = "account_score"

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    day: Mapped[date]
    read_to: Mapped[int] = mapped_column(BigId)
    policy_version: Mapped[int] = mapped_column(sa.ForeignKey("policy.version"))
    behavior: Mapped[float | None]
    momentum: Mapped[float | None]
    behavior_30: Mapped[float | None]  # thirty days before `day`, as then recorded: the list's "30 days" column
    active_members: Mapped[int] = mapped_column(default=0)  # acted in the last 90 days
    falling: Mapped[bool] = mapped_column(default=False)  # scoring.md 7: fell by 20 in 30 days
    silent: Mapped[bool] = mapped_column(default=False)  # scoring.md 7: 80 % of the active have been silent for 30 days
    version: Mapped[int] = mapped_column(BigId, default=1)  # raised on each change; rides with live pushes
    scored_at: Mapped[datetime] = mapped_column(default=now)


class AccountSnapshot(Base):
    """An account's score at the end of a day with everything needed to compute it again: never rewritten."""

    __tablename__ = "account_snapshot"
    __table_args__ = (sa.UniqueConstraint("account_id", "day"), sa.Index("ix_account_snapshot_day", "day"))

    id: Mapped[pk]
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    day: Mapped[date]
    read_to: Mapped[int] = mapped_column(BigId)
    policy_version: Mapped[int] = mapped_column(sa.ForeignKey("policy.version"))
    segment: Mapped[str] = mapped_column(sa.String(16))
    stage: Mapped[str] = mapped_column(sa.String(16))
    scale: Mapped[float]  # κ of the segment under that policy
    behavior: Mapped[float | None]
    momentum: Mapped[float | None]
    taken_at: Mapped[datetime] = mapped_column(default=now)
