"""What guests can see of a room, so that their cached pages are dropped when it changes, and no others."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

Row = TypeVar("Row")
# What changes together for guests, and has one version: "topic:7", "category:3".
Scope: TypeAlias = str
# The scope on which every page depends.
EVERYTHING: Scope = "everything"


@dataclass(frozen=True)
class GuestTable(Generic[Row]):
    """A table whose rows guests' pages show, and which of those pages a changed row drops.

    `unseen`: columns that no guest sees; a change of them drops nothing.
    `scopes`: takes a row and the names of its changed columns (all, if it was added or deleted), and returns the scopes
    of the pages that show it. None, and a row for which no room returns any: everything.
    `placed_by`: columns that the scopes follow from. A row that changes one touches everything: the pages of its former
    place show it too.
    """

    model: type[Row]
    unseen: frozenset[str] = frozenset()
    scopes: Callable[[Row, Collection[str]], Collection[Scope]] | None = None
    placed_by: frozenset[str] = frozenset()
