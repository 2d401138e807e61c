"""The plots of docs/sample-community.md are true of the stored figures on each day of loading; alarms are worth it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime, time, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from community import demo
from community.app import create_app
from community.health.alarms import FALL_DAYS, Alarm
from community.health.policy import FIRST_TERMS
from community.health.silence import BEGUN_BY_OTHERS
from models.base import db, is_among, transaction
from models.health import AccountSnapshot, DailyCount
from tests.databases import COMMUNITY_ZONE, LOAD_SECONDS, Databases, make_config
from tests.demo.guide import list_plots
from tests.demo.plots import PLOTS
from tests.demo.sample import Sample

pytestmark = pytest.mark.timeout(2 * LOAD_SECONDS)

FIRST = date(2026, 11, 30)
OTHERS = (
    date(2026, 12, 31),
    date(2027, 1, 5),
    date(2027, 3, 31),
    date(2027, 5, 6),
    date(2027, 8, 17),
    date(2027, 10, 9),
    date(2028, 2, 29),
)
"""Days around which few people work, on which a plot is lost most easily; an ordinary Saturday, and a leap day."""


@pytest.fixture(
    scope="module", params=[FIRST, *(pytest.param(day, marks=pytest.mark.long) for day in OTHERS)], ids=date.isoformat
)
def sample(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sample]:
    """The sample community of a day, on that day. tests/demo/test_load.py shows that both databases hold the same."""
    day: date = request.param
    app = create_app(make_config(tmp_path_factory.mktemp("plots"), databases.new("sqlite")))
    with app.app_context():
        with time_machine.travel(datetime.combine(day, time(12), COMMUNITY_ZONE)), transaction():
            demo.load(day)
            demo.derive()
        yield Sample(day)
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("name", PLOTS)
def test_the_guide_tells_the_truth(sample: Sample, name: str) -> None:
    PLOTS[name](sample, sample.find(name))


def test_each_company_of_the_guide_has_a_check() -> None:
    assert list_plots() == list(PLOTS)


# --- the alarms, with the day of loading fixed ------------------------------------------------------------------------

first_day_only = pytest.mark.parametrize("sample", [FIRST], indirect=True, ids=date.isoformat)


@first_day_only
def test_the_champions_company_as_its_owner_knows_it(sample: Sample) -> None:
    figures = sample.find("衣浦部品工業").figures
    assert f"{figures.behavior:.1f} {figures.behavior_of_present:.1f}" == "45.5 25.0"


@first_day_only
def test_a_long_break_is_no_silence(sample: Sample, record_property: Callable[[str, object], None]) -> None:
    rings = {month: _rings_a_day(Alarm.SILENT, date(2026, month, 1), date(2026, month + 1, 1)) for month in (1, 4)}
    record_property("companies that ring silent, a day", f"January {rings[1]:.2f}, April {rings[4]:.2f}")
    assert rings[1] <= 1
    assert rings[1] <= rings[4] + 1


@first_day_only
def test_a_silence_rings_to_the_end(sample: Sample) -> None:
    company = sample.find("東雲ファシリティーズ")
    rang = [day for _, day, alarms in _list_alarms([company.row.account.id]) if Alarm.SILENT in alarms]
    assert rang
    assert rang == [rang[0] + timedelta(days=n) for n in range((sample.day - rang[0]).days)]
    assert Alarm.SILENT in company.row.alarms


LATER = timedelta(days=60)


@first_day_only
def test_what_alarms_are_worth_is_told(sample: Sample, record_property: Callable[[str, object], None]) -> None:
    """Of the times that an alarm began to ring at least 60 days ago, how many it was right.

    Silent: nobody began anything in those days. Left: the score was lower in the end, so nobody stood in. Fell: it was
    not even halfway up again. Empty: still nobody was there. A contract that had ended by then was worth each call.
    """
    found = {alarm: list(_list_outcomes(alarm, sample.day)) for alarm in Alarm}
    told = [f"{alarm} {sum(outcomes)} of {len(outcomes)}" for alarm, outcomes in found.items()]
    record_property("alarms that were right 60 days later", ", ".join(told))
    assert found[Alarm.SILENT]
    assert found[Alarm.LEFT] == [True]


def _list_alarms(account_ids: Collection[int] | None = None) -> list[tuple[int, date, set[str]]]:
    """Return what rang for whom on each day that was written down, in the order of accounts and days."""
    chosen = sa.select(AccountSnapshot.account_id, AccountSnapshot.day, AccountSnapshot.alarms)
    if account_ids is not None:
        chosen = chosen.where(is_among(AccountSnapshot.account_id, account_ids))
    rows = db.session.execute(chosen.order_by(AccountSnapshot.account_id, AccountSnapshot.day))
    return [(account_id, day, set(filter(None, (alarms or "").split(",")))) for account_id, day, alarms in rows]


def _rings_a_day(alarm: Alarm, first: date, end: date) -> float:
    ringing = sum(first <= day < end and alarm in alarms for _, day, alarms in _list_alarms())
    return ringing / (end - first).days


def _list_outcomes(alarm: Alarm, today: date) -> Iterator[bool]:
    """Yield whether the alarm was right, for each time that it began and for which the later day has been seen."""
    rang: defaultdict[int, list[date]] = defaultdict(list)
    for account_id, day, alarms in _list_alarms():
        if alarm in alarms:
            rang[account_id].append(day)
    for account_id, days in rang.items():
        for day in days:
            if day - timedelta(days=1) not in days and day + LATER < today:
                yield _was_right(alarm, account_id, day)


def _was_right(alarm: Alarm, account_id: int, day: date) -> bool:
    if alarm is Alarm.SILENT:
        own = sa.select(DailyCount.day).where(
            DailyCount.account_id == account_id,
            DailyCount.kind.in_(FIRST_TERMS.by_kind.keys() - BEGUN_BY_OTHERS),
            DailyCount.day > day,
            DailyCount.day <= day + LATER,
        )
        return db.session.scalar(own.limit(1)) is None
    score = _list_scores(account_id)
    later = score.get(day + LATER)
    if later is None or alarm is Alarm.EMPTY:
        return later is None
    if alarm is Alarm.LEFT:
        return later < score[day]
    return later < (score[day - timedelta(days=FALL_DAYS)] + score[day]) / 2


def _list_scores(account_id: int) -> dict[date, float]:
    chosen = sa.select(AccountSnapshot.day, AccountSnapshot.behavior).where(AccountSnapshot.account_id == account_id)
    return {day: score for day, score in db.session.execute(chosen) if score is not None}
