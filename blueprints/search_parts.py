"""Types of what a room hands over to the search page: how hits are drawn and filtered, and where else to look.

Beside `blueprints/search/` and not in it, so that a room's description imports nothing of that page.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from community.room import Condition, Key
from community.search.marking import Parts
from community.search.queries import Hit
from community.search.words import Term
from models.accounts import Member


@dataclass(frozen=True)
class HitView:
    """One hit as the viewer sees it. `notes` stand below it, in order; `seal`: a word stamped beside the title."""

    href: str
    title: Parts
    excerpt: Parts
    notes: list[str]
    seal: str = ""
    is_private: bool = False


# What the search page's own address asks for; no filter of a room is called like one of these.
SEARCH_PARAMS = ("q", "kind", "age", "order", "page")

# Given the hits of a room's kinds, the terms to mark, and those authors of them that there are, by id: return the views
# by kind and id. What is gone since it was found, or may no longer be seen, is left out.
HitPresenter: TypeAlias = Callable[[Sequence[Hit], Sequence[Term], Mapping[int, Member]], Mapping[Key, HitView]]


@dataclass(frozen=True)
class Facet:
    """A filter of the search page.

    `name`: of the parameter. `condition` returns the condition of a value; None if that is no value for this viewer.
    `options` returns the values with their labels; None: the value is typed, with `example` as a hint. `is_offered`:
    whether this viewer is shown the filter.
    """

    name: str
    label: str
    condition: Callable[[str], Condition | None]
    options: Callable[[], Sequence[tuple[str, str]]] | None = None
    example: str = ""
    is_offered: Callable[[], bool] = field(default=lambda: True)


@dataclass(frozen=True)
class NextStep:
    """Where to go on from a page that has nothing to show. `hint`: sentences in place of the page's own."""

    href: str
    label: str
    hint: str = ""


def _no_step() -> None:
    """Return no next step."""


@dataclass(frozen=True)
class SearchPart:
    """What one room adds to the search page.

    `kinds`: those whose hits `show` draws. `browse` leads to everything that the room has, `after_miss` to what may be
    done when nothing was found; of several rooms, the first that returns a step is used.
    """

    kinds: Collection[str]
    show: HitPresenter
    facets: tuple[Facet, ...] = ()
    browse: Callable[[], NextStep | None] = _no_step
    after_miss: Callable[[], NextStep | None] = _no_step
