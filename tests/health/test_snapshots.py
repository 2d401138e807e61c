"""A snapshot says what was known when it was taken, for ever: its people and alarms like its score."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from community.accounts.memberships import MembershipPeriod, write_periods
from community.accounts.records import record_what_is_missing
from community.health import actions, queries, snapshots, tasks
from community.health.alarms import RULES_VERSION, Alarm
from community.health.presence import BandReason
from community.health.rules import Band
from community.health.situations import today
from community.health.snapshot_checks import NOT_IN_RULES_1, RULES_BY_VERSION, WRONG, list_snapshot_faults
from models.accounts import Account, AccountKind, Member, Membership, Segment, Stage
from models.base import db, transaction
from models.health import AccountSnapshot
from models.records import AccountRecord, MembershipRecord
from tests.health import scenario
from tests.health.scenario import Company, ago

pytestmark = pytest.mark.usefixtures("app")


def leave(member: Member, company: Company, last_day: int, to: Account | None = None) -> None:
    """Let the member leave, with so many days since the last one."""
    until = ago(last_day - 1)
    came = ago(scenario.LONG_AGO.days)
    periods = [MembershipPeriod(company.id, came, until)]
    with transaction():
        write_periods(member, [*periods, *([MembershipPeriod(to.id, until)] if to else [])])


def take(*companies: Company) -> None:
    with transaction():
        snapshots.take_snapshots([company.id for company in companies], ago(1))
        actions.rescore([company.id for company in companies], today())


def of_day(company: Company, days: int) -> AccountSnapshot:
    return next(snapshot for snapshot in company.snapshots() if snapshot.day == ago(days))


def stored(company: Company) -> list[dict[str, Any]]:
    columns = [column.name for column in AccountSnapshot.__table__.columns]
    return [{name: getattr(snapshot, name) for name in columns} for snapshot in company.snapshots()]


@pytest.fixture
def carried() -> Company:
    """A company that one of two people carried, and left twenty days ago."""
    company = scenario.found(2)
    champion, other = company.people
    for age in (200, 150, 100, 50):
        scenario.act(champion, "talk_given", ago(age), age)
    scenario.act(other, "reply_posted", ago(30), 1)
    leave(champion, company, 20)
    scenario.process()
    take(company)
    return company


def test_the_day_after_the_last_day_says_who_left(carried: Company) -> None:
    there, gone = of_day(carried, 20), of_day(carried, 19)
    assert (there.members, there.leavers_share, there.alarms) == (2, 0.0, "")
    assert (gone.members, gone.left_since, gone.alarms) == (1, ago(19), Alarm.LEFT)
    assert gone.behavior_of_present is not None
    assert gone.behavior is not None
    assert gone.behavior_of_present < 10 < gone.behavior
    assert of_day(carried, 1).left_since == ago(19)
    row = carried.score()
    assert row is not None
    assert (row.left_since, row.members, row.active_members) == (ago(19), 1, 1)


def test_good_without_a_second_is_to_be_watched() -> None:
    company = scenario.found(2, segment=scenario.Segment.DIGITAL)
    scenario.act(company.people[0], "talk_given", ago(5), 1)
    scenario.process()
    take(company)
    assert (of_day(company, 2).band, of_day(company, 2).band_reason) == (Band.WATCH, BandReason.ONE_ACTIVE)


def test_a_company_that_everybody_left_has_no_reading_and_keeps_its_last_snapshot() -> None:
    company = scenario.found(1)
    scenario.act(company.people[0], "talk_given", ago(30), 1)
    leave(company.people[0], company, 10)
    scenario.process()
    take(company)
    assert company.snapshots()[-1].day == ago(10)
    row = company.score()
    assert row is not None
    assert (row.behavior, row.band, row.band_reason) == (None, Band.UNJUDGED, BandReason.NOBODY)
    assert row.empty_since == ago(9)
    take(company)
    assert company.snapshots()[-1].day == ago(10)
    assert list(list_snapshot_faults()) == []


def test_later_changes_of_people_licences_and_parents_change_no_snapshot(carried: Company) -> None:
    """Dated back to before the snapshots, as a correction is; then all of them are computed again."""
    before, sister = stored(carried), scenario.found(1)
    with transaction():
        carried.account.licences, sister.account.parent_id = 1, carried.id
        write_periods(
            carried.people[0], [MembershipPeriod(carried.id, ago(500), ago(40)), MembershipPeriod(sister.id, ago(40))]
        )
        write_periods(carried.people[1], [])
    scenario.process()
    take(carried)
    assert stored(carried) == before
    assert list(list_snapshot_faults()) == []


def test_what_is_recorded_between_two_snapshots_counts_for_the_second_only(carried: Company) -> None:
    """Also where the ledger has not grown meanwhile."""
    newest = of_day(carried, 1)
    with transaction():
        db.session.delete(newest)
        write_periods(carried.people[0], [MembershipPeriod(carried.id, ago(500))])
    take(carried)
    assert (of_day(carried, 2).members, of_day(carried, 1).members) == (1, 2)
    assert of_day(carried, 1).read_to == of_day(carried, 2).read_to
    assert list(list_snapshot_faults()) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("behavior", 1.5),
        ("momentum", 0.25),
        ("band", Band.GOOD),
        ("band_reason", BandReason.ONE_ACTIVE),
        ("members", 9),
        ("active_members", 0),
        ("leavers_share", 0.125),
        ("behavior_of_present", 33.0),
        ("left_since", None),
        ("alarms", ""),
        ("behavior", None),
        ("memberships_to", None),
        ("accounts_to", None),
        ("memberships_to", 0),
        ("segment", Segment.HIGH),
        ("stage", Stage.RENEWAL),
        ("scale", 12.0),
        ("rules_version", 1),
    ],
)
def test_a_changed_snapshot_is_found(carried: Company, column: str, value: object) -> None:
    wrong = of_day(carried, 1)
    assert getattr(wrong, column) != value
    setattr(wrong, column, value)
    db.session.flush()
    assert list(list_snapshot_faults()) == [(wrong.account_id, wrong.day, WRONG)]


def under_rules_1() -> None:
    """Leave of all snapshots what the first rules said."""
    db.session.execute(sa.update(AccountSnapshot).values(rules_version=1, **dict.fromkeys(NOT_IN_RULES_1)))
    db.session.expire_all()


def test_snapshots_of_the_first_rules_are_scores_and_stay_as_they_are(carried: Company) -> None:
    under_rules_1()
    before = stored(carried)
    take(carried)
    assert stored(carried) == before
    assert list(list_snapshot_faults()) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("behavior", 1.0),
        ("behavior", None),
        ("momentum", 9.0),
        ("segment", Segment.HIGH),
        ("band", Band.GOOD),
        ("members", 99),
        ("alarms", "empty"),
        ("rules_version", 2),
    ],
)
def test_a_changed_snapshot_of_the_first_rules_is_found(carried: Company, column: str, value: object) -> None:
    under_rules_1()
    assert getattr(of_day(carried, 1), column) != value
    setattr(of_day(carried, 1), column, value)
    db.session.flush()
    assert list(list_snapshot_faults()) == [(carried.id, ago(1), WRONG)]


def test_each_version_of_the_rules_is_checked_and_no_other(carried: Company) -> None:
    assert list(RULES_BY_VERSION) == list(range(1, RULES_VERSION + 1))
    of_day(carried, 3).rules_version = RULES_VERSION + 1
    db.session.flush()
    problem = f"taken under rules {RULES_VERSION + 1}, which this version does not know"
    assert list(list_snapshot_faults()) == [(carried.id, ago(3), problem)]


@pytest.mark.parametrize("rules", [1, 2])
def test_deleted_days_between_two_snapshots_are_found(carried: Company, rules: int) -> None:
    if rules == 1:
        under_rules_1()
    for day in (ago(60), ago(59), ago(58), ago(40)):
        # Thirty days later the fall is computed from what is stored.
        gone = sa.delete(AccountSnapshot).where(AccountSnapshot.account_id == carried.id, AccountSnapshot.day == day)
        db.session.execute(gone)
    assert list(list_snapshot_faults()) == [
        (carried.id, ago(60), f"missing, and those up to {ago(58)}"),
        (carried.id, ago(40), "missing"),
    ]


def test_days_on_which_nobody_was_there_are_no_gap() -> None:
    """As it was known when they were left out: nobody can be with the company on them in hindsight."""
    company = scenario.found(1)
    scenario.act(company.people[0], "talk_given", ago(30), 1)
    leave(company.people[0], company, 20)
    scenario.hire(company, ago(10))
    scenario.process()
    take(company)
    assert not {ago(19), ago(11)} & {snapshot.day for snapshot in company.snapshots()}
    with transaction():
        write_periods(company.people[0], [MembershipPeriod(company.id, ago(500))])
    take(company)
    assert list(list_snapshot_faults()) == []


def test_days_of_a_contract_that_was_taken_up_again_are_filled(carried: Company) -> None:
    with transaction():
        db.session.execute(sa.delete(AccountSnapshot).where(AccountSnapshot.day > ago(9)))
        carried.account.contract_ended_on = ago(9)
    take(carried)
    assert list(list_snapshot_faults()) == []
    carried.account.contract_ended_on = None
    db.session.flush()
    take(carried)
    assert carried.snapshots()[-1].day == ago(1)
    assert list(list_snapshot_faults()) == []


def test_a_snapshot_of_a_day_on_which_nobody_was_there_is_found() -> None:
    company = scenario.found(1)
    scenario.act(company.people[0], "talk_given", ago(30), 1)
    leave(company.people[0], company, 10)
    scenario.process()
    take(company)
    company.snapshots()[-1].day = ago(9)
    db.session.flush()
    assert list(list_snapshot_faults()) == [(company.id, ago(10), "missing"), (company.id, ago(9), WRONG)]


def test_snapshots_of_a_former_customer_agree(carried: Company) -> None:
    carried.account.kind = AccountKind.PARTNER
    db.session.flush()
    assert list(list_snapshot_faults()) == []
    of_day(carried, 1).members = 9
    db.session.flush()
    assert list(list_snapshot_faults()) == [(carried.id, ago(1), WRONG)]


# --- the records themselves


def test_each_change_of_a_membership_is_recorded_and_nothing_else(carried: Company) -> None:
    def written() -> list[tuple[Any, ...]]:
        theirs = (
            sa.select(MembershipRecord).where(MembershipRecord.member_id == member.id).order_by(MembershipRecord.id)
        )
        return [(row.account_id, row.from_day, row.until_day, row.is_deleted) for row in db.session.scalars(theirs)]

    member = scenario.hire(carried, ago(9))
    assert written() == [(carried.id, ago(9), None, False)]
    row = db.session.query(Membership).filter_by(member_id=member.id).one()
    row.is_company_admin = True
    db.session.flush()
    assert len(written()) == 1
    row.until_day = ago(2)
    db.session.flush()
    db.session.delete(row)
    db.session.flush()
    assert written()[1:] == [(carried.id, ago(9), ago(2), False), (carried.id, ago(9), ago(2), True)]


def test_licences_and_parents_are_recorded_with_their_place_in_the_ledger(carried: Company) -> None:
    carried.account.name += "2"
    db.session.flush()
    carried.account.licences = 7
    db.session.flush()
    theirs = sa.select(AccountRecord).where(AccountRecord.account_id == carried.id).order_by(AccountRecord.id)
    rows = db.session.scalars(theirs).all()
    assert [(row.licences, row.parent_id) for row in rows] == [(None, None), (7, None)]
    assert rows[0].place == 0 < rows[1].place


def test_days_before_anybody_came_have_no_snapshot() -> None:
    company = scenario.found(0)
    scenario.hire(company, ago(3))
    take(company)
    assert [snapshot.day for snapshot in company.snapshots()] == [ago(3), ago(2), ago(1)]
    assert company.snapshots()[0].day - timedelta(days=1) == ago(4)


@pytest.mark.parametrize("change", ["joined", "licences", "nothing"])
def test_a_score_is_stale_when_its_people_or_licences_changed(carried: Company, change: str) -> None:
    assert carried.id not in queries.list_stale_ids(today())
    if change == "joined":
        scenario.hire(carried, today())
    elif change == "licences":
        carried.account.licences = 1
    db.session.flush()
    assert (carried.id in queries.list_stale_ids(today())) is (change != "nothing")
    take(carried)
    assert carried.id not in queries.list_stale_ids(today())


@pytest.mark.parametrize("change", ["joined", "left", "moved away", "licences"])
def test_what_an_older_version_writes_meanwhile_is_recorded_afterwards(carried: Company, change: str) -> None:
    """Its processes go on while an upgrade is under way, and know no records."""
    other = carried.people[1]
    theirs = sa.select(MembershipRecord).where(MembershipRecord.member_id == other.id)
    before = len(db.session.scalars(theirs).all())
    mine = sa.update(Membership).where(Membership.member_id == other.id).execution_options(synchronize_session=False)
    values = {"member_id": other.id, "account_id": carried.id, "from_day": ago(3), "is_company_admin": False}
    by_core = {
        "joined": sa.insert(Membership).values(**values),
        "left": mine.values(until_day=ago(3)),
        "moved away": sa.delete(Membership).where(Membership.member_id == other.id),
        "licences": sa.update(Account).where(Account.id == carried.id).values(licences=9),
    }
    if change == "joined":
        db.session.execute(mine.values(until_day=ago(3)))
    db.session.execute(by_core[change].execution_options(synchronize_session=False))
    db.session.expire_all()
    assert record_what_is_missing() == (2 if change == "joined" else 1)
    assert record_what_is_missing() == 0
    newest = db.session.scalars(theirs.order_by(MembershipRecord.id.desc())).first()
    assert newest is not None
    assert newest.is_deleted is (change == "moved away")
    assert len(db.session.scalars(theirs).all()) == before + {"joined": 2, "licences": 0}.get(change, 1)


def test_what_an_older_version_wrote_is_recorded_before_the_day_is_written_down(carried: Company) -> None:
    """Whoever was taken out yesterday, past the listeners, is not with the company in yesterday's snapshot."""
    for snapshot in carried.snapshots()[-3:]:
        db.session.delete(snapshot)
    mine = sa.update(Membership).where(Membership.member_id == carried.people[1].id)
    db.session.execute(mine.values(until_day=ago(2)).execution_options(synchronize_session=False))
    scenario.hire(carried, ago(9))
    db.session.expire_all()
    tasks.take_snapshots()
    assert {(day, of_day(carried, day).members) for day in (3, 2, 1)} == {(3, 2), (2, 1), (1, 1)}
    assert list(list_snapshot_faults()) == []
