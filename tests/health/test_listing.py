"""The accounts page's list: filters, order, bands, one question to the database."""

from datetime import timedelta

import pytest

from community.health import actions
from community.health.alarms import Alarm
from community.health.list_choices import list_choices
from community.health.listing import AccountFilter, Sort, list_accounts
from community.health.rules import Band
from community.health.situations import today
from community.health.tenths import shown_change
from models.accounts import AccountKind, AccountPhase, Segment, Stage
from models.base import db, transaction
from tests.cast import Cast
from tests.health import scenario
from tests.health.scenario import Company, ago
from tests.health.test_actions import counted_statements

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def companies() -> list[Company]:
    """Busy, quiet, unjudged (nobody there), and a partner who is on no list."""
    busy = scenario.found(4, segment=Segment.DIGITAL)
    quiet = scenario.found(2, segment=Segment.HIGH)
    unjudged = scenario.found(0)
    partner = scenario.found(2, kind=AccountKind.PARTNER)
    for number, person in enumerate(busy.people):
        scenario.act(person, "talk_given", ago(2), number)
    scenario.act(quiet.people[0], "reply_posted", ago(100), 90)
    scenario.process()
    with transaction():
        actions.rescore([company.id for company in (busy, quiet, unjudged, partner)], today())
    return [busy, quiet, unjudged, partner]


def found(chosen: AccountFilter, **order: object) -> list[int]:
    return [row.account.id for row in list_accounts(chosen, today(), **order)]  # pyright: ignore[reportArgumentType]


def test_customers_only_and_in_the_order_of_their_readings(companies: list[Company]) -> None:
    busy, quiet, unjudged, _ = companies
    assert found(AccountFilter()) == [busy.id, quiet.id, unjudged.id]
    assert found(AccountFilter(), descending=True) == [unjudged.id, quiet.id, busy.id]


@pytest.mark.parametrize("sort", [Sort.NAME, Sort.SEGMENT])
def test_names_are_sorted_without_their_legal_forms(sort: Sort) -> None:
    readings = ["カブシキガイシャワカバ", "アオバカブシキガイシャ", "ユウゲンガイシャイズミ"]
    companies = [scenario.found(0) for _ in readings]
    for company, reading in zip(companies, readings, strict=True):
        company.account.reading = reading
    db.session.flush()
    last, first, second = (company.id for company in companies)
    assert found(AccountFilter(), sort=sort) == [first, second, last]
    if sort is Sort.NAME:
        assert found(AccountFilter(), sort=sort, descending=True) == [last, second, first]


def test_a_company_whose_contract_is_over_is_in_no_band(companies: list[Company]) -> None:
    quiet = companies[1]
    quiet.account.contract_ended_on = today()
    db.session.flush()
    assert found(AccountFilter(band=Band.DANGER)) == [quiet.id]  # on its last day it still is
    quiet.account.contract_ended_on = ago(1)
    db.session.flush()
    assert found(AccountFilter(band=Band.DANGER)) == []


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("sort", [Sort.BEHAVIOR, Sort.CHANGE, Sort.MOMENTUM])
def test_accounts_without_the_figure_come_last(companies: list[Company], sort: Sort, descending: bool) -> None:  # noqa: FBT001 -- a parameter of the test
    assert found(AccountFilter(), sort=sort, descending=descending)[-1] == companies[2].id


def test_by_behavior(companies: list[Company]) -> None:
    busy, quiet, unjudged, _ = companies
    assert found(AccountFilter(), sort=Sort.BEHAVIOR, descending=True) == [busy.id, quiet.id, unjudged.id]
    assert found(AccountFilter(), sort=Sort.BEHAVIOR) == [quiet.id, busy.id, unjudged.id]


def test_bands_are_shown_and_filtered_as_the_rule_says(companies: list[Company]) -> None:
    busy, quiet, unjudged, _ = companies
    rows = {row.account.id: row for row in list_accounts(AccountFilter(), today())}
    assert {i: row.band for i, row in rows.items()} == {
        busy.id: Band.GOOD,
        quiet.id: Band.DANGER,
        unjudged.id: Band.UNJUDGED,
    }
    assert rows[unjudged.id].behavior is None
    for band, company in ((Band.GOOD, busy), (Band.DANGER, quiet), (Band.UNJUDGED, unjudged)):
        assert found(AccountFilter(band=band)) == [company.id]
    assert found(AccountFilter(band=Band.WATCH)) == []


def test_segment_and_stage_are_those_of_the_day(companies: list[Company]) -> None:
    busy, quiet, _, _ = companies
    db.session.add(AccountPhase(account_id=busy.id, from_day=today(), segment=Segment.HIGH, stage=Stage.RENEWAL))
    db.session.add(
        AccountPhase(
            account_id=quiet.id, from_day=today() + timedelta(days=1), segment=Segment.MID, stage=Stage.ADVOCATE
        )
    )
    db.session.flush()
    assert found(AccountFilter(segment=Segment.HIGH)) == [busy.id, quiet.id]
    assert found(AccountFilter(stage=Stage.RENEWAL)) == [busy.id]
    assert found(AccountFilter(stage=Stage.ADVOCATE)) == []
    row = list_accounts(AccountFilter(stage=Stage.RENEWAL), today())[0]
    assert (row.segment, row.stage) == (Segment.HIGH, Stage.RENEWAL)


def test_other_filters(companies: list[Company], cast: Cast) -> None:
    busy, quiet, unjudged, _ = companies
    busy.account.csm_id, busy.account.industry, busy.account.prefecture = cast.cs.id, "林業", 27
    quiet.account.renews_on, unjudged.account.renews_on = today() + timedelta(days=30), today() - timedelta(days=1)
    db.session.flush()
    assert found(AccountFilter(csm_id=cast.cs.id)) == [busy.id]
    assert found(AccountFilter(industry="林業")) == [busy.id]
    assert found(AccountFilter(prefecture=27)) == [busy.id]
    assert found(AccountFilter(renews_within=30)) == [quiet.id]
    assert found(AccountFilter(renews_within=29)) == []
    assert found(AccountFilter(text=quiet.account.name[1:4], segment=Segment.HIGH)) == [quiet.id]
    assert found(AccountFilter(text="%")) == []
    assert "林業" in list_choices().industries
    assert list_accounts(AccountFilter(csm_id=cast.cs.id), today())[0].csm_name == cast.cs.display_name


def test_alarms(companies: list[Company]) -> None:
    busy, quiet, unjudged, _ = companies
    for alarm in Alarm:
        assert found(AccountFilter(alarm=alarm)) == []
    for company in (busy, quiet, unjudged):
        score = company.score()
        assert score is not None
        score.falling, score.behavior_30 = company is busy, 95.0
        score.left_since = score.left_unnoted_since = {busy.id: ago(89), quiet.id: ago(90)}.get(company.id)
        score.empty_since = score.empty_unnoted_since = today() if company is unjudged else None
    db.session.flush()
    assert found(AccountFilter(alarm=Alarm.FELL)) == [busy.id]
    assert found(AccountFilter(alarm=Alarm.LEFT)) == [busy.id]  # after ninety days only a mark is left
    assert found(AccountFilter(), sort=Sort.ALERTS, descending=True) == [unjudged.id, busy.id, quiet.id]
    row = list_accounts(AccountFilter(alarm=Alarm.FELL), today())[0]
    assert row.alarms == (Alarm.LEFT, Alarm.FELL)
    assert row.change == shown_change(95.0, busy.behavior())


def test_an_alarm_that_was_seen_to_rings_no_more_until_it_begins_anew(companies: list[Company]) -> None:
    score = companies[0].score()
    assert score is not None
    score.empty_since, score.empty_unnoted_since = ago(3), None
    db.session.flush()
    assert found(AccountFilter(alarm=Alarm.EMPTY)) == []
    score.empty_since = score.empty_unnoted_since = ago(1)
    db.session.flush()
    assert found(AccountFilter(alarm=Alarm.EMPTY)) == [companies[0].id]


def test_an_alarm_about_leavers_rings_since_the_last_of_them_whom_no_note_is_about(companies: list[Company]) -> None:
    score = companies[0].score()
    assert score is not None
    score.left_since, score.left_unnoted_since = ago(3), None
    db.session.flush()
    assert found(AccountFilter(alarm=Alarm.LEFT)) == []
    score.left_unnoted_since = ago(8)
    db.session.flush()
    assert found(AccountFilter(alarm=Alarm.LEFT)) == [companies[0].id]
    assert list_accounts(AccountFilter(), today())[0].left_since == ago(3)


def test_more_companies_do_not_need_more_statements(companies: list[Company]) -> None:
    numbers = []
    for chosen, count in ((AccountFilter(text=companies[0].account.name), 1), (AccountFilter(), 3)):
        db.session.expire_all()
        with counted_statements() as said:
            rows = list_accounts(chosen, today())
            assert len([row.account.name for row in rows]) == count
        numbers.append(len(said))
    assert numbers[0] == numbers[1]
