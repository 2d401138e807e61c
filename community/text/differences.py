"""Compares two texts, in parts that a page can mark. Knows no page."""

import difflib
import re
from collections import Counter

# Words of spaced languages whole, all else character by character: Japanese has no spaces to cut at.
_PIECE = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
# difflib compares every pair of equal pieces, again for every stretch that it finds: 10,000,000 comparisons take less
# than a second. Texts that would take more are compared by lines, and at last as a whole.
MOST_LOOKS = 10_000_000

Parts = list[tuple[str, str]]  # ("same" | "gone" | "new", text)


def parts_of(before: str, after: str) -> Parts:
    """Return the text in parts, with removed and added parts in their places."""
    for cut in (_PIECE.findall, lambda text: text.splitlines(keepends=True)):
        old, new = cut(before), cut(after)
        start = _common(old, new)
        end = _common(old[start:][::-1], new[start:][::-1])
        old_middle, new_middle = old[start : len(old) - end], new[start : len(new) - end]
        if _looks(old_middle, new_middle) <= MOST_LOOKS:
            middle = _compare(old_middle, new_middle)
            return _joined([("same", "".join(new[:start])), *middle, ("same", "".join(new[len(new) - end :]))])
    return [("gone", before), ("new", after)]


def _common(one: list[str], other: list[str]) -> int:
    """Return how many pieces both begin with. Most edits change one place, so this leaves little to compare."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _looks(old: list[str], new: list[str]) -> int:
    """Return an upper bound of how often difflib compares a pair of equal pieces."""
    counts = Counter(new)
    return sum(number * counts[piece] for piece, number in Counter(old).items()) * min(len(old), len(new))


def _compare(old: list[str], new: list[str]) -> Parts:
    parts: Parts = []
    steps = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for kind, old_from, old_to, new_from, new_to in steps:
        if kind == "equal":
            parts.append(("same", "".join(new[new_from:new_to])))
        else:
            parts += [("gone", "".join(old[old_from:old_to])), ("new", "".join(new[new_from:new_to]))]
    return parts


def _joined(parts: Parts) -> Parts:
    return [(kind, text) for kind, text in parts if text]
