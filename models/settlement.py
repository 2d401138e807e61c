"""What the settler remembers: who settles, how far each reader has read, which signals are stuck."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, BigId, now


class SettlerLease(Base):
    """One row: which process settles, and until when. Every settling transaction locks it first."""

    __tablename__ = "settler_lease"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    holder: Mapped[str] = mapped_column(sa.String(64), default="")
    until: Mapped[datetime]


class Reader(Base):
    """A reader of the ledger and the place in the sequence up to which it has read."""

    __tablename__ = "reader"

    name: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    read_to: Mapped[int] = mapped_column(BigId, default=0)
    # The highest version of what it forgot when it was last rebuilt: those that follow are higher.
    version_floor: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")


class StuckSignal(Base):
    """A signal that a reader could not read; shown to staff, tried again with growing pauses."""

    __tablename__ = "stuck_signal"

    reader: Mapped[str] = mapped_column(sa.ForeignKey("reader.name"), primary_key=True)
    seq: Mapped[int] = mapped_column(sa.ForeignKey("signal_sequence.seq"), primary_key=True)
    error: Mapped[str] = mapped_column(sa.Text)
    tries: Mapped[int] = mapped_column(default=1)
    since: Mapped[datetime] = mapped_column(default=now)
    next_try: Mapped[datetime] = mapped_column(index=True)
