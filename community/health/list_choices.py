"""What the filters of the accounts page offer: the people in charge and the industries of customers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from models.accounts import Account, AccountKind, Member, full_name
from models.base import BigId, db


@dataclass(frozen=True)
class ListChoices:
    """The ids and names of the members in charge of any customer, by reading, and all industries of customers."""

    csms: Sequence[tuple[int, str]]
    industries: Sequence[str]


def list_choices() -> ListChoices:
    """Return what the filters offer, sorted, with one query."""
    csms: list[tuple[int, str]] = []
    industries: list[str] = []
    for member_id, name, given_name, _sorted_by in db.session.execute(_choices()):
        if member_id is None:
            industries.append(name)
        else:
            csms.append((member_id, full_name(name, given_name)))
    return ListChoices(csms, industries)


@cache
def _choices() -> sa.CompoundSelect[*tuple[Any, ...]]:
    """Return the query of both; industries are the rows without a member."""
    is_customer = Account.kind == AccountKind.CUSTOMER
    sorted_by = Member.family_reading.label("sorted_by")
    csms = sa.select(Member.id.label("member_id"), Member.family_name, Member.given_name, sorted_by).where(
        Member.id.in_(sa.select(Account.csm_id).where(is_customer))
    )
    industries = sa.select(sa.cast(None, BigId), Account.industry, sa.literal(""), Account.industry).distinct()
    both = sa.union_all(csms, industries.where(is_customer, Account.industry != ""))
    return both.order_by("sorted_by", "member_id")
