"""The gallery: what a reader has chosen, and what is shown of it. Pure, over the cards that the reader may see."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from community.stories.versions.content import Grade
from community.stories.versions.staleness import has_only_stale

from .cards import Card
from .nearness import sort_by_nearness
from .reader import Company

A_PAGE = 12


@dataclass(frozen=True)
class Chosen:
    """What the reader has chosen in the address. `near`: the company that stories are sorted by.

    `with_stale`: also stories all of whose figures are old.
    """

    near: Company = field(default_factory=Company)
    problem: str = ""
    feature: str = ""
    prefecture: int | None = None
    grade: Grade | None = None
    with_stale: bool = False

    @property
    def is_narrowed(self) -> bool:
        """Whether some of the stories are left out, beside those with old figures."""
        return bool(self.problem or self.feature or self.prefecture or self.grade)


@dataclass(frozen=True)
class Gallery:
    """One page of stories. `count`: of all that fit; `stale_left_out`: those that only their old figures kept away.

    `lead`: the first of them, which stands above the others. `first`: the place among all of the first of `cards`.
    """

    lead: Card | None
    cards: list[Card]
    first: int
    count: int
    page: int
    pages: int
    stale_left_out: int


def make_gallery(cards: Collection[Card], chosen: Chosen, page: int, on: date, stale_months: int) -> Gallery:
    """Return the page of the stories that fit, the nearest first, else the newest.

    The first one leads where none but those with old figures are left out; pages hold A_PAGE of the others.
    """
    fitting = [card for card in cards if _fits(card, chosen)]
    fresh = [card for card in fitting if chosen.with_stale or not has_only_stale(card.figures, on, stale_months)]
    found = sort_by_nearness(fresh, chosen.near) if chosen.near else fresh
    leading = 0 if chosen.is_narrowed else len(found[:1])
    pages = max(1, -(-(len(found) - leading) // A_PAGE))
    page = min(max(page, 1), pages)
    start = leading + (page - 1) * A_PAGE
    return Gallery(
        lead=found[0] if leading and page == 1 else None,
        cards=found[start : start + A_PAGE],
        first=start + 1,
        count=len(found),
        page=page,
        pages=pages,
        stale_left_out=len(fitting) - len(fresh),
    )


def count_problems(cards: Collection[Card]) -> Mapping[str, int]:
    """Return how many of the stories tell of each problem, by slug, the most frequent first."""
    return dict(Counter(slug for card in cards for slug in card.problems).most_common())


def list_trades(cards: Collection[Card]) -> list[str]:
    """Return the trades of the stories, the most frequent first."""
    return [trade for trade, _ in Counter(card.trade for card in cards if card.trade).most_common()]


def list_prefectures(cards: Collection[Card]) -> list[int]:
    """Return the numbers of the prefectures of the stories, from north to south."""
    return sorted({card.prefecture for card in cards if card.prefecture is not None})


def _fits(card: Card, chosen: Chosen) -> bool:
    return (
        (not chosen.problem or chosen.problem in card.problems)
        and (not chosen.feature or chosen.feature in card.features)
        and (chosen.prefecture is None or card.prefecture == chosen.prefecture)
        and (chosen.grade is None or any(figure.grade <= chosen.grade for figure in card.figures))
    )
