"""Joining: links of companies, addresses to be proven, terms by version, the newcomer's welcome"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('company_link',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('own_domains_only', sa.Boolean(), nullable=False),
    sa.Column('max_uses', sa.Integer(), nullable=False),
    sa.Column('uses', sa.Integer(), nullable=False),
    sa.Column('made_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('uses >= 0 AND uses <= max_uses', name=op.f('ck_company_link_uses_within')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_company_link_account_id_account')),
    sa.ForeignKeyConstraint(['made_by_id'], ['member.id'], name=op.f('fk_company_link_made_by_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_company_link')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_company_link_token_hash'))
    )
    with op.batch_alter_table('company_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_company_link_account_id'), ['account_id'], unique=False)

    op.create_table('terms_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('holds_from', sa.Date(), nullable=False),
    sa.Column('must_accept', sa.Boolean(), nullable=False),
    sa.Column('body_ja', sa.Text(), nullable=False),
    sa.Column('body_en', sa.Text(), nullable=False),
    sa.Column('published_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('published_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('terms', 'privacy')", name=op.f('ck_terms_version_kind_known')),
    sa.ForeignKeyConstraint(['published_by_id'], ['member.id'], name=op.f('fk_terms_version_published_by_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_terms_version')),
    sa.UniqueConstraint('kind', 'number', name=op.f('uq_terms_version_kind_number'))
    )
    op.create_table('welcome',
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('begun_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('closed_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_welcome_member_id_member')),
    sa.PrimaryKeyConstraint('member_id', name=op.f('pk_welcome'))
    )
    op.create_table('join_request',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('link_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('used_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_join_request_account_id_account')),
    sa.ForeignKeyConstraint(['link_id'], ['company_link.id'], name=op.f('fk_join_request_link_id_company_link')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_join_request')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_join_request_token_hash'))
    )
    with op.batch_alter_table('join_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_join_request_email'), ['email'], unique=False)
        batch_op.create_index(batch_op.f('ix_join_request_expires_at'), ['expires_at'], unique=False)

    op.create_table('terms_acceptance',
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('accepted_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_terms_acceptance_member_id_member')),
    sa.ForeignKeyConstraint(['version_id'], ['terms_version.id'], name=op.f('fk_terms_acceptance_version_id_terms_version')),
    sa.PrimaryKeyConstraint('member_id', 'version_id', name=op.f('pk_terms_acceptance'))
    )
    op.add_column('invitation', sa.Column('family_name', sa.String(length=64), server_default='', nullable=False))
    op.add_column('invitation', sa.Column('given_name', sa.String(length=64), server_default='', nullable=False))


def downgrade() -> None:
    op.drop_column('invitation', 'given_name')
    op.drop_column('invitation', 'family_name')

    op.drop_table('terms_acceptance')
    with op.batch_alter_table('join_request', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_join_request_expires_at'))
        batch_op.drop_index(batch_op.f('ix_join_request_email'))

    op.drop_table('join_request')
    op.drop_table('welcome')
    op.drop_table('terms_version')
    with op.batch_alter_table('company_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_company_link_account_id'))

    op.drop_table('company_link')
