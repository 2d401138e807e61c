"""sign-ins, one-time passwords, recovery codes, changes of address"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
OPEN = 'confirmed_at IS NULL AND ended_at IS NULL'


def upgrade() -> None:
    # No batch: SQLite adds a column that may be empty without copying the table.
    op.add_column('member', sa.Column('totp_salt', sa.String(length=43), nullable=True))
    op.add_column('member', sa.Column('totp_since', models.base.UTCDateTime(timezone=True), nullable=True))
    op.add_column('member', sa.Column('totp_last_step', sa.Integer(), nullable=True))
    op.create_table('sign_in',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('key', sa.String(length=32), nullable=False),
    sa.Column('member_id', BIG_ID, nullable=False),
    sa.Column('browser', sa.String(length=24), nullable=False),
    sa.Column('system', sa.String(length=24), nullable=False),
    sa.Column('at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('seen_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_sign_in_member_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in')),
    sa.UniqueConstraint('key', name=op.f('uq_sign_in_key'))
    )
    op.create_index(op.f('ix_sign_in_member_id'), 'sign_in', ['member_id'])
    op.create_index(op.f('ix_sign_in_seen_at'), 'sign_in', ['seen_at'])
    op.create_table('recovery_code',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('member_id', BIG_ID, nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('used_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_recovery_code_member_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_code')),
    sa.UniqueConstraint('member_id', 'code_hash', name=op.f('uq_recovery_code_member_id_code_hash'))
    )
    op.create_table('email_change',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('member_id', BIG_ID, nullable=False),
    sa.Column('old_email', sa.String(length=254), nullable=False),
    sa.Column('new_email', sa.String(length=254), nullable=False),
    sa.Column('asked_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('ended_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_email_change_member_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_email_change'))
    )
    op.create_index(op.f('ix_email_change_member_id'), 'email_change', ['member_id'])
    op.create_index(
        'uq_email_change_open', 'email_change', ['member_id'], unique=True,
        sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN),
    )


def downgrade() -> None:
    for table in ('email_change', 'recovery_code', 'sign_in'):
        op.drop_table(table)
    for column in ('totp_last_step', 'totp_since', 'totp_salt'):
        op.drop_column('member', column)
