"""Whom a note on an alarm is about; what those hold who left a company's family

A note was about a day: whoever was found later to have left on that day, or before it, rang no more. Notes that are
there already are about those who were known to have left by their day. They keep the day of leaving as well, by which
a departure after a new period with the company is told from a correction of the one that was noted.
"""

from collections import defaultdict

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

note = sa.table(
    "alarm_note",
    sa.column("id", sa.BigInteger),
    sa.column("account_id", sa.BigInteger),
    sa.column("alarm", sa.String),
    sa.column("since", sa.Date),
    sa.column("leavers", sa.Text),
)
record = sa.table(
    "membership_record",
    sa.column("member_id", sa.BigInteger),
    sa.column("account_id", sa.BigInteger),
    sa.column("until_day", sa.Date),
    sa.column("is_deleted", sa.Boolean),
)
score = sa.table(
    "account_score",
    sa.column("account_id", sa.BigInteger),
    sa.column("left_since", sa.Date),
    sa.column("left_unnoted_since", sa.Date),
    sa.column("empty_since", sa.Date),
    sa.column("empty_unnoted_since", sa.Date),
    sa.column("leavers_share", sa.Double),
    sa.column("lost_share", sa.Double),
    sa.column("behavior_of_present", sa.Double),
    sa.column("behavior_without_lost", sa.Double),
)


def upgrade() -> None:
    op.add_column("account_score", sa.Column("lost_share", sa.Double(), server_default="0", nullable=False))
    op.add_column("account_score", sa.Column("behavior_without_lost", sa.Double(), nullable=True))
    op.add_column("account_score", sa.Column("left_unnoted_since", sa.Date(), nullable=True))
    op.add_column("account_score", sa.Column("empty_unnoted_since", sa.Date(), nullable=True))
    # Nothing points to this table, so that SQLite may copy it.
    with op.batch_alter_table("alarm_note") as changed:
        changed.add_column(sa.Column("leavers", sa.Text(), server_default="", nullable=False))
        changed.drop_constraint("uq_alarm_note_account_id_alarm_since", type_="unique")
        changed.create_index("ix_alarm_note_account_id", ["account_id"])
    # The newest record of a company is asked for by company.
    op.drop_index("ix_account_record_account_id", table_name="account_record")
    op.create_index("ix_account_record_account_id_id", "account_record", ["account_id", "id"])
    _say_whom_notes_are_about()
    # Until the next scores, which a start of the workers does not wait for: as the rules were before.
    left_noted, empty_noted = (
        sa.exists().where(note.c.account_id == score.c.account_id, note.c.alarm == alarm, note.c.since == since)
        for alarm, since in (("left", score.c.left_since), ("empty", score.c.empty_since))
    )
    op.execute(
        sa.update(score).values(
            lost_share=score.c.leavers_share,
            behavior_without_lost=score.c.behavior_of_present,
            left_unnoted_since=sa.case((sa.not_(left_noted), score.c.left_since)),
            empty_unnoted_since=sa.case((sa.not_(empty_noted), score.c.empty_since)),
        )
    )


def _say_whom_notes_are_about() -> None:
    connection = op.get_bind()
    # Who went on from a company of the family has left it on that day: the last day of all that they ended is no
    # earlier, and nobody comes back before it.
    ended = record.alias()
    left = (
        sa.select(note.c.id, record.c.member_id, sa.func.max(ended.c.until_day))
        .join(record, sa.and_(record.c.account_id == note.c.account_id, record.c.until_day <= note.c.since))
        .join(ended, sa.and_(ended.c.member_id == record.c.member_id, ended.c.until_day <= note.c.since))
        .where(record.c.is_deleted.is_(False), ended.c.is_deleted.is_(False))
        .group_by(note.c.id, record.c.member_id)
    )
    about: defaultdict[int, list[str]] = defaultdict(list)
    for note_id, member_id, left_on in connection.execute(left.order_by(note.c.id, record.c.member_id)):
        about[note_id].append(f"{member_id}:{left_on.isoformat()}")
    for note_id, members in about.items():
        connection.execute(sa.update(note).where(note.c.id == note_id).values(leavers=" ".join(members)))


def downgrade() -> None:
    op.drop_index("ix_account_record_account_id_id", table_name="account_record")
    op.create_index("ix_account_record_account_id", "account_record", ["account_id"])
    # One note a day, as the former release can keep: of several, the first.
    first = sa.select(sa.func.min(note.c.id)).group_by(note.c.account_id, note.c.alarm, note.c.since)
    op.execute(sa.delete(note).where(note.c.id.not_in(first)))
    with op.batch_alter_table("alarm_note") as changed:
        changed.drop_index("ix_alarm_note_account_id")
        changed.create_unique_constraint("uq_alarm_note_account_id_alarm_since", ["account_id", "alarm", "since"])
        changed.drop_column("leavers")
    for name in ("empty_unnoted_since", "left_unnoted_since", "behavior_without_lost", "lost_share"):
        op.drop_column("account_score", name)
