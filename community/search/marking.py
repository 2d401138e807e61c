"""Find the words of a search in a title or a text, for a page to mark."""

from collections.abc import Sequence
from itertools import pairwise

from community.graphemes import border, border_after

from .folding import fold_with_places
from .words import Term

# Characters of an excerpt, and how many of them stand before the first match.
EXCERPT = 140
BEFORE = 30
# Matches are searched in the beginning first: to fold a long text for one line of it takes long.
USUALLY_WITHIN = 3_000

Parts = list[tuple[str, bool]]  # (text, whether it is to be marked)


def mark(text: str, terms: Sequence[Term]) -> Parts:
    """Return the whole text in parts, those marked that match a term."""
    return _cut_excerpt(text, _spans(text, terms), 0, len(text))


def excerpt(text: str, terms: Sequence[Term]) -> Parts:
    """Return a line of the text in parts, from shortly before the first match; its beginning if nothing matches."""
    spans = _spans(text[:USUALLY_WITHIN], terms)
    if not spans and len(text) > USUALLY_WITHIN:
        spans = _spans(text, terms)
    start = max(spans[0][0] - BEFORE, 0) if spans else 0
    if len(text) - start < EXCERPT:
        start = max(len(text) - EXCERPT, 0)
    start = border(text, start)
    end = border(text, min(start + EXCERPT, len(text)))
    parts = _cut_excerpt(text, spans, start, end)
    return [*([("…", False)] if start else []), *parts, *([("…", False)] if end < len(text) else [])]


def _spans(text: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Return (start, end) of each match of a term in the text, in order; those that touch are merged."""
    folded, places = fold_with_places(text)
    found: list[tuple[int, int]] = []
    for needle in {spelling.needle for term in terms for spelling in term.spellings}:
        at = folded.find(needle)
        while at >= 0:
            found.append((border(text, places[at]), border_after(text, _end_of_original(places, at + len(needle)))))
            at = folded.find(needle, at + len(needle))
    return _merge(sorted(found))


def _end_of_original(places: list[int], at: int) -> int:
    """Return where the original of the character before `at` ends.

    A piece folded into several characters is marked whole.
    """
    last = places[at - 1]
    return next(place for place in places[at:] if place > last)


def _merge(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _cut_excerpt(text: str, spans: list[tuple[int, int]], start: int, end: int) -> Parts:
    inside = [(max(a, start), min(b, end)) for a, b in spans if a < end and b > start]
    edges = [start, *(edge for span in inside for edge in span), end]
    pieces = [(text[a:b], number % 2 == 1) for number, (a, b) in enumerate(pairwise(edges))]
    return [(piece, marked) for piece, marked in pieces if piece]
