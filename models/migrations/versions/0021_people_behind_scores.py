"""Records of memberships, licences and parents; what snapshots say about people; notes on alarms

The records begin with what is known today, at the ledger's last sequence number. Snapshots of before are of rules 1.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = ("membership_record", "account_record")


def columns_of_score() -> list[sa.Column]:
    return [
        sa.Column("members", sa.Integer(), server_default="0", nullable=False),
        sa.Column("band", sa.String(length=16), server_default="unjudged", nullable=False),
        sa.Column("band_reason", sa.String(length=24), nullable=True),
        sa.Column("leavers_share", sa.Double(), server_default="0", nullable=False),
        sa.Column("behavior_of_present", sa.Double(), nullable=True),
        sa.Column("silent_days", sa.Integer(), nullable=True),
        sa.Column("longest_pause", sa.Integer(), nullable=True),
        sa.Column("left_since", sa.Date(), nullable=True),
        sa.Column("empty_since", sa.Date(), nullable=True),
        sa.Column("memberships_to", BIG_ID, server_default="0", nullable=False),
        sa.Column("accounts_to", BIG_ID, server_default="0", nullable=False),
    ]

def columns_of_snapshot() -> list[sa.Column]:
    return [
        sa.Column("rules_version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("memberships_to", BIG_ID, nullable=True),
        sa.Column("accounts_to", BIG_ID, nullable=True),
        sa.Column("band", sa.String(length=16), nullable=True),
        sa.Column("band_reason", sa.String(length=24), nullable=True),
        sa.Column("members", sa.Integer(), nullable=True),
        sa.Column("active_members", sa.Integer(), nullable=True),
        sa.Column("leavers_share", sa.Double(), nullable=True),
        sa.Column("behavior_of_present", sa.Double(), nullable=True),
        sa.Column("left_since", sa.Date(), nullable=True),
        sa.Column("alarms", sa.String(length=64), nullable=True),
    ]


def upgrade() -> None:
    op.create_table(
        "membership_record",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("place", BIG_ID, nullable=False),
        sa.Column("membership_id", BIG_ID, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_membership_record_member_id_member")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_membership_record_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_record")),
    )
    op.create_index("ix_membership_record_account_id", "membership_record", ["account_id"])
    op.create_index("ix_membership_record_member_id", "membership_record", ["member_id"])
    op.create_table(
        "account_record",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("place", BIG_ID, nullable=False),
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("licences", sa.Integer(), nullable=True),
        sa.Column("parent_id", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_record_account_id_account")),
        sa.ForeignKeyConstraint(["parent_id"], ["account.id"], name=op.f("fk_account_record_parent_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_record")),
    )
    op.create_index("ix_account_record_account_id", "account_record", ["account_id"])
    op.create_table(
        "alarm_note",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("alarm", sa.String(length=16), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_alarm_note_account_id_account")),
        sa.ForeignKeyConstraint(["by_id"], ["member.id"], name=op.f("fk_alarm_note_by_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_note")),
        sa.UniqueConstraint("account_id", "alarm", "since", name=op.f("uq_alarm_note_account_id_alarm_since")),
    )
    for column in columns_of_score():
        op.add_column("account_score", column)
    for column in columns_of_snapshot():
        op.add_column("account_snapshot", column)
    _record_what_is_known()
    _refuse_changes()


def _record_what_is_known() -> None:
    place = "(SELECT coalesce(max(seq), 0) FROM signal_sequence)"
    op.execute(
        "INSERT INTO membership_record"
        " (place, membership_id, member_id, account_id, from_day, until_day, is_deleted)"
        f" SELECT {place}, id, member_id, account_id, from_day, until_day, false FROM membership ORDER BY id"
    )
    op.execute(
        "INSERT INTO account_record (place, account_id, licences, parent_id)"
        f" SELECT {place}, id, licences, parent_id FROM account ORDER BY id"
    )


def _refuse_changes() -> None:
    """As 0002 does for the ledger."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE") if is_sqlite else ("UPDATE", "DELETE", "TRUNCATE"):
            refusing = (
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                if is_sqlite
                else "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
            op.execute(f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {refusing}")


def downgrade() -> None:
    for column in columns_of_snapshot():
        op.drop_column("account_snapshot", column.name)
    for column in columns_of_score():
        op.drop_column("account_score", column.name)
    for table in ("alarm_note", "account_record", "membership_record"):
        op.drop_table(table)
