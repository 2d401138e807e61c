"""What the address of the search page asks for; what cannot be read counts as not asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from flask import url_for

from blueprints.access import current_member
from blueprints.forums.finding import reader
from community.accounts import indexing as people
from community.accounts.names import clean_line
from community.accounts.naming import author_label
from community.accounts.suggestions import suggest_people
from community.forums import indexing as forums
from community.forums import queries as forum_queries
from community.search.queries import Order, Search
from community.search.rules import PUBLIC
from community.search.words import LONGEST_QUERY
from community.text import cut, fold
from community.text.ascii import fold_ascii
from models.accounts import Member
from models.base import now

Choice = TypeVar("Choice", bound=StrEnum)
# Of whom nobody has written so much that they would look for it among more.
MOST_NAME = 64


class Kind(StrEnum):
    """What is looked for; `search.Thing.kind` of the rooms."""

    TOPIC = forums.TOPIC
    POST = forums.POST
    MEMBER = people.MEMBER
    ACCOUNT = people.ACCOUNT


class State(StrEnum):
    SOLVED = forums.SOLVED
    OPEN = forums.OPEN


class Age(StrEnum):
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


SPANS = {Age.WEEK: timedelta(days=7), Age.MONTH: timedelta(days=30), Age.YEAR: timedelta(days=365)}
KEPT = ("q", "kind", "category", "author", "state", "age", "order")
"""What every link of the page carries on; the page number is not, since another list begins at its beginning."""


@dataclass(frozen=True)
class Asked:
    """One address of the page, read."""

    search: Search
    page: int
    given: Mapping[str, str]

    @property
    def is_narrowed(self) -> bool:
        return any(self.given.get(name) for name in KEPT[1:-1])

    def link(self, **changes: str | int | None) -> str:
        """The address of the same search with something changed; None takes it away."""
        wanted = {**self.given, **changes}
        return url_for("search.find", **{name: value for name, value in wanted.items() if value not in (None, "")})


def tokens() -> frozenset[str]:
    """All that the visitor may find, of every room."""
    return frozenset({PUBLIC}) | forums.tokens_of(reader()) | people.tokens_of(current_member())


def read(args: Mapping[str, str]) -> Asked:
    """Read an address."""
    given = {name: cut(clean_line(args.get(name, "")), LONGEST_QUERY) for name in KEPT}
    kind, state = _one_of(Kind, given["kind"]), _one_of(State, given["state"])
    age, order = _one_of(Age, given["age"]), _one_of(Order, given["order"])
    search = Search(
        typed=given["q"],
        tokens=tokens(),
        allowed=people.allowed_to(current_member()),
        kind=kind or "",
        state=state or "",
        category_ids=_shelves(given["category"]),
        author_ids=_authors(given["author"]),
        since=now() - SPANS[age] if age else None,
        order=order or Order.RELEVANT,
    )
    return Asked(search, _page(args.get("page")), {name: value for name, value in given.items() if value})


def _shelves(slug: str) -> list[int] | None:
    """The shelf and those in it; a shelf that the reader does not see is none."""
    shelf = reader().shelves.find(slug) if slug else None
    if shelf is None or shelf.id not in forum_queries.readable_category_ids(reader()):
        return None
    return [inner.id for inner in reader().shelves.below(shelf)]


def _authors(typed: str) -> list[int] | None:
    """Those who may be meant, of whom the reader may know; a guest knows nobody by name."""
    member = current_member()
    if not typed or member is None:
        return None
    known = [person.id for person in suggest_people(cut(typed, MOST_NAME), member)]
    return [*known, member.id] if _is_meant(member, typed) else known


def _is_meant(member: Member, typed: str) -> bool:
    """People look for what they wrote themselves."""
    name = fold(typed)
    return name == member.handle or fold(author_label(member, member)).startswith(name)


def _one_of(choices: type[Choice], value: str) -> Choice | None:
    return choices(value) if value in set(choices) else None


def _page(value: str | None) -> int:
    """More than four figures name no page."""
    value = fold_ascii(value or "")
    return max(int(value), 1) if value.isascii() and value.isdecimal() and len(value) < 5 else 1  # noqa: PLR2004 -- said above
