"""Rules of the ask budget. Pure: they are given the days on which somebody was asked."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction


class Whose(StrEnum):
    """Whose limit it is."""

    PERSON = "person"
    COMPANY = "company"


@dataclass(frozen=True)
class Limits:
    """How many asks count within `days`, the day of an ask being the first of its days."""

    person: int
    company: int
    days: int

    def of(self, whose: Whose) -> int:
        """Return the limit of a person, or of a company."""
        return self.person if whose == Whose.PERSON else self.company


@dataclass(frozen=True)
class Refusal:
    """Nobody may ask today. `next_on`: the first day on which it is possible, if nobody else asks before."""

    whose: Whose
    asked: int
    limit: int
    next_on: date


def judge(person: Iterable[date], company: Iterable[date], limits: Limits, on: date) -> Refusal | None:
    """Return why nobody may ask on this day, or None. Where both limits are reached, the one that ends later counts.

    `person`, `company`: the days on which the person, and anybody of the company, was asked.
    """
    found = [
        refusal
        for whose, days in ((Whose.PERSON, person), (Whose.COMPANY, company))
        if (refusal := _judge_one(whose, days, limits, on)) is not None
    ]
    return max(found, key=lambda refusal: refusal.next_on, default=None)


def share_of_top_tenth(counts: Collection[int]) -> Fraction | None:
    """Return which part of all asks the tenth of the people carries who were asked most; None if nobody was asked.

    The tenth is rounded up: of nine people it is one. `counts`: of each person who was asked at least once.
    """
    asked = sorted((count for count in counts if count > 0), reverse=True)
    if not asked:
        return None
    return Fraction(sum(asked[: -(-len(asked) // 10)]), sum(asked))


def _judge_one(whose: Whose, days: Iterable[date], limits: Limits, on: date) -> Refusal | None:
    length, limit = timedelta(days=limits.days), limits.of(whose)
    counting = sorted((day for day in days if on - length < day <= on), reverse=True)
    if len(counting) < limit:
        return None
    # It is possible again once fewer than `limit` count: when the limit-th newest no longer does.
    return Refusal(whose, len(counting), limit, counting[limit - 1] + length)
