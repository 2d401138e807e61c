"""Roles of the vendor's that end on the day on which their holder leaves the vendor; also those that outlived it so far"""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# As `community.accounts.rules.STAFF_ROLES` has it today.
ROLES = ("community_manager", "cs", "administrator")

member = sa.table(
    "member", sa.column("id", sa.BigInteger), sa.column("staff_role", sa.String), sa.column("role_until", sa.Date)
)
account = sa.table("account", sa.column("id", sa.BigInteger), sa.column("kind", sa.String))
membership = sa.table(
    "membership",
    sa.column("member_id", sa.BigInteger),
    sa.column("account_id", sa.BigInteger),
    sa.column("from_day", sa.Date),
    sa.column("until_day", sa.Date),
)


def upgrade() -> None:
    op.add_column("member", sa.Column("role_until", sa.Date(), nullable=True))
    connection = op.get_bind()
    for member_id in connection.scalars(sa.select(member.c.id).where(member.c.staff_role.in_(ROLES))).all():
        stays = connection.execute(
            sa.select(membership.c.from_day, membership.c.until_day, account.c.kind)
            .join(account, account.c.id == membership.c.account_id)
            .where(membership.c.member_id == member_id)
            .order_by(membership.c.from_day)
        ).all()
        end = _find_end(stays, datetime.now(UTC).date())
        if end is not None:
            connection.execute(sa.update(member).where(member.c.id == member_id).values(role_until=end))


def downgrade() -> None:
    op.drop_column("member", "role_until")


def _find_end(stays: Sequence[sa.Row], day: date) -> date | None:
    """As `community.accounts.roles` has it today."""
    if not stays:
        return None
    held = max(day, stays[0].from_day)
    for stay in stays:
        if stay.until_day is not None and stay.until_day <= held:
            continue
        if stay.from_day > held or stay.kind != "vendor":
            break
        if stay.until_day is None:
            return None
        held = stay.until_day
    return held
