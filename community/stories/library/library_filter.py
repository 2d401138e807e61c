"""Filters of the library, and why a story is left out. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from community.accounts.labels import SIZE_BANDS
from community.health.rules import Band
from community.stories.reading.reader import band_of
from community.stories.versions.content import Grade
from community.stories.versions.staleness import has_only_stale, is_older
from models.stories import ConsentUse

from .library_entries import Entry
from .regions import REGIONS

# Sizes by what stands in the address: bands by their number, 0 for the smallest, as in the gallery.
SIZES: Mapping[str, int] = {str(band): band for band in range(len(SIZE_BANDS) + 1)}


class Cause(StrEnum):
    """Why a story is left out; the first that holds is counted. But for DOWN, CONSENT and ENDED one can drop it."""

    DOWN = "down"
    CONSENT = "consent"  # the use is not among what was consented to
    ENDED = "ended"  # it was, and not until that day
    PENDING = "pending"  # somebody has not answered yet
    STALE = "stale"
    TRADE = "trade"
    SIZE = "size"
    REGION = "region"
    PLAN = "plan"
    PROBLEM = "problem"
    FEATURE = "feature"
    GRADE = "grade"
    BAND = "band"
    USED = "used"
    THEME = "theme"  # nothing of the theme is in it


class FigureFilter(StrEnum):
    """Which figures a story must have."""

    ANY = "any"
    A = "a"
    AB = "ab"
    NONE = "none"


class UseFilter(StrEnum):
    """When a story was used last."""

    NEVER = "never"
    MONTHS_3 = "3"  # not in the last three months
    MONTHS_6 = "6"


@dataclass(frozen=True)
class LibraryFilter:
    """What is wanted; None and "" do not filter. `use` on the day `on`; None: whatever stories may be used for.

    `with_pending`: also stories whose consent is not complete yet. `with_stale`: also those whose figures are all old.
    """

    on: date
    use: ConsentUse | None = ConsentUse.WEBINAR
    with_pending: bool = False
    with_stale: bool = False
    trade: str = ""
    size: str = ""
    region: str = ""
    plan: str = ""
    problem: str = ""
    feature: str = ""
    figure: FigureFilter | None = None
    band: Band | None = None
    used: UseFilter | None = None


@dataclass(frozen=True)
class Facts:
    """What is known today of a story's company and of its use. `band`: None for companies that have none."""

    plan: str = ""
    band: Band | None = None
    last_used: date | None = None
    next_use: date | None = None


def judge(entry: Entry, wanted: LibraryFilter, facts: Facts, today: date, stale_months: int) -> tuple[Cause, ...]:
    """Return why the story is left out; empty if it is not. THEME is not judged here."""
    tests = {
        Cause.DOWN: entry.is_down,
        **_judge_consent(entry, wanted),
        Cause.STALE: not wanted.with_stale and has_only_stale(entry.figures, wanted.on, stale_months),
        Cause.TRADE: bool(wanted.trade) and entry.trade != wanted.trade,
        Cause.SIZE: bool(wanted.size) and band_of(entry.employees) != SIZES[wanted.size],
        Cause.REGION: bool(wanted.region) and entry.prefecture not in REGIONS[wanted.region].prefectures,
        Cause.PLAN: bool(wanted.plan) and facts.plan != wanted.plan,
        Cause.PROBLEM: bool(wanted.problem) and wanted.problem not in entry.problems,
        Cause.FEATURE: bool(wanted.feature) and wanted.feature not in entry.features,
        Cause.GRADE: wanted.figure is not None and not _has_figures(entry, wanted.figure),
        Cause.BAND: wanted.band is not None and facts.band != wanted.band,
        Cause.USED: wanted.used is not None and not _is_rested(facts.last_used, wanted.used, today),
    }
    return tuple(cause for cause, is_out in tests.items() if is_out)


def _judge_consent(entry: Entry, wanted: LibraryFilter) -> dict[Cause, bool]:
    use, on = wanted.use, wanted.on
    if use is None or entry.is_down or entry.may_be_used(use, on):
        return {}
    if use in entry.granted:
        return {Cause.ENDED: True}
    until = entry.asked.get(use)
    if use in entry.asked and (until is None or on <= until):
        return {Cause.PENDING: not wanted.with_pending}
    return {Cause.CONSENT: True}


def _has_figures(entry: Entry, wanted: FigureFilter) -> bool:
    grades = {figure.grade for figure in entry.figures}
    match wanted:
        case FigureFilter.NONE:
            return not grades
        case FigureFilter.A:
            return Grade.A in grades
        case FigureFilter.AB:
            return bool(grades & {Grade.A, Grade.B})
        case FigureFilter.ANY:
            return bool(grades)


def _is_rested(last: date | None, wanted: UseFilter, today: date) -> bool:
    if last is None:
        return True
    return wanted is not UseFilter.NEVER and is_older(last, today, int(wanted.value))
