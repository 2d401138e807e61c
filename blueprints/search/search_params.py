"""The parameters of the search page's address; a value that cannot be read counts as absent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from flask import url_for

from blueprints.access import current_viewer
from blueprints.room import current_pages
from blueprints.search_parts import Facet
from community.accounts.names import clean_line
from community.room import Condition, current_rooms
from community.search.conditions import is_of
from community.search.queries import Order, Search
from community.search.rules import PUBLIC
from community.search.words import LONGEST_QUERY
from community.text import cut
from community.text.ascii import fold_ascii
from models.base import now

Choice = TypeVar("Choice", bound=StrEnum)


class Age(StrEnum):
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


SPANS = {Age.WEEK: timedelta(days=7), Age.MONTH: timedelta(days=30), Age.YEAR: timedelta(days=365)}
# Parameters that do not narrow a search.
WIDE = {"q", "order"}


@dataclass(frozen=True)
class SearchParams:
    """The parameters of one address. `given`: those that every link of the page carries on.

    The page's number is not one of them, since a changed search begins at its first page.
    """

    search: Search
    page: int
    given: Mapping[str, str]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.given.keys() - WIDE)

    def link(self, **changes: str | int | None) -> str:
        """Return the address of the same search with something changed; None takes it away."""
        wanted = {**self.given, **changes}
        return url_for("search.find", **{name: value for name, value in wanted.items() if value not in (None, "")})


def list_facets() -> list[Facet]:
    """Return the filters of every room."""
    return [facet for part in current_pages().search_parts for facet in part.facets]


def held_tokens() -> frozenset[str]:
    """Return the audience tokens that the viewer holds in all rooms."""
    parts = current_rooms().searchables
    return frozenset({PUBLIC}).union(*(part.tokens_of(current_viewer(part.viewer)) for part in parts))


def list_rights() -> tuple[Condition, ...]:
    """Return what rooms ask of any search of this viewer besides the tokens, and that a room draws what is found.

    Documents of a room that was taken out stay in the index; they are neither counted nor take the place of others.
    """
    asked = (part.condition_of(current_viewer(part.viewer)) for part in current_rooms().searchables)
    return is_of(drawn_kinds()), *(condition for condition in asked if condition is not None)


def drawn_kinds() -> list[str]:
    """Return the names of the kinds that a room hands over on both floors, in alphabetical order."""
    drawn = {kind for part in current_pages().search_parts for kind in part.kinds}
    return sorted(drawn & current_rooms().search_kinds.keys() & current_rooms().thing_kinds.keys())


def parse_params(args: Mapping[str, str]) -> SearchParams:
    """Return the parameters of an address."""
    facets = list_facets()
    names = ("q", "kind", *(facet.name for facet in facets), "age", "order")
    given = {name: cut(clean_line(args.get(name, "")), LONGEST_QUERY) for name in names}
    age, order = _parse_choice(Age, given["age"]), _parse_choice(Order, given["order"])
    search = Search(
        typed=given["q"],
        tokens=held_tokens(),
        conditions=(*list_rights(), *_facet_conditions(facets, given)),
        kind=given["kind"] if given["kind"] in current_rooms().search_kinds else "",
        since=now() - SPANS[age] if age else None,
        order=order or Order.RELEVANT,
    )
    return SearchParams(search, _parse_page(args.get("page")), {name: value for name, value in given.items() if value})


def _facet_conditions(facets: list[Facet], given: Mapping[str, str]) -> list[Condition]:
    asked = (facet.condition(given[facet.name]) for facet in facets if given[facet.name])
    return [condition for condition in asked if condition is not None]


def _parse_choice(choices: type[Choice], value: str) -> Choice | None:
    return choices(value) if value in set(choices) else None


def _parse_page(value: str | None) -> int:
    """Return the page's number; 1 for what is no number or has more than four digits."""
    value = fold_ascii(value or "")
    return max(int(value), 1) if value.isascii() and value.isdecimal() and len(value) < 5 else 1  # noqa: PLR2004 -- said above
