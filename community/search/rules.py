"""What can be searched for, and how audiences and misses are stored. Who may find something is decided by tokens."""

from collections.abc import Iterable

from community.graphemes import cut

from .words import LONGEST_QUERY, parse

# The token that everybody holds, guests too.
PUBLIC = "public"


def is_searchable(typed: str) -> bool:
    """Return whether what was typed has at least one word to search for."""
    return bool(parse(typed))


def as_audience(tokens: Iterable[str]) -> str:
    """Return a set of tokens as it is stored, sorted with spaces between. Nobody finds a document with an empty set."""
    return " ".join(sorted(set(tokens)))


def as_missed(typed: str) -> str:
    """Return what was typed as the log of misses keeps it: on one line, at most LONGEST_QUERY characters."""
    return cut(" ".join(typed.split()), LONGEST_QUERY)
