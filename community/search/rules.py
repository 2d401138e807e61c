"""What can be looked for at all. Rights are no rules here: rooms name an audience, readers bring their tokens."""

from collections.abc import Iterable

from community.graphemes import cut

from .words import LONGEST_QUERY, parse

# Everybody has it, guests too.
PUBLIC = "public"


def is_searchable(typed: str) -> bool:
    """Holds at least one letter, sign or figure."""
    return bool(parse(typed))


def as_audience(tokens: Iterable[str]) -> str:
    """How a set of tokens is stored; nobody holds none of them, so an empty set is found by nobody."""
    return " ".join(sorted(set(tokens)))


def as_missed(typed: str) -> str:
    """The words as the log keeps them: on one line, no longer than a query may be."""
    return cut(" ".join(typed.split()), LONGEST_QUERY)
