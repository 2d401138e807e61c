"""Which companies compete with each other, as staff know it; no customer sees it."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, now, pk


class Competition(Base):
    """Two companies that compete from a day on, until a day that no longer belongs to it; `first_id` < `second_id`."""

    __tablename__ = "competition"
    __table_args__ = (
        sa.CheckConstraint("first_id < second_id", name="each_pair_once"),
        sa.CheckConstraint("until_day IS NULL OR until_day > from_day", name="days_in_order"),
        sa.Index(
            "uq_competition_open",
            "first_id",
            "second_id",
            unique=True,
            sqlite_where=sa.text("until_day IS NULL"),
            postgresql_where=sa.text("until_day IS NULL"),
        ),
        sa.Index("ix_competition_second_id", "second_id"),
    )

    id: Mapped[pk]
    first_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    second_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    from_day: Mapped[date]
    until_day: Mapped[date | None]
    noted_by_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    noted_at: Mapped[datetime] = mapped_column(default=now)
