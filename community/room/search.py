"""What a room hands over so that its things can be found."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

import sqlalchemy as sa
from flask_babel.speaklater import LazyString

from models.accounts import Member

Viewer = TypeVar("Viewer")
# Takes the documents (a table or a subquery with the columns `search.queries.FILTERED`), and returns the condition that
# a hit must meet.
Condition: TypeAlias = Callable[[sa.FromClause], sa.ColumnElement[bool]]
# Index the next things after this id; return the last one's id, or None where there are no more.
IndexAfter: TypeAlias = Callable[[int], int | None]


@dataclass(frozen=True)
class SearchKind:
    """One kind of thing on the search page.

    `name`: of the documents' kind and of the ThingKind, whose icon stands beside a hit. `label`: the plural;
    `position`: among the kinds of all rooms. `needs`: a viewer with one of these tokens may narrow a search to this
    kind; empty: every viewer.
    """

    name: str
    label: LazyString
    position: int
    needs: frozenset[str] = frozenset()


def _no_condition(_: Any) -> None:  # noqa: ANN401  any room's viewer
    """Return no condition besides the audience."""


def _nothing_to_mend() -> None:
    """Do nothing."""


@dataclass(frozen=True)
class Searchable(Generic[Viewer]):
    """How the things of one room are found, and by whom.

    `viewer` takes the member (None: a guest) and returns the room's viewer; `tokens_of` returns the audience tokens
    that the viewer holds today. `condition_of` returns a further condition on the viewer's hits, for rights that change
    with time and not by a write that would update the index; None: no condition. `indexers` rebuild the index, in this
    order. `mend` updates documents that time has made out of date, in transactions of its own. `preferred_states`:
    documents in one of these states come first among equals.
    """

    kinds: tuple[SearchKind, ...]
    viewer: Callable[[Member | None], Viewer]
    tokens_of: Callable[[Viewer], frozenset[str]]
    indexers: tuple[IndexAfter, ...]
    condition_of: Callable[[Viewer], Condition | None] = _no_condition
    mend: Callable[[], object] = _nothing_to_mend
    preferred_states: frozenset[str] = frozenset()
