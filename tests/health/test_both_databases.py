"""The same acts score the same in SQLite and PostgreSQL."""

import random
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from community.accounts.memberships import MembershipPeriod, write_periods
from community.health import snapshots
from community.health.policy import FIRST_KINDS
from community.health.situations import today
from models.accounts import Member, Segment
from models.base import db, transaction
from tests.health import scenario

SAID = (
    "day",
    "read_to",
    "rules_version",
    "behavior",
    "momentum",
    "band",
    "band_reason",
    "members",
    "active_members",
    "leavers_share",
    "behavior_of_present",
    "left_since",
    "alarms",
)
"""Columns of a snapshot that are the same in each database: all but ids."""


def scores_in(app: Flask) -> dict[str, Any]:
    """Return the scores of a year of made-up acts, the same for each database, without ids."""
    chance = random.Random(20261122)
    with app.app_context():
        with transaction():
            companies = [scenario.found(4, segment=segment) for segment in Segment for _ in range(2)]
            for company in companies:
                for person in company.people:
                    db.session.expunge(person)
        day = today()
        found: dict[str, Any] = {}
        for company in companies:
            signals = [
                scenario.act(
                    _again(chance.choice(company.people)), kind, day - timedelta(days=age), chance.randrange(5)
                )
                for kind in chance.choices(sorted(FIRST_KINDS), k=25)
                for age in [chance.randrange(500)]
            ]
            for signal in chance.sample(signals, 5):
                scenario.withdraw(signal)
            _leave(company.people[0], company, ago=chance.randrange(1, 200))
        scenario.process()
        with transaction():
            snapshots.take_snapshots([company.id for company in companies], day - timedelta(days=1))
        for number, company in enumerate(companies):
            found[f"{number} now"] = company.behavior()
            found[f"{number} days"] = [[getattr(s, name) for name in SAID] for s in company.snapshots()]
        return found


def _leave(person: Member, company: scenario.Company, ago: int) -> None:
    with transaction():
        came = today() - scenario.LONG_AGO
        write_periods(_again(person), [MembershipPeriod(company.id, came, today() - timedelta(days=ago))])


def _again(person: Member) -> Member:
    found = db.session.get(Member, person.id)
    assert found is not None
    return found


def test_sqlite_and_postgresql_agree(make_both: list[Flask]) -> None:
    one, other = (scores_in(app) for app in make_both)
    assert one.keys() == other.keys()
    for name, value in one.items():
        if isinstance(value, float):
            assert abs(value - other[name]) < 1e-9
            continue
        for mine, theirs in zip(value, other[name], strict=True):
            for column, said, also in zip(SAID, mine, theirs, strict=True):
                assert said == (pytest.approx(also, abs=1e-9) if isinstance(also, float) else also), column
