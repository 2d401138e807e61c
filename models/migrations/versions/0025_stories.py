"""Success stories with their versions, approvals and consents; which companies compete

The consent ledger is append-only, as the ledger of acts is.
"""

import sqlalchemy as sa
from alembic import op

from models.base import BigId, UTCDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

# Story and version point at each other: SQLite takes this key with the table, PostgreSQL afterwards.
LATE_KEY = "fk_story_published_version_id_story_version"
TABLES = (
    "competition",
    "story_visit",
    "story_consent",
    "story_placement",
    "story_part_text",
    "story_approval",
    "story_version",
    "story_tagging",
    "story_step",
    "story_part",
    "story_figure",
    "story_comment",
    "story_coauthor",
    "story_approver",
    "story_filter",
    "story",
    "story_tag",
)


def upgrade() -> None:
    op.create_table('story_tag',
    sa.Column('id', BigId, nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('slug', sa.String(length=48), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('name_en', sa.String(length=60), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('archived_at', UTCDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_story_tag')),
    sa.UniqueConstraint('slug', name=op.f('uq_story_tag_slug'))
    )
    op.create_table('competition',
    sa.Column('id', BigId, nullable=False),
    sa.Column('first_id', BigId, nullable=False),
    sa.Column('second_id', BigId, nullable=False),
    sa.Column('from_day', sa.Date(), nullable=False),
    sa.Column('until_day', sa.Date(), nullable=True),
    sa.Column('noted_by_id', BigId, nullable=False),
    sa.Column('noted_at', UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('first_id < second_id', name=op.f('ck_competition_each_pair_once')),
    sa.CheckConstraint('until_day IS NULL OR until_day > from_day', name=op.f('ck_competition_days_in_order')),
    sa.ForeignKeyConstraint(['first_id'], ['account.id'], name=op.f('fk_competition_first_id_account')),
    sa.ForeignKeyConstraint(['noted_by_id'], ['member.id'], name=op.f('fk_competition_noted_by_id_member')),
    sa.ForeignKeyConstraint(['second_id'], ['account.id'], name=op.f('fk_competition_second_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_competition'))
    )
    op.create_index('ix_competition_second_id', 'competition', ['second_id'], unique=False)
    op.create_index('uq_competition_open', 'competition', ['first_id', 'second_id'], unique=True, sqlite_where=sa.text('until_day IS NULL'), postgresql_where=sa.text('until_day IS NULL'))
    op.create_table('story',
    sa.Column('id', BigId, nullable=False),
    sa.Column('account_id', BigId, nullable=False),
    sa.Column('author_id', BigId, nullable=False),
    sa.Column('interviewer_id', BigId, nullable=True),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('content_revision', sa.Integer(), nullable=False),
    sa.Column('shown_revision', sa.Integer(), nullable=False),
    sa.Column('published_version_id', BigId, nullable=True),
    sa.Column('published_at', UTCDateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', UTCDateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_as_draft', sa.Boolean(), nullable=False),
    sa.Column('origin_kind', sa.String(length=24), nullable=True),
    sa.Column('origin_id', BigId, nullable=True),
    sa.Column('draft_key', sa.String(length=36), nullable=True),
    sa.Column('created_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('changed_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('hidden_at', UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_story_account_id_account')),
    sa.ForeignKeyConstraint(['author_id'], ['member.id'], name=op.f('fk_story_author_id_member')),
    sa.ForeignKeyConstraint(['interviewer_id'], ['member.id'], name=op.f('fk_story_interviewer_id_member')),
    sa.ForeignKeyConstraint(["published_version_id"], ["story_version.id"], name=LATE_KEY, use_alter=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_story')),
    sa.UniqueConstraint('author_id', 'draft_key', name=op.f('uq_story_author_id_draft_key'))
    )
    op.create_index('ix_story_account_id', 'story', ['account_id'], unique=False)
    op.create_index(op.f('ix_story_author_id'), 'story', ['author_id'], unique=False)
    op.create_index(op.f('ix_story_state'), 'story', ['state'], unique=False)
    op.create_table('story_filter',
    sa.Column('id', BigId, nullable=False),
    sa.Column('owner_id', BigId, nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('query', sa.Text(), nullable=False),
    sa.Column('created_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['member.id'], name=op.f('fk_story_filter_owner_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_story_filter')),
    sa.UniqueConstraint('owner_id', 'name', name=op.f('uq_story_filter_owner_id_name'))
    )
    op.create_table('story_approver',
    sa.Column('id', BigId, nullable=False),
    sa.Column('story_id', BigId, nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('uses', sa.JSON(), nullable=False),
    sa.Column('added_by_id', BigId, nullable=False),
    sa.Column('added_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('removed_at', UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['added_by_id'], ['member.id'], name=op.f('fk_story_approver_added_by_id_member')),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_story_approver_story_id_story')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_story_approver'))
    )
    op.create_index(op.f('ix_story_approver_story_id'), 'story_approver', ['story_id'], unique=False)
    op.create_table('story_coauthor',
    sa.Column('id', BigId, nullable=False),
    sa.Column('story_id', BigId, nullable=False),
    sa.Column('member_id', BigId, nullable=False),
    sa.Column('added_by_id', BigId, nullable=False),
    sa.Column('added_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['added_by_id'], ['member.id'], name=op.f('fk_story_coauthor_added_by_id_member')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_story_coauthor_member_id_member')),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_story_coauthor_story_id_story')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_story_coauthor')),
    sa.UniqueConstraint('story_id', 'member_id', name=op.f('uq_story_coauthor_story_id_member_id'))
    )
    op.create_index(op.f('ix_story_coauthor_member_id'), 'story_coauthor', ['member_id'], unique=False)
    op.create_table('story_comment',
    sa.Column('id', BigId, nullable=False),
    sa.Column('story_id', BigId, nullable=False),
    sa.Column('author_id', BigId, nullable=False),
    sa.Column('audience', sa.String(length=16), nullable=False),
    sa.Column('part', sa.String(length=24), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('form_key', sa.String(length=36), nullable=True),
    sa.Column('created_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['member.id'], name=op.f('fk_story_comment_author_id_member')),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_story_comment_story_id_story')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_story_comment'))
    )
    op.create_index(op.f('ix_story_comment_story_id'), 'story_comment', ['story_id'], unique=False)
    op.create_table('story_figure',
    sa.Column('id', BigId, nullable=False),
    sa.Column('story_id', BigId, nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(length=80), nullable=False),
    sa.Column('baseline', sa.String(length=32), nullable=False),
    sa.Column('result', sa.String(length=32), nullable=False),
    sa.Column('unit', sa.String(length=24), nullable=False),
    sa.Column('counting', sa.String(length=16), nullable=False),
    sa.Column('period', sa.String(length=120), nullable=False),
    sa.Column('method', sa.String(length=200), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('evidence_key', sa.String(length=32), nullable=True),
    sa.Column('confirmed_by', sa.String(length=80), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('removed_at', UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_story_figure_story_id_story')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_story_figure'))
    )
    op.create_index(op.f('ix_story_figure_story_id'), 'story_figure', ['story_id'], unique=False)
    op.create_table('story_part',
    sa.Column('id', BigId, nullable=False),
    sa.Column('story_id', BigId, nullable=False),
    sa.Column('name', sa.String(length=16), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('saved_key', sa.String(length=48), nullable=False),
    sa.Column('saved_by_id', BigId, nullable=True),
    sa.Column('saved_at', UTCDateTime(timezone=True), nullable=True),
    sa.Column('held_by_id', BigId, nullable=True),
    sa.Column('held_until', UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['held_by_id'], ['member.id'], name=op.f('fk_story_part_held_by_id_member')),
    sa.ForeignKeyConstraint(['saved_by_id'], ['member.id'], name=op.f('fk_story_part_saved_by_id_member')),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_story_part_story_id_story')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_story_part')),
    sa.UniqueConstraint('story_id', 'name', name=op.f('uq_story_part_story_id_name'))
    )
    op.create_table('story_step',
    sa.Column('id', BigId, nullable=False),
    sa.Column('story_id', BigId, nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('owner_id', BigId, nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('begun_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('begun_by_id', BigId, nullable=True),
    sa.Column('ended_at', UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['begun_by_id'], ['member.id'], name=op.f('fk_story_step_begun_by_id_member')),
    sa.ForeignKeyConstraint(['owner_id'], ['member.id'], name=op.f('fk_story_step_owner_id_member')),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_story_step_story_id_story')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_story_step'))
    )
    op.create_index('uq_story_step_open', 'story_step', ['story_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('story_tagging',
    sa.Column('story_id', BigId, nullable=False),
    sa.Column('tag_id', BigId, nullable=False),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_story_tagging_story_id_story')),
    sa.ForeignKeyConstraint(['tag_id'], ['story_tag.id'], name=op.f('fk_story_tagging_tag_id_story_tag')),
    sa.PrimaryKeyConstraint('story_id', 'tag_id', name=op.f('pk_story_tagging'))
    )
    op.create_table('story_version',
    sa.Column('id', BigId, nullable=False),
    sa.Column('story_id', BigId, nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('html', sa.JSON(), nullable=False),
    sa.Column('render_version', sa.Integer(), nullable=False),
    sa.Column('created_by_id', BigId, nullable=False),
    sa.Column('created_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['member.id'], name=op.f('fk_story_version_created_by_id_member')),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_story_version_story_id_story')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_story_version')),
    sa.UniqueConstraint('story_id', 'number', name=op.f('uq_story_version_story_id_number'))
    )
    op.create_table('story_approval',
    sa.Column('id', BigId, nullable=False),
    sa.Column('approver_id', BigId, nullable=False),
    sa.Column('version_id', BigId, nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('asked_by_id', BigId, nullable=False),
    sa.Column('asked_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('expires_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('opened_at', UTCDateTime(timezone=True), nullable=True),
    sa.Column('answered_at', UTCDateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.String(length=16), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('revoked_at', UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['approver_id'], ['story_approver.id'], name=op.f('fk_story_approval_approver_id_story_approver')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['member.id'], name=op.f('fk_story_approval_asked_by_id_member')),
    sa.ForeignKeyConstraint(['version_id'], ['story_version.id'], name=op.f('fk_story_approval_version_id_story_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_story_approval')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_story_approval_token_hash'))
    )
    op.create_index(op.f('ix_story_approval_version_id'), 'story_approval', ['version_id'], unique=False)
    op.create_index('uq_story_approval_open', 'story_approval', ['approver_id', 'version_id'], unique=True, sqlite_where=sa.text('answered_at IS NULL AND revoked_at IS NULL'), postgresql_where=sa.text('answered_at IS NULL AND revoked_at IS NULL'))
    op.create_table('story_part_text',
    sa.Column('id', BigId, nullable=False),
    sa.Column('part_id', BigId, nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('written_by_id', BigId, nullable=True),
    sa.Column('replaced_by_id', BigId, nullable=False),
    sa.Column('replaced_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['part_id'], ['story_part.id'], name=op.f('fk_story_part_text_part_id_story_part')),
    sa.ForeignKeyConstraint(['replaced_by_id'], ['member.id'], name=op.f('fk_story_part_text_replaced_by_id_member')),
    sa.ForeignKeyConstraint(['written_by_id'], ['member.id'], name=op.f('fk_story_part_text_written_by_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_story_part_text'))
    )
    op.create_index(op.f('ix_story_part_text_part_id'), 'story_part_text', ['part_id'], unique=False)
    op.create_table('story_placement',
    sa.Column('id', BigId, nullable=False),
    sa.Column('story_id', BigId, nullable=False),
    sa.Column('version_id', BigId, nullable=False),
    sa.Column('use', sa.String(length=24), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('place_kind', sa.String(length=24), nullable=True),
    sa.Column('place_id', BigId, nullable=True),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('used_on', sa.Date(), nullable=False),
    sa.Column('placed_by_id', BigId, nullable=False),
    sa.Column('placed_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['placed_by_id'], ['member.id'], name=op.f('fk_story_placement_placed_by_id_member')),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_story_placement_story_id_story')),
    sa.ForeignKeyConstraint(['version_id'], ['story_version.id'], name=op.f('fk_story_placement_version_id_story_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_story_placement'))
    )
    op.create_index(op.f('ix_story_placement_story_id'), 'story_placement', ['story_id'], unique=False)
    op.create_table('story_consent',
    sa.Column('id', BigId, nullable=False),
    sa.Column('story_id', BigId, nullable=False),
    sa.Column('version_id', BigId, nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('use', sa.String(length=24), nullable=False),
    sa.Column('decision', sa.String(length=16), nullable=False),
    sa.Column('until_day', sa.Date(), nullable=True),
    sa.Column('approver_id', BigId, nullable=True),
    sa.Column('approval_id', BigId, nullable=True),
    sa.Column('member_id', BigId, nullable=True),
    sa.Column('withdraws_id', BigId, nullable=True),
    sa.Column('recorded_at', UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(decision = 'withdrawn') = (withdraws_id IS NOT NULL)", name=op.f('ck_story_consent_withdrawal_names_grant')),
    sa.CheckConstraint('approver_id IS NOT NULL OR member_id IS NOT NULL', name=op.f('ck_story_consent_somebody')),
    sa.ForeignKeyConstraint(['approval_id'], ['story_approval.id'], name=op.f('fk_story_consent_approval_id_story_approval')),
    sa.ForeignKeyConstraint(['approver_id'], ['story_approver.id'], name=op.f('fk_story_consent_approver_id_story_approver')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_story_consent_member_id_member')),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_story_consent_story_id_story')),
    sa.ForeignKeyConstraint(['version_id'], ['story_version.id'], name=op.f('fk_story_consent_version_id_story_version')),
    sa.ForeignKeyConstraint(['withdraws_id'], ['story_consent.id'], name=op.f('fk_story_consent_withdraws_id_story_consent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_story_consent')),
    sa.UniqueConstraint('withdraws_id', name=op.f('uq_story_consent_withdraws_id'))
    )
    op.create_index('ix_story_consent_story_id', 'story_consent', ['story_id'], unique=False)
    op.create_table('story_visit',
    sa.Column('id', BigId, nullable=False),
    sa.Column('approval_id', BigId, nullable=False),
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('code_until', UTCDateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('confirmed_at', UTCDateTime(timezone=True), nullable=True),
    sa.Column('created_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['approval_id'], ['story_approval.id'], name=op.f('fk_story_visit_approval_id_story_approval')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_story_visit')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_story_visit_key_hash'))
    )
    op.create_index(op.f('ix_story_visit_approval_id'), 'story_visit', ['approval_id'], unique=False)
    if op.get_bind().dialect.name != "sqlite":
        op.create_foreign_key(LATE_KEY, "story", "story_version", ["published_version_id"], ["id"])
    _refuse_changes()
    _let_topics_be_about_things()


def _let_topics_be_about_things() -> None:
    """A question of the forum can be about a thing of another room."""
    with op.batch_alter_table("topic") as table:
        table.add_column(sa.Column("about_kind", sa.String(length=24), nullable=True))
        table.add_column(sa.Column("about_id", BigId, nullable=True))
    there = sa.text("about_kind IS NOT NULL")
    op.create_index("ix_topic_about", "topic", ["about_kind", "about_id"], sqlite_where=there, postgresql_where=there)


def _refuse_changes() -> None:
    """As 0002 does for the ledger."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for verb in ("UPDATE", "DELETE") if is_sqlite else ("UPDATE", "DELETE", "TRUNCATE"):
        refusing = (
            "BEGIN SELECT RAISE(ABORT, 'story_consent is append-only'); END"
            if is_sqlite
            else "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"CREATE TRIGGER story_consent_no_{verb.lower()} BEFORE {verb} ON story_consent {refusing}")


def downgrade() -> None:
    op.drop_index("ix_topic_about", "topic")
    with op.batch_alter_table("topic") as table:
        table.drop_column("about_id")
        table.drop_column("about_kind")
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(LATE_KEY, "story", type_="foreignkey")
    for table in TABLES:
        op.drop_table(table)
