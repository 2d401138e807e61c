"""What guests can see of a room: which of their cached pages a changed row makes invalid."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

Row = TypeVar("Row")
# Something that guests see and that has one version: "topic:7", "category:3".
Scope: TypeAlias = str
# The scope on which every page depends.
EVERYTHING: Scope = "everything"


@dataclass(frozen=True)
class GuestTable(Generic[Row]):
    """A table whose rows guests' pages show, and the scopes that a changed row touches.

    `unseen`: columns that no guest sees; a change of them touches nothing.
    `scopes` takes a row and the names of its changed columns (all, if it was added or deleted), and returns the scopes
    of the pages that show the row. If it is None, or if no room returns any scope for a row, everything is touched.
    `placed_by`: columns that the scopes depend on. A row that changes one touches everything, since the pages of its
    former scopes show it too.
    """

    model: type[Row]
    unseen: frozenset[str] = frozenset()
    scopes: Callable[[Row, Collection[str]], Collection[Scope]] | None = None
    placed_by: frozenset[str] = frozenset()
