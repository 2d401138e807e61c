"""What the filters of the accounts page offer: the people in charge and the industries of customers."""

from collections.abc import Sequence

import sqlalchemy as sa

from models.accounts import Account, AccountKind, Member, full_name
from models.base import db


def list_industries() -> Sequence[str]:
    """Return all industries of customers, sorted."""
    chosen = sa.select(Account.industry).where(Account.kind == AccountKind.CUSTOMER, Account.industry != "").distinct()
    return db.session.scalars(chosen.order_by(Account.industry)).all()


def list_csms() -> list[tuple[int, str]]:
    """Return the ids and names of the members in charge of any customer, sorted by reading."""
    in_charge = sa.select(Account.csm_id).where(Account.kind == AccountKind.CUSTOMER)
    chosen = sa.select(Member.id, Member.family_name, Member.given_name).where(Member.id.in_(in_charge))
    rows = db.session.execute(chosen.order_by(Member.family_reading, Member.id))
    return [(member_id, full_name(family_name, given_name)) for member_id, family_name, given_name in rows]
