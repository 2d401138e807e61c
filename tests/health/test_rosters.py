"""People and companies as they were known at some moment, read from the records."""

import random
from dataclasses import replace
from itertools import pairwise

import pytest
import sqlalchemy as sa

from community.accounts.memberships import MembershipPeriod, write_periods
from community.companies.families import find_topmost
from community.health.rosters import get_known, load_rosters
from models.base import db, transaction
from models.records import AccountRecord
from tests.health import scenario
from tests.health.scenario import LONG_AGO, Company, ago
from tests.health.test_actions import counted_statements

pytestmark = pytest.mark.usefixtures("app")


def move(company: Company, to: Company, days: int) -> None:
    """Let the company's first member go to another."""
    with transaction():
        came = MembershipPeriod(company.id, ago(LONG_AGO.days), ago(days))
        write_periods(company.people[0], [came, MembershipPeriod(to.id, ago(days))])


def put_below(company: Company, parent: Company | None) -> None:
    company.account.parent_id = parent.id if parent else None
    db.session.flush()


def is_inside(company: Company) -> bool:
    return load_rosters([company.id])[company.id].departures(ago(0))[company.people[0].id].is_inside_family


def test_a_family_is_found_over_several_floors() -> None:
    here, plant, sister, group, holding = (scenario.found(1) for _ in range(5))
    for company, parent in ((here, group), (group, holding), (sister, holding), (plant, sister)):
        put_below(company, parent)
    move(here, plant, 5)
    assert is_inside(here)
    put_below(sister, None)
    assert not is_inside(here)


def test_a_ring_of_parents_is_read_to_its_end() -> None:
    here, sister = (scenario.found(1) for _ in range(2))
    put_below(here, sister)
    put_below(sister, here)
    move(here, sister, 5)
    assert load_rosters([here.id])[here.id].departures(ago(0)).keys() == {here.people[0].id}


def test_companies_that_nobody_came_from_or_went_to_are_not_read() -> None:
    here, there, other, mother = (scenario.found(1) for _ in range(4))
    for company in (here, other):
        put_below(company, mother)
    move(here, there, 5)
    assert load_rosters([here.id])[here.id].topmost == {here.id: mother.id}


def test_one_query_and_one_more_for_families_where_people_moved() -> None:
    companies = [scenario.found(2) for _ in range(6)]
    for below, above in pairwise(companies):
        put_below(below, above)

    def numbers() -> list[int]:
        found = []
        for some in (companies[:1], companies):
            with counted_statements() as said:
                load_rosters([company.id for company in some])
            found.append(len(said))
        return found

    assert numbers() == [1, 1]
    move(companies[0], companies[1], 5)
    assert numbers() == [2, 2]


def test_licences_are_the_newest_that_were_known() -> None:
    here, there = (scenario.found(1) for _ in range(2))
    at = []
    for licences in (5, None, 7):
        for company in (here, there):
            company.account.licences = licences
        db.session.flush()
        at.append((get_known(), licences))
    for known, licences in [*at, (None, 7)]:
        for asked in ([here.id], [here.id, there.id]):
            assert {roster.licences for roster in load_rosters(asked, known).values()} == {licences}


@pytest.mark.parametrize("seed", range(4))
def test_families_are_those_of_all_records_that_were_known(seed: int) -> None:
    chance = random.Random(seed)
    companies = [scenario.found(1) for _ in range(9)]
    at = []
    for _ in range(25):
        put_below(chance.choice(companies), chance.choice([None, *companies]))
        if chance.random() < 0.3:
            at.append(get_known())
    for company in companies:
        move(company, chance.choice([each for each in companies if each is not company]), chance.randrange(1, 90))
    asked = [company.id for company in companies[:4]]
    for known in [*at, None]:
        records = sa.select(AccountRecord).order_by(AccountRecord.id)
        if known:
            records = records.where(AccountRecord.id <= known.accounts_to)
        newest = {record.account_id: record.parent_id for record in db.session.scalars(records)}
        parents = {account_id: parent for account_id, parent in newest.items() if parent is not None}
        for roster in load_rosters(asked, known).values():
            for member_id in {period.member_id for period in roster.periods}:
                been_with = {period.account_id for period in roster.periods if period.member_id == member_id}
                for account_id in been_with if len(been_with) > 1 else ():
                    assert roster.topmost.get(account_id, account_id) == find_topmost(account_id, parents)
            with_all = replace(roster, topmost={each: find_topmost(each, parents) for each in parents})
            for days in range(0, 91, 9):
                assert roster.departures(ago(days)) == with_all.departures(ago(days))
