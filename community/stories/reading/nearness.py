"""How near a story's company is to the reader's: trade, size and problem. Pure."""

from collections.abc import Collection
from enum import StrEnum

from community.accounts.labels import SIZE_BANDS

from .cards import Card
from .reader import Company, band_of


class Reason(StrEnum):
    """A fact for which a story is near, which the reader can check."""

    PROBLEM = "problem"
    TRADE = "trade"
    SIZE = "size"


# Which facts weigh more: the same problem helps most, the same size alone least.
_WEIGHTS = {Reason.PROBLEM: 4, Reason.TRADE: 3, Reason.SIZE: 1}


def reasons_of(card: Card, near: Company) -> tuple[Reason, ...]:
    """Return why the story is near, the weightiest reason first; empty if nothing is alike."""
    facts = {
        Reason.PROBLEM: bool(near.problems.intersection(card.problems)),
        Reason.TRADE: bool(near.trade) and card.trade == near.trade,
        Reason.SIZE: near.size is not None and band_of(card.employees) == near.size,
    }
    return tuple(reason for reason in Reason if facts[reason])


def sort_by_nearness(cards: Collection[Card], near: Company) -> list[Card]:
    """Return the cards, the nearest first; those that are equally near stay in their order."""
    return sorted(cards, key=lambda card: (-_weigh(card, near), _distance(card, near)))


def _weigh(card: Card, near: Company) -> int:
    return sum(_WEIGHTS[reason] for reason in reasons_of(card, near))


def _distance(card: Card, near: Company) -> int:
    """Return how many bands lie between the sizes; more than any do where one is unknown."""
    band = band_of(card.employees)
    return abs(band - near.size) if band is not None and near.size is not None else len(SIZE_BANDS) + 1
