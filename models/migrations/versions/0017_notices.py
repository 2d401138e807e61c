"""Notices: notifications of what is no act of the ledger's; what is known of a notification's mail is of either source

And since when there are the kinds of notifications that acts bring.
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = models.base.UTCDateTime(timezone=True)
# What is known of a mail, whichever its source.
KEPT = "member_id, signal_id, kind, at, due_at, in_digest, mail_id, obstacle"
# The kinds that there were; the ledger was read for them from its start.
KINDS = ("accepted", "mention", "reply", "solved")


def upgrade() -> None:
    _add_kind_periods()
    op.create_table(
        "notice",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("thing_kind", sa.String(length=24), nullable=False),
        sa.Column("thing_id", ID, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("read_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["member.id"], name=op.f("fk_notice_by_id_member")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_notice_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("kind", "key", "member_id", name=op.f("uq_notice_kind_key_member_id")),
    )
    op.create_index("ix_notice_member_id_due_at", "notice", ["member_id", "due_at"])
    unread = sa.text("read_at IS NULL")
    op.create_index("ix_notice_unread", "notice", ["member_id"], sqlite_where=unread, postgresql_where=unread)
    op.create_table(
        "notification_mail",
        sa.Column("id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("signal_id", ID, nullable=True),
        sa.Column("notice_id", ID, nullable=True),
        *_what_is_known(),
        sa.CheckConstraint(
            "(signal_id IS NULL) <> (notice_id IS NULL)", name=op.f("ck_notification_mail_one_source")
        ),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_notification_mail_mail_id_mail")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_notification_mail_member_id_member")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notification_mail_notice_id_notice")),
        sa.ForeignKeyConstraint(["signal_id"], ["signal.id"], name=op.f("fk_notification_mail_signal_id_signal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_mail")),
        sa.UniqueConstraint("notice_id", name=op.f("uq_notification_mail_notice_id")),
        sa.UniqueConstraint("signal_id", "member_id", name=op.f("uq_notification_mail_signal_id_member_id")),
    )
    # An act that was recorded anew for another company had a row for each record: the one that was mailed is kept, else
    # the one that waits. The order is that of the acts.
    rest = KEPT.removeprefix("member_id, signal_id, ")
    op.execute(
        f"INSERT INTO notification_mail ({KEPT}) SELECT member_id, first_id, {rest} FROM ("
        " SELECT mail_notice.*, COALESCE(signal.moved_from_id, signal.id) AS first_id, ROW_NUMBER() OVER ("
        "  PARTITION BY mail_notice.member_id, COALESCE(signal.moved_from_id, signal.id) ORDER BY"
        "  CASE WHEN mail_notice.mail_id IS NOT NULL THEN 0 WHEN mail_notice.due_at IS NOT NULL THEN 1 ELSE 2 END,"
        "  signal.id) AS place"
        " FROM mail_notice JOIN signal ON signal.id = mail_notice.signal_id"
        ") AS found WHERE place = 1 ORDER BY first_id, member_id"
    )
    op.drop_table("mail_notice")
    op.create_index("ix_notification_mail_due_at", "notification_mail", ["due_at"])
    op.create_index("ix_notification_mail_mail_id", "notification_mail", ["mail_id"])


def downgrade() -> None:
    """What is known of notices' mails is lost: the state before has no place for it."""
    op.create_table(
        "mail_notice",
        sa.Column("member_id", ID, nullable=False),
        sa.Column("signal_id", ID, nullable=False),
        *_what_is_known(),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_mail_notice_mail_id_mail")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_mail_notice_member_id_member")),
        sa.ForeignKeyConstraint(["signal_id"], ["signal.id"], name=op.f("fk_mail_notice_signal_id_signal")),
        sa.PrimaryKeyConstraint("member_id", "signal_id", name=op.f("pk_mail_notice")),
    )
    op.execute(
        f"INSERT INTO mail_notice ({KEPT}) SELECT {KEPT} FROM notification_mail WHERE signal_id IS NOT NULL"
    )
    op.drop_table("notification_mail")
    op.drop_table("notice")
    op.drop_table("notification_kind_period")
    op.create_index("ix_mail_notice_due_at", "mail_notice", ["due_at"])
    op.create_index("ix_mail_notice_mail_id", "mail_notice", ["mail_id"])
    op.create_index("ix_mail_notice_signal_id", "mail_notice", ["signal_id"])


def _add_kind_periods() -> None:
    periods = op.create_table(
        "notification_kind_period",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("after_seq", sa.BigInteger(), nullable=False),
        sa.Column("until_seq", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_kind_period")),
    )
    is_open = sa.text("until_seq IS NULL")
    op.create_index(
        "uq_notification_kind_period_open",
        "notification_kind_period",
        ["kind"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.bulk_insert(periods, [{"kind": kind, "after_seq": 0} for kind in KINDS])


def _what_is_known() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("in_digest", sa.Boolean(), nullable=False),
        sa.Column("mail_id", ID, nullable=True),
        sa.Column("obstacle", sa.String(length=16), nullable=False),
    )
