"""What people are called, for lists that say no more of them."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from models.accounts import Member, full_name
from models.base import db


class Named(NamedTuple):
    """As much of a person as a list of names needs; the fields are a Member's columns."""

    id: int
    family_name: str
    given_name: str
    headline: str
    erased_at: datetime | None

    @property
    def display_name(self) -> str:
        """What to call the person."""
        return full_name(self.family_name, self.given_name)


def list_names(member_ids: Collection[int]) -> dict[int, Named]:
    """What the people behind these ids are called, erased ones too, by id; one query, none for nobody."""
    if not member_ids:
        return {}
    columns = (getattr(Member, name) for name in Named._fields)
    rows = db.session.execute(sa.select(*columns).where(Member.id.in_(member_ids)))
    return {row.id: row for row in map(Named._make, rows)}
