"""Append-only tables are guarded by the database itself

SQLite's batch mode copies a table and drops the old one, and its triggers silently with it: a migration that alters
one of these tables must create its guards again. `tests/models/test_append_only.py` looks.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

GUARDED = ("signal", "signal_sequence", "policy", "audit_entry")
# The two pairs of tables that point at each other: SQLite takes both keys with the tables, PostgreSQL afterwards.
LATE_KEYS = (
    ("fk_account_csm_id_member", "account", "member", "csm_id"),
    ("fk_topic_accepted_post_id_post", "topic", "post", "accepted_post_id"),
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in GUARDED:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    for name, table, target, column in LATE_KEYS:
        op.create_foreign_key(name, table, target, [column], ["id"])
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in GUARDED:
        for verb in ("UPDATE", "DELETE", "TRUNCATE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )


def downgrade() -> None:
    verbs = ("update", "delete")
    if op.get_bind().dialect.name == "sqlite":
        for table in GUARDED:
            for verb in verbs:
                op.execute(f"DROP TRIGGER {table}_no_{verb}")
        return
    op.execute("DROP FUNCTION refuse_change() CASCADE")
    for name, table, _, _ in LATE_KEYS:
        op.drop_constraint(name, table, type_="foreignkey")
