"""What the gallery shows of what was chosen: near ones first, stale ones apart, pages of twelve."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from community.stories.reading.cards import Card, Cards
from community.stories.reading.gallery import A_PAGE, Chosen, count_problems, make_gallery
from community.stories.reading.nearness import MOST_KEPT, NEAREST, Reason, list_nearest, reasons_of, sort_by_nearness
from community.stories.reading.reader import Company, band_of
from community.stories.versions.content import Figure, Grade
from community.stories.versions.staleness import count_months, has_only_stale, is_older, is_stale
from models.stories import Counting

DAY = date(2026, 11, 30)


def figure(as_of: date = DAY, counting: Counting = Counting.COUNTED, evidence: str | None = None) -> Figure:
    return Figure("紙", Decimal(3), Decimal(1), "枚", counting, "", "", as_of, evidence)


def card(story_id: int = 1, **values: object) -> Card:
    given: dict[str, Any] = {
        "title": "", "lead": "", "quote": "", "trade": "製造業", "employees": 150, "prefecture": 10, "problems": (),
        "features": (), "figures": (), "first_try": None, "company": "", "account_id": None, "author_id": None,
        "people": (), "published_at": datetime(2026, 1, 1, tzinfo=UTC), "until": None, "minutes": 1,
    }  # fmt: skip
    return Card(story_id=story_id, **{**given, **values})


@pytest.mark.parametrize(
    ("as_of", "stale"),
    [
        (date(2025, 5, 30), False),  # eighteen months to the day
        (date(2025, 5, 29), True),
        (date(2025, 6, 1), False),
        (date(2024, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_a_figure_is_stale_after_eighteen_months(as_of: date, stale: bool) -> None:  # noqa: FBT001  a case
    assert is_stale(figure(as_of), DAY, 18) == stale


@pytest.mark.parametrize(
    ("since", "until", "months"),
    [
        (date(2026, 1, 31), date(2026, 2, 28), 0),
        (date(2026, 1, 31), date(2026, 3, 1), 1),
        (date(2025, 11, 30), date(2026, 2, 28), 2),
        (date(2025, 11, 28), date(2026, 2, 28), 3),
        (date(2026, 2, 28), date(2026, 2, 28), 0),
    ],
)
def test_months_are_counted_by_the_calendar(since: date, until: date, months: int) -> None:
    assert count_months(since, until) == months


def test_what_is_older_than_months_is_so_from_the_next_day_on() -> None:
    assert not is_older(date(2026, 1, 31), date(2026, 2, 28), 1)
    assert is_older(date(2026, 1, 31), date(2026, 3, 1), 1)
    assert not is_older(date(2026, 1, 15), date(2026, 4, 15), 3)
    assert is_older(date(2026, 1, 15), date(2026, 4, 16), 3)


def test_a_story_is_stale_when_all_of_its_figures_are() -> None:
    old, new = figure(date(2020, 1, 1)), figure()
    assert [has_only_stale(each, DAY, 18) for each in ([], [old], [old, new], [new])] == [False, True, False, False]


def test_the_same_problem_is_nearer_than_the_trade_and_the_trade_than_the_size() -> None:
    near = Company("製造業", band_of(120), frozenset({"paper"}))
    same_size = card(1, trade="農業", employees=299)
    same_trade = card(2, employees=5_000)
    same_problem = card(3, trade="農業", employees=None, problems=("stock", "paper"))
    everything = card(4, problems=("paper",))
    cards = [same_size, same_trade, same_problem, everything]
    assert [each.story_id for each in sort_by_nearness(cards, near)] == [4, 3, 2, 1]
    assert reasons_of(everything, near) == (Reason.PROBLEM, Reason.TRADE, Reason.SIZE)
    assert [reasons_of(each, near) for each in cards[:3]] == [(Reason.SIZE,), (Reason.TRADE,), (Reason.PROBLEM,)]


def test_of_equally_near_ones_the_nearer_size_comes_first_then_the_newer() -> None:
    near = Company("製造業", band_of(20))
    cards = [card(1, employees=1_500), card(2, employees=400), card(3, employees=70), card(4, employees=60)]
    assert [each.story_id for each in sort_by_nearness(cards, near)] == [3, 4, 2, 1]


def test_the_nearest_are_those_with_a_reason_and_are_worked_out_once() -> None:
    near = Company("製造業", band_of(120), frozenset({"paper"}))
    many = [
        card(n, trade="製造業" if n % 3 else "農業", employees=n * 37 % 900, problems=("paper",) if n % 5 == 0 else ())
        for n in range(60)
    ]
    cards = Cards({each.story_id: each for each in many})
    found = list_nearest(cards, near, is_named=False)
    assert list(found) == [each for each in sort_by_nearness(many, near) if reasons_of(each, near)][:NEAREST]
    assert list_nearest(cards, near, is_named=False) is found
    assert list_nearest(Cards({1: card(1, trade="農業", employees=None)}), near, is_named=False) == []


def test_what_is_kept_of_the_nearest_has_a_bound() -> None:
    cards = Cards({1: card(1)})
    for n in range(MOST_KEPT + 10):
        list_nearest(cards, Company(f"業種{n}"), is_named=False)
    assert len(cards.nearest) <= MOST_KEPT


def test_nothing_known_is_near_to_nothing() -> None:
    assert not Company()
    assert reasons_of(card(trade="", employees=None), Company()) == ()


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [
        (Chosen(), [1, 2, 3]),
        (Chosen(problem="paper"), [1]),
        (Chosen(feature="forms"), [2]),
        (Chosen(prefecture=13), [3]),
        (Chosen(grade=Grade.A), [1]),
        (Chosen(grade=Grade.B), [1, 2]),
        (Chosen(grade=Grade.C), [1, 2, 3]),
        (Chosen(with_stale=True), [1, 2, 3, 4]),
        (Chosen(problem="paper", prefecture=13), []),
    ],
)
def test_what_was_chosen_is_shown(chosen: Chosen, shown: list[int]) -> None:
    cards = [
        card(1, problems=("paper",), figures=(figure(evidence="a"),)),
        card(2, features=("forms",), figures=(figure(),)),
        card(3, prefecture=13, figures=(figure(counting=Counting.ESTIMATED),)),
        card(4, prefecture=47, figures=(figure(date(2020, 1, 1)),)),
    ]
    found = make_gallery(cards, chosen, 1, DAY, 18)
    assert [each.story_id for each in (*([found.lead] if found.lead else []), *found.cards)] == shown
    assert (found.lead is None) == chosen.is_narrowed
    assert found.count == len(shown)


def test_pages_hold_twelve_and_a_page_that_is_not_there_is_the_last() -> None:
    cards = [card(n, problems=("paper",)) for n in range(30)]
    pages = [make_gallery(cards, Chosen(problem="paper"), page, DAY, 18) for page in (1, 2, 3, 99, 0, -5)]
    assert [len(page.cards) for page in pages] == [A_PAGE, A_PAGE, 6, 6, A_PAGE, A_PAGE]
    assert [page.page for page in pages] == [1, 2, 3, 3, 1, 1]
    assert [page.first for page in pages] == [1, 13, 25, 25, 1, 1]
    assert [page.pages for page in pages] == [3] * 6


@pytest.mark.parametrize(("count", "of_pages"), [(1, [0]), (2, [1]), (13, [12]), (14, [12, 1]), (25, [12, 12])])
def test_the_one_at_the_head_stands_above_full_pages(count: int, of_pages: list[int]) -> None:
    cards = [card(n) for n in range(count)]
    pages = [make_gallery(cards, Chosen(), page + 1, DAY, 18) for page in range(len(of_pages))]
    assert [len(page.cards) for page in pages] == of_pages
    assert [page.lead for page in pages] == [cards[0], *[None] * (len(of_pages) - 1)]
    assert [page.pages for page in pages] == [len(of_pages)] * len(of_pages)
    assert [each for page in pages for each in (*([page.lead] if page.lead else []), *page.cards)] == cards


def test_stale_ones_that_were_left_out_are_counted() -> None:
    cards = [card(1), card(2, figures=(figure(date(2020, 1, 1)),), problems=("paper",))]
    assert make_gallery(cards, Chosen(), 1, DAY, 18).stale_left_out == 1
    assert make_gallery(cards, Chosen(feature="forms"), 1, DAY, 18).stale_left_out == 0


def test_problems_are_counted_the_most_frequent_first() -> None:
    cards = [card(1, problems=("a", "b")), card(2, problems=("b",)), card(3)]
    assert list(count_problems(cards).items()) == [("b", 2), ("a", 1)]
