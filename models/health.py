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
    active_members: Mapped[int] = mapped_column(default=0)  # members of today who acted in the last 90 days
    members: Mapped[int] = mapped_column(default=0, server_default="0")
    band: Mapped[str] = mapped_column(sa.String(16), default="unjudged", server_default="unjudged")
    band_reason: Mapped[str | None] = mapped_column(sa.String(24))  # why the band is not the score's own (rule 11)
    # What the score owes to people who have left, 0 to 1, and the score without their acts (rule 10).
    leavers_share: Mapped[float] = mapped_column(default=0.0, server_default="0")
    behavior_of_present: Mapped[float | None]
    falling: Mapped[bool] = mapped_column(default=False)  # rule 7: fell by 20 in 30 days
    silent: Mapped[bool] = mapped_column(default=False)  # rule 13
    # Working days since the last own act, and the longest pause of the year before it: known while silent.
    silent_days: Mapped[int | None]
    longest_pause: Mapped[int | None]
    # The same without those only who have left the family too: who went to a company of it has not.
    lost_share: Mapped[float] = mapped_column(default=0.0, server_default="0")
    behavior_without_lost: Mapped[float | None]
    # Since when those have left who carried the score (rule 10), those whom no note is about, and everybody (rule 9).
    left_since: Mapped[date | None]
    left_unnoted_since: Mapped[date | None]
    empty_since: Mapped[date | None]
    empty_unnoted_since: Mapped[date | None]  # the same unless a note is about it
    # The last records of memberships and of companies that were known (models/records.py): newer ones make it stale.
    memberships_to: Mapped[int] = mapped_column(BigId, default=0, server_default="0")
    accounts_to: Mapped[int] = mapped_column(BigId, default=0, server_default="0")
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
    # Which rules beyond the policy's numbers it was taken under: 1 knows nothing of what follows.
    rules_version: Mapped[int] = mapped_column(default=1, server_default="1")
    # The last records of memberships and of companies that were known (models/records.py).
    memberships_to: Mapped[int | None] = mapped_column(BigId)
    accounts_to: Mapped[int | None] = mapped_column(BigId)
    band: Mapped[str | None] = mapped_column(sa.String(16))
    band_reason: Mapped[str | None] = mapped_column(sa.String(24))
    members: Mapped[int | None]
    active_members: Mapped[int | None]
    leavers_share: Mapped[float | None]
    behavior_of_present: Mapped[float | None]
    left_since: Mapped[date | None]
    alarms: Mapped[str | None] = mapped_column(sa.String(64))  # `Alarm` values, sorted, with commas
    taken_at: Mapped[datetime] = mapped_column(default=now)


class AlarmNote(Base):
    """That somebody has seen to an alarm, and what they found.

    With it an alarm about a company without members (EMPTY) rings no more until somebody has come and left again; one
    about members who left (LEFT) rings no more for the departures of `leavers`, which notes on both alarms have.
    """

    __tablename__ = "alarm_note"

    id: Mapped[pk]
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    alarm: Mapped[str] = mapped_column(sa.String(16))
    since: Mapped[date]
    leavers: Mapped[str] = mapped_column(sa.Text, default="", server_default="")  # "63:2026-08-04 70:2026-08-11"
    note: Mapped[str] = mapped_column(sa.Text)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    at: Mapped[datetime] = mapped_column(default=now)
