"""A present score can be computed again as of its own day and records; whatever was changed in it is found."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from community.accounts.memberships import MembershipPeriod, write_periods
from community.health import actions, projector, snapshots
from community.health.score_checks import list_score_faults
from community.health.situations import today
from community.projections.tasks import compare_projections
from models.accounts import AccountKind
from models.base import db, transaction
from models.health import AccountScore
from tests.health import scenario
from tests.health.scenario import Company, ago

pytestmark = pytest.mark.usefixtures("app")

WRONG = "cannot be computed again"
FORGED: dict[str, Any] = {
    "day": date(2026, 1, 5),
    "behavior": 1.5,
    "momentum": 9.0,
    "behavior_30": 1.0,
    "members": 77,
    "active_members": 0,
    "band": "good",
    "band_reason": "one_active",
    "leavers_share": 0.125,
    "behavior_of_present": None,
    "falling": True,
    "silent": True,
    "silent_days": 3,
    "longest_pause": 3,
    "lost_share": 0.125,
    "behavior_without_lost": None,
    "left_since": None,
    "left_unnoted_since": None,
    "empty_since": date(2026, 1, 5),
    "empty_unnoted_since": date(2026, 1, 5),
}


@pytest.fixture
def left() -> Company:
    """A company that one of two people carried, who left twenty days ago; scored today."""
    company = scenario.found(2)
    for age in (200, 150, 100, 50):
        scenario.act(company.people[0], "talk_given", ago(age), age)
    scenario.act(company.people[1], "reply_posted", ago(30), 1)
    with transaction():
        write_periods(company.people[0], [MembershipPeriod(company.id, ago(500), ago(19))])
    scenario.process()
    with transaction():
        snapshots.take_snapshots([company.id], ago(1))
        actions.rescore([company.id], today())
    return company


def change(company: Company, **values: Any) -> None:  # noqa: ANN401  of any column
    db.session.execute(sa.update(AccountScore).where(AccountScore.account_id == company.id).values(**values))
    db.session.expire_all()


def test_every_column_of_a_score_is_compared(left: Company) -> None:
    assert FORGED.keys() == set(actions.SCORE_FIELDS) - {"policy_version"}
    assert list(list_score_faults()) == []
    for name, value in FORGED.items():
        assert getattr(left.score(), name) != value
        with db.session.begin_nested() as undone:
            change(left, **{name: value})
            assert list(list_score_faults()) == [(left.id, WRONG)], name
            undone.rollback()
        db.session.expire_all()


def test_a_score_of_yesterday_agrees_and_a_forged_one_does_not(left: Company) -> None:
    with transaction():
        actions.rescore([left.id], ago(1))
    assert list(list_score_faults()) == []
    change(left, members=9)
    assert list(list_score_faults()) == [(left.id, WRONG)]


@pytest.mark.parametrize("what", ["acts", "people", "licences", "of another company"])
def test_what_a_score_does_not_know_yet_makes_it_outdated_not_wrong(left: Company, what: str) -> None:
    other = scenario.found(1)
    if what == "acts":
        scenario.act(left.people[1], "talk_given", ago(0), 3)
    with transaction():
        if what == "people":
            write_periods(left.people[1], [MembershipPeriod(left.id, ago(500), ago(3))])
        elif what == "licences":
            left.account.licences = 1
        elif what == "of another company":
            left.account.parent_id = other.id
    assert list(list_score_faults()) == []


def test_a_score_before_there_were_records_waits_for_its_turn(left: Company) -> None:
    change(left, memberships_to=0, accounts_to=0, members=2)
    assert list(list_score_faults()) == []


def test_companies_that_nobody_is_with_and_contracts_that_ended_agree(left: Company) -> None:
    emptied = scenario.found(1)
    scenario.act(emptied.people[0], "talk_given", ago(40), 8)
    with transaction():
        write_periods(emptied.people[0], [MembershipPeriod(emptied.id, ago(500), ago(5))])
        left.account.contract_ended_on = ago(3)
    scenario.process()
    with transaction():
        actions.rescore([left.id, emptied.id], today())
    assert list(list_score_faults()) == []
    change(emptied, empty_since=None)
    change(left, members=9)
    assert sorted(list_score_faults()) == [(left.id, WRONG), (emptied.id, WRONG)]


def test_a_deleted_score_is_missing_where_acts_are_counted(left: Company) -> None:
    waiting = scenario.found(1)  # no act, and no score before the next hour
    assert waiting.score() is None
    db.session.execute(sa.delete(AccountScore).where(AccountScore.account_id == left.id))
    assert list(list_score_faults()) == [(left.id, "missing")]
    left.account.kind = AccountKind.PARTNER
    db.session.flush()
    assert list(list_score_faults()) == []


def test_the_projection_agrees_with_a_rebuild_after_midnight(left: Company) -> None:
    with transaction():
        actions.rescore([left.id], today() - timedelta(days=1))
    before = projector.rows()
    assert list(compare_projections()) == []
    assert projector.rows() == before
