"""The cast is loaded from a copy of the database that has it, as if it had been made for this very test."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from models.accounts import Account, AccountPhase, Member, Membership
from models.base import db, now
from tests.cast import A_YEAR, Cast

IN_SPRING = datetime(2027, 3, 3, 10, tzinfo=ZoneInfo("Asia/Tokyo"))


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(IN_SPRING, tick=False) as traveller:
        yield traveller


def test_everybody_is_who_their_name_says(cast: Cast) -> None:
    assert len(cast.people()) == 12
    assert all(name == member.handle for name, member in cast.people().items())
    companies = [cast.a, cast.b, cast.c, cast.prospect_account, cast.partner_account, cast.vendor]
    assert [company.reading[:2] for company in companies] == ["アサ", "ベニ", "チド", "ケン", "パー", "ベン"]


def test_all_joined_a_year_ago_wherever_the_clock_is(clock: time_machine.Traveller, cast: Cast) -> None:
    arrival = now() - A_YEAR
    assert {member.created_at for member in cast.people().values()} == {arrival}
    assert set(db.session.scalars(sa.select(Account.created_at))) == {arrival}
    assert set(db.session.scalars(sa.select(AccountPhase.from_day))) == {arrival.date()}
    assert set(db.session.scalars(sa.select(Membership.from_day))) == {arrival.date()}
    assert {name for name, member in cast.people().items() if member.suspended_until == now() + A_YEAR} == {"suspended"}
    assert cast.owner.account is cast.a


def test_without_the_cast_nobody_is_there(app: Flask) -> None:
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Member)) == 0
