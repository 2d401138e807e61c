"""How near a story's company is to the reader's: trade, size and problem. Pure."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import partial
from heapq import nsmallest

from community.accounts.labels import SIZE_BANDS

from .cards import Card, Cards
from .reader import Company

# The three that a story's page shows, and the story itself.
NEAREST = 4
# Of how many kinds of companies the nearest are kept.
MOST_KEPT = 1_000


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
        Reason.PROBLEM: not near.problems.isdisjoint(card.problems),
        Reason.TRADE: bool(near.trade) and card.trade == near.trade,
        Reason.SIZE: near.size is not None and card.band == near.size,
    }
    return tuple(reason for reason in Reason if facts[reason])


def sort_by_nearness(cards: Iterable[Card], near: Company) -> list[Card]:
    """Return the cards, the nearest first; those that are equally near stay in their order."""
    return sorted(cards, key=partial(_order, near))


def list_nearest(cards: Cards, near: Company, *, is_named: bool) -> Sequence[Card]:
    """Return the NEAREST of those that are near for a reason, the nearest first. Worked out once for these cards.

    Named companies stand beside named ones only, and the others among themselves: the same company named beside a
    story without its name would tell whose that is, and so would leaving out this company alone.
    """
    found = cards.nearest.get((near, is_named))
    if found is None:
        alike = (card for card in cards.values() if bool(card.company) == is_named and _order(near, card)[0])
        found = nsmallest(NEAREST, alike, key=partial(_order, near))
        if len(cards.nearest) >= MOST_KEPT:
            cards.nearest.clear()
        cards.nearest[near, is_named] = found
    return found


def _order(near: Company, card: Card) -> tuple[int, int]:
    """Return what nearness is sorted by: the weight of the reasons, which is 0 without one, then how far sizes are."""
    size, band = near.size, card.band
    weight = 0
    if not near.problems.isdisjoint(card.problems):
        weight -= _WEIGHTS[Reason.PROBLEM]
    if near.trade and card.trade == near.trade:
        weight -= _WEIGHTS[Reason.TRADE]
    if size is None or band is None:
        return weight, len(SIZE_BANDS) + 1
    return (weight, abs(band - size)) if band != size else (weight - _WEIGHTS[Reason.SIZE], 0)
