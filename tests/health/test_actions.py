"""Scores and snapshots are written for whom, when, and with how many questions to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy import event

from community import realtime
from community.accounts.memberships import MembershipPeriod, write_periods
from community.health import actions, counting, projector, queries, snapshots, tasks
from community.health.counting import Grain
from community.health.momentum import momentum
from community.health.policies import FIRST_VERSION, list_policies
from community.health.policy import FIRST_KINDS, FIRST_TERMS, SCALES, KindTerms, PolicyError, PolicyTerms
from community.health.publishing import ensure_first_policy, publish_policy, suggested_scales
from community.health.rules import Band, points_of
from community.health.situations import get_projection_position, today
from community.projections.tasks import rebuild
from community.workdays import count_busy_days
from models.accounts import AccountKind, Segment
from models.audit import AuditEntry
from models.base import db, now, transaction
from models.health import AccountScore, AccountSnapshot, Policy
from tests.cast import Cast
from tests.health import scenario
from tests.health.reading import explain, get_snapshot
from tests.health.scenario import LONG_AGO, Company, ago

pytestmark = pytest.mark.usefixtures("app")


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    said: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_: object) -> None:  # noqa: ANN401 -- SQLAlchemy's own
        if not statement.startswith(("SAVEPOINT", "RELEASE")):
            said.append(statement)

    connection = db.session.connection()
    event.listen(connection, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(connection, "before_cursor_execute", hear)


# --- who has a reading


@pytest.mark.parametrize("kind", [AccountKind.PARTNER, AccountKind.PROSPECT, AccountKind.VENDOR])
def test_only_customers_have_a_score(kind: AccountKind) -> None:
    company = scenario.found(kind=kind, since=ago(3))
    scenario.act(company.people[0], "reply_posted", ago(0), 1)
    scenario.process()
    with transaction():
        actions.rescore([company.id], today())
        assert snapshots.take_snapshots([company.id], ago(1)) == 0
    assert company.score() is None
    assert explain(company.id) is None
    assert queries.score(company.id, today(), get_projection_position()) is None


def test_a_customer_with_nobody_here_has_no_reading_and_one_who_did_nothing_has_zero() -> None:
    empty, idle = scenario.found(0, since=ago(3)), scenario.found(1, since=ago(3))
    with transaction():
        actions.rescore([empty.id, idle.id], today())
        assert snapshots.take_snapshots([empty.id, idle.id], ago(1)) == 3
    unjudged = empty.score()
    assert unjudged is not None
    assert unjudged.behavior is None
    assert idle.behavior() == 0.0
    assert [snapshot.behavior for snapshot in idle.snapshots()] == [0.0, 0.0, 0.0]
    assert empty.snapshots() == []
    assert explain(empty.id) is None


def test_a_customer_without_a_phase_has_no_reading() -> None:
    company = scenario.found(segment=None)
    scenario.act(company.people[0], "reply_posted", ago(0), 1)
    scenario.process()
    score = company.score()
    assert score is not None
    assert score.behavior is None
    assert company.counted() != {}
    assert (score.members, score.active_members, score.band_reason) == (3, 1, None)


def test_a_contract_that_ended_closes_the_score() -> None:
    company = scenario.found(since=ago(40))
    scenario.act(company.people[0], "talk_given", ago(30), 1)
    company.account.contract_ended_on = ago(10)
    db.session.flush()
    scenario.process()
    score = company.score()
    assert score is not None
    assert score.day == ago(10)
    closed = company.behavior()
    with transaction():
        snapshots.take_snapshots([company.id], ago(1))
    assert company.snapshots()[-1].day == ago(10)
    assert company.snapshots()[-1].behavior == closed
    assert company.id not in queries.list_stale_ids(today())
    assert company.id not in queries.list_ids_without_snapshot(ago(1))
    scenario.act(company.people[0], "talk_given", ago(5), 2)
    scenario.process()
    assert company.behavior() == closed


# --- what is stored


def test_the_row_says_what_lists_need() -> None:
    company = scenario.found(since=ago(200))
    for age in (150, 70, 65, 60):
        scenario.act(company.people[0], "talk_given", ago(age), age)
    for person in company.people[1:]:
        scenario.act(person, "reply_posted", ago(62), person.id)
    scenario.process()
    with transaction():
        snapshots.take_snapshots([company.id], ago(1))
        actions.rescore([company.id], today())
    row = company.score()
    assert row is not None
    taken = get_snapshot(company.id, ago(30))
    assert taken is not None
    assert (row.day, row.policy_version) == (today(), FIRST_VERSION)
    assert row.behavior_30 == taken.behavior
    assert (row.active_members, row.members) == (3, 3)
    assert not row.silent  # the pause of 80 days in the year before was longer
    assert not row.falling
    assert row.momentum == momentum(points_of(company.counted(), FIRST_TERMS), today()) is not None
    assert (row.band, row.band_reason, row.leavers_share) == (Band.WATCH, None, 0.0)
    assert row.behavior_of_present == row.behavior


def test_a_silence_is_stored_with_what_it_is_compared_to() -> None:
    company = scenario.found(since=ago(200))
    for age in (95, 90, 85, 80):
        scenario.act(company.people[age % 3], "reply_posted", ago(age), age)
    scenario.process()
    row = company.score()
    assert row is not None
    assert row.silent
    assert row.silent_days == count_busy_days(ago(80), today())
    assert row.longest_pause in {3, 4}


def test_a_fall_is_noticed_against_what_was_recorded_then() -> None:
    company = scenario.found(since=ago(60))
    signals = [scenario.act(person, "talk_given", ago(40), n) for n, person in enumerate(company.people)]
    scenario.process()
    with transaction():
        snapshots.take_snapshots([company.id], ago(1))
    for signal in signals:
        scenario.withdraw(signal)
    scenario.process()
    row = company.score()
    assert row is not None
    assert row.behavior == 0.0
    assert row.falling
    assert not row.silent


def test_pages_hear_ids_and_versions_and_only_of_what_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[str, str, dict[str, Any]]] = []
    monkeypatch.setattr(realtime, "push", lambda room, event, payload: heard.append((room, event, payload)))
    company, other = scenario.found(), scenario.found()
    scenario.act(company.people[0], "reply_posted", ago(0), 1)
    scenario.process()
    place = get_projection_position()
    assert heard == [
        (f"account:{company.id}", "account", {"id": company.id, "version": 1}),
        ("accounts", "account_scores", {"version": place, "versions": {str(company.id): 1}}),
    ]
    heard.clear()
    with transaction():
        actions.rescore([company.id], today())
    assert heard == []
    scenario.act(company.people[0], "reply_posted", ago(0), 2)
    scenario.process()
    assert heard[0] == (f"account:{company.id}", "account", {"id": company.id, "version": 2})
    assert other.score() is None


def test_more_accounts_do_not_need_more_statements() -> None:
    companies = [scenario.found(2) for _ in range(4)]
    for company in companies:
        scenario.act(company.people[0], "reply_posted", ago(0), 1)
    scenario.process()
    ids = [company.id for company in companies]
    tomorrow = today() + timedelta(days=1)
    numbers = []
    for chosen in (ids[:1], ids[1:]):
        with transaction(), counted_statements() as said:
            actions.rescore(chosen, tomorrow)
            db.session.flush()
        numbers.append(len(said))
    assert numbers[0] == numbers[1]
    numbers = []
    for chosen in (ids[:1], ids[1:]):
        with transaction(), counted_statements() as said:
            snapshots.take_snapshots(chosen, ago(1))
        numbers.append(len(said))
    assert numbers[0] == numbers[1]


# --- days


def test_missed_days_are_filled_and_old_ones_left_alone() -> None:
    company = scenario.found(since=ago(9))
    scenario.act(company.people[0], "reply_posted", ago(8), 1)
    scenario.process()
    with transaction():
        assert snapshots.take_snapshots([company.id], ago(5)) == 5
    written = {snapshot.id: snapshot.taken_at for snapshot in company.snapshots()}
    with transaction():
        assert snapshots.take_snapshots([company.id], ago(1)) == 4
        assert snapshots.take_snapshots([company.id], ago(1)) == 0
    assert [snapshot.day for snapshot in company.snapshots()] == [ago(age) for age in range(9, 0, -1)]
    assert {s.id: s.taken_at for s in company.snapshots() if s.id in written} == written


def test_the_first_snapshots_reach_back_a_year_and_no_further() -> None:
    company = scenario.found(1)
    with transaction():
        assert snapshots.take_snapshots([company.id], ago(1)) == snapshots.BACKFILL_DAYS + 1
    assert company.snapshots()[0].day == ago(1) - timedelta(days=snapshots.BACKFILL_DAYS)


def leave(company: Company, day: date) -> None:
    for person in company.people:
        with transaction():
            write_periods(person, [MembershipPeriod(company.id, ago(LONG_AGO.days), day)])


def test_of_an_emptied_company_no_day_is_missing_after_the_last_one_with_a_member() -> None:
    emptied, came_back, never, no_phase = (
        scenario.found(1),
        scenario.found(1),
        scenario.found(0),
        scenario.found(1, segment=None),
    )
    for company in (emptied, came_back):
        leave(company, ago(20))
    assert {never.id, no_phase.id}.isdisjoint(queries.list_ids_without_snapshot(ago(1)))
    assert {emptied.id, came_back.id} <= set(queries.list_ids_without_snapshot(ago(1)))
    tasks.take_snapshots()
    assert emptied.snapshots()[-1].day == ago(21)
    assert {emptied.id, came_back.id}.isdisjoint(queries.list_ids_without_snapshot(ago(1)))
    scenario.hire(came_back, ago(2))
    assert came_back.id in queries.list_ids_without_snapshot(ago(1))
    tasks.take_snapshots()
    assert [snapshot.day for snapshot in came_back.snapshots()[-3:]] == [ago(21), ago(2), ago(1)]
    assert queries.list_ids_without_snapshot(ago(1)) == []


def test_a_company_emptied_before_the_reach_of_snapshots_is_left_alone() -> None:
    company = scenario.found(1)
    leave(company, ago(snapshots.BACKFILL_DAYS + 1))
    assert company.id not in queries.list_ids_without_snapshot(ago(1))
    leave(company, ago(snapshots.BACKFILL_DAYS))
    assert company.id in queries.list_ids_without_snapshot(ago(1))
    with transaction():
        assert snapshots.take_snapshots([company.id], ago(1)) == 1
    assert company.id not in queries.list_ids_without_snapshot(ago(1))


def test_the_nightly_doors_bring_everybody_to_today() -> None:
    companies = [scenario.found(1, since=ago(2)) for _ in range(3)]
    scenario.act(companies[0].people[0], "reply_posted", ago(1), 1)
    scenario.process()
    tasks.take_snapshots()
    tasks.rescore_accounts()
    assert [len(company.snapshots()) for company in companies] == [2, 2, 2]
    assert [company.behavior() > 0 for company in companies] == [True, False, False]
    fresh = companies[0].behavior()
    with time_machine.travel(now() + timedelta(days=3), tick=False):
        tasks.take_snapshots()
        tasks.rescore_accounts()
        assert [len(company.snapshots()) for company in companies] == [5, 5, 5]
        assert companies[0].behavior() < fresh
        score = companies[0].score()
        assert score is not None
        assert score.day == today()
        assert queries.list_stale_ids(today()) == []
        assert queries.list_ids_without_snapshot(ago(1)) == []


def test_the_day_ends_at_midnight_in_the_communitys_zone() -> None:
    company = scenario.found(1)
    with time_machine.travel("2026-11-22T14:59:00Z", tick=False):
        assert today().isoformat() == "2026-11-22"
    with time_machine.travel("2026-11-22T15:01:00Z", tick=False):
        assert today().isoformat() == "2026-11-23"
    assert company.score() is None


# --- policies


def dearer() -> PolicyTerms:
    return PolicyTerms.of({**FIRST_KINDS, "reply_posted": KindTerms(9, 60, 5)}, SCALES)


def test_the_first_policy_is_written_once() -> None:
    with transaction():
        ensure_first_policy()
        ensure_first_policy()
    row = db.session.scalars(sa.select(Policy)).one()
    assert (row.version, row.sha256) == (1, FIRST_TERMS.sha256)
    assert list_policies().in_force(ago(4000)).terms == FIRST_TERMS


def test_publishing_is_audited_and_holds_from_its_day(cast: Cast) -> None:
    start = today() + timedelta(days=2)
    with transaction():
        published = publish_policy(dearer(), start, "理由", cast.administrator)
    assert published.version == 2
    policies = list_policies()
    assert policies.in_force(start - timedelta(days=1)).version == 1
    assert policies.in_force(start).terms == dearer()
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "health.publish_policy")).one()
    assert (entry.actor_id, entry.subject_id, entry.reason) == (cast.administrator.id, 2, "理由")


def test_what_was_written_down_cannot_be_given_another_policy(cast: Cast) -> None:
    company = scenario.found(1, since=ago(3))
    with transaction():
        snapshots.take_snapshots([company.id], ago(1))
    with transaction(), pytest.raises(PolicyError):
        publish_policy(dearer(), ago(1), "", cast.administrator)
    with transaction():
        publish_policy(dearer(), today() + timedelta(days=5), "", cast.administrator)
    with transaction(), pytest.raises(PolicyError, match="later"):
        publish_policy(FIRST_TERMS, today(), "", cast.administrator)
    with transaction(), pytest.raises(PolicyError, match="version 2"):
        publish_policy(dearer(), today() + timedelta(days=9), "", cast.administrator)


def test_twenty_active_accounts_choose_the_scale_of_their_segment() -> None:
    companies = [scenario.found(1, segment=Segment.DIGITAL, since=ago(5)) for _ in range(20)]
    for company in companies[1:]:
        scenario.act(company.people[0], "talk_given", ago(0), 1)
    scenario.process()
    assert suggested_scales(FIRST_TERMS, today()) == SCALES
    scenario.act(companies[0].people[0], "talk_given", ago(0), 1)
    scenario.process()
    scales = suggested_scales(FIRST_TERMS, today())
    place = get_projection_position()
    shown = queries.score(companies[0].id, today(), place)
    assert shown is not None
    assert (scales["high"], scales["mid"]) == (60.0, 30.0)
    assert FIRST_TERMS.with_scales(scales).scale_of("digital") == pytest.approx(shown.breadth / 0.6931471805599453)


def test_a_rebuild_leaves_snapshots_alone() -> None:
    company = scenario.found(1, since=ago(2))
    with transaction():
        snapshots.take_snapshots([company.id], ago(1))
        actions.rescore([company.id], today())
        actions.forget_scores()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AccountScore)) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AccountSnapshot)) == 2


def test_a_chunk_of_many_companies_and_days_is_counted_at_once(cast: Cast) -> None:
    """Neither database needs so many grains as single parameters, or refuses so long a list."""
    grains = {
        Grain(account.id, cast.cs.id, "reply_posted", today() - timedelta(days=n))
        for account in (cast.a, cast.b)
        for n in range(2_500)
    }
    actions.recount(grains, 1)
    assert counting.stored_days([cast.a.id]) == {cast.a.id: {}}


# --- versions and clocks


def test_versions_of_scores_never_fall_by_a_rebuild(monkeypatch: pytest.MonkeyPatch) -> None:
    """Open pages have the old ones, and believe the higher."""
    pushed: list[tuple[str, int]] = []
    monkeypatch.setattr(realtime, "push", lambda room, _event, payload: pushed.append((room, payload["version"])))
    one, two = scenario.found(), scenario.found()
    for number in range(3):
        scenario.act(one.people[0], "reply_posted", ago(0), number)
        scenario.process()
    scenario.act(two.people[0], "reply_posted", ago(0), 9)
    scenario.process()
    for _ in range(2):
        before = {company.id: version_of(company) for company in (one, two)}
        rebuild((projector,))
        assert all(version_of(company) > before[company.id] for company in (one, two))
    for room in (f"account:{one.id}", f"account:{two.id}", "accounts"):
        versions = [version for where, version in pushed if where == room]
        assert versions == sorted(versions), room


def version_of(company: scenario.Company) -> int:
    score = company.score()
    assert score is not None
    return score.version


def test_a_score_of_a_day_that_the_clock_ran_ahead_to_is_scored_again() -> None:
    company = scenario.found()
    scenario.act(company.people[0], "reply_posted", ago(0), 1)
    scenario.process()
    with transaction():
        actions.rescore([company.id], today() + timedelta(days=1))
    assert company.id in queries.list_stale_ids(today())
    tasks.rescore_accounts()
    score = company.score()
    assert score is not None
    assert score.day == today()
    assert company.id not in queries.list_stale_ids(today())
