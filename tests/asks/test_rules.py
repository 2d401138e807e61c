"""The budget is never exceeded, and the date that is named is the first on which it holds again."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.asks.rules import Limits, Refusal, Whose, judge, share_of_top_tenth

LIMITS = Limits(person=2, company=4, days=180)
DAY = date(2026, 11, 30)


def ago(*days: int) -> list[date]:
    return [DAY - timedelta(days=each) for each in days]


@pytest.mark.parametrize(
    ("person", "company", "refusal"),
    [
        ([], [], None),
        ([10], [10], None),
        ([10, 20], [10, 20], Refusal(Whose.PERSON, 2, 2, DAY + timedelta(days=160))),
        ([179, 179], [179, 179], Refusal(Whose.PERSON, 2, 2, DAY + timedelta(days=1))),
        ([180, 179], [180, 179], None),
        ([0, 0, 5], [0, 0, 5], Refusal(Whose.PERSON, 3, 2, DAY + timedelta(days=180))),
        ([], [1, 2, 3, 4], Refusal(Whose.COMPANY, 4, 4, DAY + timedelta(days=176))),
        ([100], [100, 1, 2, 3], Refusal(Whose.COMPANY, 4, 4, DAY + timedelta(days=80))),
        # Both: the one that ends later says when.
        ([170, 160], [1, 2, 170, 160], Refusal(Whose.PERSON, 2, 2, DAY + timedelta(days=10))),
        ([170, 160], [1, 2, 3, 4, 170, 160], Refusal(Whose.COMPANY, 6, 4, DAY + timedelta(days=176))),
    ],
)
def test_a_limit_holds_from_the_day_of_an_ask_for_its_days(
    person: list[int], company: list[int], refusal: Refusal | None
) -> None:
    assert judge(ago(*person), ago(*company), LIMITS, DAY) == refusal


@given(
    waits=st.lists(st.integers(0, 60), max_size=40),
    limits=st.builds(Limits, person=st.integers(1, 4), company=st.integers(1, 4), days=st.integers(1, 90)),
)
def test_whoever_asks_when_it_is_allowed_never_exceeds_it(waits: list[int], limits: Limits) -> None:
    asked: list[date] = []
    day = DAY
    for wait in waits:
        day += timedelta(days=wait)
        refusal = judge(asked, asked, limits, day)
        if refusal is None:
            asked.append(day)
        else:
            assert judge(asked, asked, limits, refusal.next_on - timedelta(days=1)) is not None
            assert judge(asked, asked, limits, refusal.next_on) is None
        window = [each for each in asked if day - timedelta(days=limits.days) < each <= day]
        assert len(window) <= min(limits.person, limits.company)


@pytest.mark.parametrize(
    ("counts", "share"),
    [
        ([], None),
        ([0, 0], None),
        ([3], Fraction(1)),
        ([2, 1, 1], Fraction(1, 2)),
        ([1] * 10, Fraction(1, 10)),
        ([2, *[1] * 10], Fraction(3, 12)),
        ([5, *[1] * 19], Fraction(6, 24)),
    ],
)
def test_the_share_of_the_top_tenth_is_exact(counts: list[int], share: Fraction | None) -> None:
    assert share_of_top_tenth(counts) == share
