"""Which companies compete with each other, as of a day. Known to staff alone; no customer's page asks."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community import audit
from models.accounts import Account, Member
from models.base import db, is_among
from models.competitors import Competition


class NotTwoCompaniesError(ValueError):
    """A company was named as its own competitor."""


class DaysOutOfOrderError(ValueError):
    """Competition would end before it began, or begin before an earlier one of the same companies ended."""


class Competitor(NamedTuple):
    """A company that competes, or did. `until_day`: the first day on which it no longer does; None: it goes on."""

    competition_id: int
    account_id: int
    name: str
    from_day: date
    until_day: date | None


def note_competition(one: Account, other: Account, from_day: date, *, by: Member) -> Competition:
    """Note that two companies compete from a day on, and return it; if that is known already, what is known.

    Raise NotTwoCompaniesError or DaysOutOfOrderError.
    """
    if one.id == other.id:
        raise NotTwoCompaniesError
    first, second = sorted((one.id, other.id))
    # Whoever notes the same pair meanwhile waits for the locks of both companies.
    db.session.execute(
        sa.select(Account.id).where(Account.id.in_((first, second))).order_by(Account.id).with_for_update()
    )
    known = db.session.scalars(_of_pair(first, second)).all()
    going_on = next((each for each in known if each.until_day is None), None)
    if going_on is not None:
        return going_on
    if any(each.until_day is not None and each.until_day > from_day for each in known):
        raise DaysOutOfOrderError
    noted = Competition(first_id=first, second_id=second, from_day=from_day, noted_by_id=by.id)
    db.session.add(noted)
    db.session.flush()
    after = {"competitor_id": other.id, "from_day": from_day.isoformat()}
    audit.record(by.id, "account.note_competition", "account", one.id, after=after)
    return noted


def end_competition(competition: Competition, on: date, *, of: Account, by: Member) -> bool:
    """End the competition, the day being the first on which it no longer holds. Return whether anything changed.

    `of`: the company on whose page it was ended. What ends on the day on which it began was noted by mistake and is
    deleted; the log of privileged acts keeps both. Raise DaysOutOfOrderError if it would end before it began.
    """
    if competition.until_day is not None:
        return False
    if on < competition.from_day:
        raise DaysOutOfOrderError
    other_id = competition.second_id if competition.first_id == of.id else competition.first_id
    if on == competition.from_day:
        db.session.delete(competition)
    else:
        db.session.execute(sa.update(Competition).where(Competition.id == competition.id).values(until_day=on))
    db.session.flush()
    after = {"competitor_id": other_id, "until_day": on.isoformat()}
    audit.record(by.id, "account.end_competition", "account", of.id, after=after)
    return True


def get_competition(competition_id: int, account_id: int) -> Competition | None:
    """Return the competition, locked for a change, if it is one of the company's; else None."""
    of_company = sa.or_(Competition.first_id == account_id, Competition.second_id == account_id)
    chosen = sa.select(Competition).where(Competition.id == competition_id, of_company)
    return db.session.scalar(chosen.with_for_update().execution_options(populate_existing=True))


def list_competitors(account_id: int, on: date | None = None) -> Sequence[Competitor]:
    """Return the companies that compete with this one, by name; `on`: on that day only, None: past and future too."""
    first, second = aliased(Account), aliased(Account)
    chosen = (
        sa.select(Competition, first, second)
        .join(first, first.id == Competition.first_id)
        .join(second, second.id == Competition.second_id)
        .where(sa.or_(Competition.first_id == account_id, Competition.second_id == account_id))
    )
    if on is not None:
        chosen = chosen.where(_holds_on(on))
    found = [
        Competitor(row.id, other.id, other.name, row.from_day, row.until_day)
        for row, one, two in db.session.execute(chosen)
        for other in [two if one.id == account_id else one]
    ]
    return sorted(found, key=lambda each: (each.until_day is not None, each.name, each.from_day))


def list_competing_pairs(account_ids: Collection[int], on: date) -> list[tuple[int, int]]:
    """Return which of these companies compete with each other on the day, each pair's lower id first. One query."""
    chosen = sa.select(Competition.first_id, Competition.second_id).where(
        is_among(Competition.first_id, account_ids), is_among(Competition.second_id, account_ids), _holds_on(on)
    )
    return [(first, second) for first, second in db.session.execute(chosen.order_by(Competition.id))]


def _of_pair(first_id: int, second_id: int) -> sa.Select[Competition]:
    return sa.select(Competition).where(Competition.first_id == first_id, Competition.second_id == second_id)


def _holds_on(day: date) -> sa.ColumnElement[bool]:
    return sa.and_(Competition.from_day <= day, sa.or_(Competition.until_day.is_(None), Competition.until_day > day))
