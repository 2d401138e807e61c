"""State of the projections: which process runs them, how far each one is, which signals are stuck."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, BigId, now


class ProjectionLease(Base):
    """One row: which process runs the projections, and until when. Every processing transaction locks it first."""

    __tablename__ = "projection_lease"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    holder: Mapped[str] = mapped_column(sa.String(64), default="")
    until: Mapped[datetime]


class Projection(Base):
    """Rows derived from the ledger, and the sequence number up to which they are derived."""

    __tablename__ = "projection"

    name: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    position: Mapped[int] = mapped_column(BigId, default=0)
    # The highest version of the rows deleted by the last rebuild: new versions are higher.
    version_floor: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")


class StuckSignal(Base):
    """A signal that a projector could not process; shown to staff, tried again with growing pauses."""

    __tablename__ = "stuck_signal"

    projection: Mapped[str] = mapped_column(sa.ForeignKey("projection.name"), primary_key=True)
    seq: Mapped[int] = mapped_column(sa.ForeignKey("signal_sequence.seq"), primary_key=True)
    error: Mapped[str] = mapped_column(sa.Text)
    tries: Mapped[int] = mapped_column(default=1)
    since: Mapped[datetime] = mapped_column(default=now)
    next_try: Mapped[datetime] = mapped_column(index=True)
