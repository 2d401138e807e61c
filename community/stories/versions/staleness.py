"""Whether figures are still fresh: a setting says after how many months they are old."""

from collections.abc import Sequence
from datetime import date

from flask import current_app

from community.config import Config

from .content import Figure

MONTHS_A_YEAR = 12


def stale_months() -> int:
    """Return after how many months a figure is old, and a published story is looked at again."""
    config: Config = current_app.config["TSUDOI"]
    return config.story_stale_months


def count_months(since: date, until: date) -> int:
    """Return how many whole months have passed from one day to a later one."""
    return (until.year - since.year) * MONTHS_A_YEAR + until.month - since.month - (until.day < since.day)


def is_older(day: date, on: date, months: int) -> bool:
    """Return whether the day is more than so many months before the day `on`."""
    passed = count_months(day.replace(day=1), on.replace(day=1))
    return passed > months or (passed == months and on.day > day.day)


def is_stale(figure: Figure, on: date, months: int) -> bool:
    """Return whether the figure is older than so many months on the day."""
    return is_older(figure.as_of, on, months)


def has_only_stale(figures: Sequence[Figure], on: date, months: int) -> bool:
    """Return whether there are figures and all of them are stale. A story without figures never is."""
    return bool(figures) and all(is_stale(figure, on, months) for figure in figures)
