"""Companies above and below one another: a holding, its subsidiaries. A fact about contracts, no right."""

from collections.abc import Sequence
from functools import cache

import sqlalchemy as sa

from models.accounts import Account
from models.base import db


def list_ancestors(account_id: int) -> list[int]:
    """The company itself, then its parent, and so on upwards."""
    above: list[int] = []
    current: int | None = account_id
    while current is not None and current not in above:
        above.append(current)
        current = db.session.scalar(sa.select(Account.parent_id).where(Account.id == current))
    return above


def count_floors_below(account_id: int) -> int:
    """How many generations of subsidiaries a company has."""
    floors, known = 0, {account_id}
    below = {account_id}
    while below := set(db.session.scalars(sa.select(Account.id).where(Account.parent_id.in_(below)))) - known:
        floors += 1
        known |= below
    return floors


def list_subsidiaries(account_id: int) -> Sequence[Account]:
    """The companies right below it."""
    return db.session.scalars(_subsidiaries(), {"parent_id": account_id}).all()


@cache
def _subsidiaries() -> sa.Select[Account]:
    below = sa.select(Account).where(Account.parent_id == sa.bindparam("parent_id"))
    return below.order_by(Account.reading, Account.name, Account.id)
