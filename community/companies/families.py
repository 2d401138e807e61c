"""Families of companies: a holding, its group companies and their subsidiaries count as one company among others.

Wherever a rule says "another company" (docs/scoring.md, rule 14), it asks `is_same_family`.
"""

from collections.abc import Collection, Mapping
from itertools import pairwise

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from models.accounts import Account
from models.base import db, is_among

# A holding, its group companies, their subsidiaries, a plant's own company, and one to spare.
MOST_FLOORS = 5


def is_same_family(one: Account | None, other: Account | None) -> bool:
    """Return whether the companies are the same or have the same topmost parent today; None: no company.

    One query, and none where the answer needs none: most companies have no parent.
    """
    if one is None or other is None:
        return one is other
    if one.id == other.id or (one.parent_id is None and other.parent_id is None):
        return one.id == other.id
    topmost = list_topmost_parents({one.id, other.id})
    return topmost[one.id] == topmost[other.id]


def list_topmost_parents(account_ids: Collection[int]) -> dict[int, int]:
    """Return the id of each company's topmost parent today, its own where it has no parent. One query."""
    floors = [Account, *(aliased(Account) for _ in range(MOST_FLOORS - 2))]
    # The floor above the last one that is joined is the highest that there can be.
    topmost = sa.func.coalesce(*(floor.parent_id for floor in reversed(floors)), Account.id)
    chosen = sa.select(Account.id, topmost).where(is_among(Account.id, account_ids))
    for below, above in pairwise(floors):
        chosen = chosen.outerjoin(above, above.id == below.parent_id)
    return dict(db.session.execute(chosen).all())


def list_family(account_id: int) -> set[int]:
    """Return the ids of all companies with the same topmost parent today, the company itself among them. One query."""
    chosen = sa.select(Account.id, Account.parent_id).where(Account.parent_id.is_not(None))
    parents = {child: parent for child, parent in db.session.execute(chosen) if parent is not None}
    topmost = find_topmost(account_id, parents)
    return {account_id, topmost} | {child for child in parents if find_topmost(child, parents) == topmost}


def find_topmost(account_id: int, parents: Mapping[int, int]) -> int:
    """Return the id of the company's topmost parent, by the parent of each company that has one."""
    seen = {account_id}
    while (parent := parents.get(account_id)) is not None and parent not in seen:
        seen.add(parent)
        account_id = parent
    return account_id
