"""The sample's acts outside the community: the same for the same day, by people who were there, as the plot has it."""

from collections import Counter
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from community.demo.cast import read_people
from community.demo.outside_acts import Occurrence, OutsideYears
from community.sample_calendar import is_workday
from models.ledger import SignalKind

ZONE = ZoneInfo("Asia/Tokyo")
DAY = date(2026, 11, 22)
PEOPLE = read_people()
COMPANY = {person.handle: person.company for person in PEOPLE}
ON_SATURDAYS = {
    SignalKind.MEETUP_ORGANISED,
    SignalKind.MEETUP_ATTENDED,
    SignalKind.TALK_GIVEN,
    SignalKind.REGISTERED_NOT_COME,
}


def acts_before(day: date) -> list[Occurrence]:
    return OutsideYears(day, PEOPLE, ZONE).acts()


def test_the_same_day_gives_the_same_year_and_another_day_another() -> None:
    assert acts_before(DAY) == acts_before(DAY)
    assert acts_before(DAY) != acts_before(DAY - timedelta(days=1))


@pytest.mark.parametrize("day", [DAY, date(2026, 5, 7), date(2027, 1, 1), date(2028, 2, 29)], ids=date.isoformat)
def test_every_act_is_its_own_by_somebody_there_before_that_day(day: date) -> None:
    acts = acts_before(day)
    joined = {person.handle: person.joined for person in PEOPLE}
    assert len({act.key for act in acts}) == len(acts)
    assert all(0 < (day - act.at.date()).days < joined[act.handle] for act in acts)


def test_offices_rest_at_weekends_at_night_and_in_the_long_breaks() -> None:
    for act in acts_before(DAY):
        if act.subject_kind == "meetup":
            assert act.kind in ON_SATURDAYS
        elif act.kind == SignalKind.SUPPORT_ASKED:
            assert is_workday(act.at.date())
        assert 7 < act.at.hour < 20


def test_one_company_falls_silent_and_another_wakes_up() -> None:
    acts = acts_before(DAY)
    assert not [a for a in acts if COMPANY[a.handle] == "shinonome" and DAY - a.at.date() < timedelta(days=75)]
    assert [a for a in acts if COMPANY[a.handle] == "shinonome"]
    worth = {SignalKind.SEMINAR_ATTENDED, SignalKind.MEETUP_ATTENDED, SignalKind.TALK_GIVEN}
    woken = [a.at.date() for a in acts if COMPANY[a.handle] == "kitahama" and a.kind in worth]
    recent = sum(DAY - day <= timedelta(days=100) for day in woken)
    assert recent > 2 * (len(woken) - recent)


def test_the_most_acts_are_the_cheapest() -> None:
    """Nobody clicks and asks as much as the people of Asahiya, and they hardly ever come anywhere."""
    cheap = {SignalKind.MAIL_CLICKED, SignalKind.SUPPORT_ASKED}
    people = Counter(COMPANY.values())
    acts = [act for act in acts_before(DAY) if DAY - act.at.date() <= timedelta(days=300)]
    counted = Counter(COMPANY[act.handle] for act in acts if act.kind in cheap)
    assert max(counted, key=lambda company: counted[company] / people[company]) == "asahiya"
    dear = [act for act in acts if COMPANY[act.handle] == "asahiya" and act.kind not in cheap]
    assert len(dear) < counted["asahiya"] / 10


def test_a_champion_leaves_and_takes_the_life_along() -> None:
    moved = next(person.moved for person in PEOPLE if person.handle == "sakakibara")
    left = DAY - timedelta(days=moved)
    dear = {SignalKind.SEMINAR_ATTENDED, SignalKind.MEETUP_ATTENDED, SignalKind.MEETUP_ORGANISED, SignalKind.TALK_GIVEN}
    acts = [act for act in acts_before(DAY) if act.kind in dear]
    before = [act for act in acts if act.at.date() < left and COMPANY[act.handle] in {"kinuura", "koto"}]
    after = Counter(COMPANY[act.handle] for act in acts if act.at.date() >= left)
    assert len(before) > 20
    assert after["kinuura"] < after["koto"]


def test_one_company_rises_without_a_speech() -> None:
    """Every half year more of its people take part, and none of them ever stood on a stage."""
    acts = [act for act in acts_before(DAY) if COMPANY[act.handle] == "yashima"]
    assert not {SignalKind.TALK_GIVEN, SignalKind.MEETUP_ORGANISED} & {act.kind for act in acts}
    halves = [{act.handle for act in acts if (DAY - act.at.date()).days // 182 == half} for half in range(4)]
    assert len(halves[0]) > len(halves[1]) >= len(halves[3])
    assert len(halves[0]) >= 7


def test_one_company_only_asks() -> None:
    kinds = Counter(act.kind for act in acts_before(DAY) if COMPANY[act.handle] == "tanimachi")
    assert kinds[SignalKind.SUPPORT_ASKED] > 0.6 * kinds.total()


def test_nothing_comes_from_a_company_whose_contract_is_over() -> None:
    acts = [act for act in acts_before(DAY) if COMPANY[act.handle] == "yukitsubaki"]
    assert acts
    assert all(DAY - act.at.date() > timedelta(days=42) for act in acts)
