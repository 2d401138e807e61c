"""What a room hands over so that its things can be found."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

import sqlalchemy as sa
from flask_babel.speaklater import LazyString

from models.accounts import Member

Viewer = TypeVar("Viewer")
# From documents (a table or a subquery with the columns `search.queries.FILTERED`) to what must be true of one that is
# found.
Condition: TypeAlias = Callable[[sa.FromClause], sa.ColumnElement[bool]]
# Index the next things after this id; return the last one's id, or None where there are no more.
IndexAfter: TypeAlias = Callable[[int], int | None]


@dataclass(frozen=True)
class SearchKind:
    """One kind of thing on the search page.

    `name`: that of the documents and of the ThingKind, whose icon stands beside a hit. `label`: what several are
    called; `position`: where among all rooms' kinds. `needs`: who holds one of these tokens may narrow a search to this
    kind; empty: everybody.
    """

    name: str
    label: LazyString
    position: int
    needs: frozenset[str] = frozenset()


def _no_condition(_: Any) -> None:  # noqa: ANN401  any room's viewer
    """Ask nothing besides the audience."""


def _nothing_to_mend() -> None:
    """Leave the index as it is."""


@dataclass(frozen=True)
class Searchable(Generic[Viewer]):
    """How the things of one room are found, and by whom.

    `viewer` returns the person (None: a guest) as the room sees them; `tokens_of` the audience tokens they hold today.
    `condition_of`: what a search of theirs asks besides, where rights change by themselves and the index may not have
    heard of it; None: nothing. `indexers` build the index anew, in this order. `mend` brings up to date what went stale
    by itself, in transactions of its own. `preferred_states`: documents in one of these states come first among equals.
    """

    kinds: tuple[SearchKind, ...]
    viewer: Callable[[Member | None], Viewer]
    tokens_of: Callable[[Viewer], frozenset[str]]
    indexers: tuple[IndexAfter, ...]
    condition_of: Callable[[Viewer], Condition | None] = _no_condition
    mend: Callable[[], object] = _nothing_to_mend
    preferred_states: frozenset[str] = frozenset()
