"""The ledger: one row for every engagement act, never changed, never deleted."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, BigId, now, pk


class SignalKind(StrEnum):
    """What a person did.

    Weights live in the policy; kinds without weight are kept because projections other than health (badges, analytics)
    count them. Log-ins and page views are no signals: they belong to utilization.
    """

    STORY_PUBLISHED = "story_published"
    MEETUP_ORGANISED = "meetup_organised"
    TALK_GIVEN = "talk_given"
    REFERENCE_DONE = "reference_done"
    ANSWER_ACCEPTED = "answer_accepted"  # by someone of another company
    MEETUP_ATTENDED = "meetup_attended"
    SEMINAR_ATTENDED = "seminar_attended"
    STORY_SUBMITTED = "story_submitted"
    AWARD_ENTERED = "award_entered"
    TOPIC_OPENED = "topic_opened"
    REPLY_POSTED = "reply_posted"
    SUPPORT_ASKED = "support_asked"
    REGISTERED_NOT_COME = "registered_not_come"
    MAIL_CLICKED = "mail_clicked"
    BALLOT_CAST = "ballot_cast"
    REACTION_RECEIVED = "reaction_received"  # from another company
    # without weight
    ANSWER_ACCEPTED_INSIDE = "answer_accepted_inside"
    REACTION_RECEIVED_INSIDE = "reaction_received_inside"
    STORY_QUOTED = "story_quoted"
    ENTRY_ADVANCED = "entry_advanced"
    ENTRY_WON = "entry_won"
    MAIL_OPENED = "mail_opened"


class SignalCause(StrEnum):
    """Why a signal was written."""

    ACT = "act"
    WITHDRAWN = "withdrawn"  # the person or the room took the act back (or gave it back)
    MODERATION = "moderation"  # content removed or restored
    MOVED = "moved"  # a back-dated change of company


class Signal(Base):
    """One engagement act, or the reversal of one (シグナル).

    An act has `root_id` NULL. A reversal names what it reverses (`reverses_id`, unique: an act and each reversal can be
    reversed once, so reversals form a chain) and the act at the root of that chain. An act counts when an even number
    of reversals hang on it.

    Only opaque ids, no personal data. `day` is the day of the act in the community's time zone; `account_id` the
    company the person belonged to on that day (NULL for staff and for people without a company).
    """

    __tablename__ = "signal"
    __table_args__ = (
        sa.UniqueConstraint("reverses_id"),
        sa.UniqueConstraint("source", "source_key"),
        sa.Index("ix_signal_account_id_day", "account_id", "day"),
        sa.Index("ix_signal_member_id_day", "member_id", "day"),
        sa.Index("ix_signal_subject", "subject_kind", "subject_id"),
        sa.Index("ix_signal_parent", "parent_kind", "parent_id"),
        # Of reversals only: with a full index, SQLite would read all acts for a query of those without a root.
        sa.Index(
            "ix_signal_root_id",
            "root_id",
            sqlite_where=sa.text("root_id IS NOT NULL"),
            postgresql_where=sa.text("root_id IS NOT NULL"),
        ),
        sa.Index(
            "ix_signal_moved_from_id",
            "moved_from_id",
            sqlite_where=sa.text("moved_from_id IS NOT NULL"),
            postgresql_where=sa.text("moved_from_id IS NOT NULL"),
        ),
        sa.CheckConstraint("(reverses_id IS NULL) = (root_id IS NULL)", name="reversal_has_root"),
    )

    id: Mapped[pk]
    kind: Mapped[SignalKind] = mapped_column(sa.String(32))
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    day: Mapped[date]
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(default=now)
    subject_kind: Mapped[str] = mapped_column(sa.String(24))  # what was done: "post", "topic", "seminar" …
    subject_id: Mapped[int] = mapped_column(BigId)
    parent_kind: Mapped[str | None] = mapped_column(sa.String(24))  # where: a post's topic
    parent_id: Mapped[int | None] = mapped_column(BigId)
    by_id: Mapped[int | None] = mapped_column(BigId)  # the other person: who accepted, who reacted
    cause: Mapped[SignalCause] = mapped_column(sa.String(16), default=SignalCause.ACT)
    reverses_id: Mapped[int | None] = mapped_column(sa.ForeignKey("signal.id"))
    root_id: Mapped[int | None] = mapped_column(sa.ForeignKey("signal.id"))
    # Of a reassigned act: the id under which it was first recorded, however often it has been reassigned since.
    moved_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("signal.id"))
    source: Mapped[str] = mapped_column(sa.String(32), default="community")
    # The id of an import's own key (`SourceKey`), so that a second run adds nothing.
    source_key: Mapped[str | None] = mapped_column(sa.String(120))


class SourceKey(Base):
    """The key that a source has for an act.

    It may contain an address or a name, so the ledger holds its id, and it can be erased.

    One row for each source and key: what is erased for one source's act must stay known for another's.
    """

    __tablename__ = "source_key"
    __table_args__ = (sa.UniqueConstraint("source", "key"),)

    id: Mapped[pk]
    source: Mapped[str] = mapped_column(sa.String(32))
    key: Mapped[str | None] = mapped_column(sa.String(254))  # None: erased


class PendingSignal(Base):
    """A signal that has no sequence number yet; written with the signal, deleted when it has one."""

    __tablename__ = "pending_signal"

    signal_id: Mapped[int] = mapped_column(sa.ForeignKey("signal.id"), primary_key=True)


class SignalSequence(Base):
    """The one order of all signals, gapless from 1, the same on both databases. Written by `community/projections`."""

    __tablename__ = "signal_sequence"

    seq: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    signal_id: Mapped[int] = mapped_column(sa.ForeignKey("signal.id"), unique=True)
