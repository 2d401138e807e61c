"""Turn text into the words of the index, and what somebody typed into the terms that a document must have.

Japanese has no spaces to cut at: in scripts without spaces every character and every pair of neighbours is a word; in
scripts with spaces, every whole word. Both databases store exactly these words and split nothing by themselves.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from community.graphemes import cut

from .folding import fold, without_strokes

# Latin, Greek, Cyrillic … stand before Thai in Unicode; Latin and Greek have a second place.
_SPACED = r"\u0000-\u0dff\u1e00-\u1fff"
_RUN = re.compile(rf"(?P<spaced>(?:(?![\W_])[{_SPACED}])+)|(?P<dense>(?:(?![\W_])[^{_SPACED}])+)")
# A longer word is indexed by its beginning, and then compared as a whole.
LONGEST_WORD = 40
MOST_TERMS = 8
LONGEST_QUERY = 100
# サーバー is searched as サーバ too, エラー and キー are not: three characters before the ー (JIS Z 8301).
_FINAL_STROKE = re.compile("(?<=[ぁ-ゖー]{3})ー(?![ぁ-ゖー])")


@dataclass(frozen=True)
class Spelling:
    """One way to write a term: `needle` must stand in the folded text, so all `words` must be in the index."""

    needle: str
    words: tuple[str, ...]

    @property
    def is_one_word(self) -> bool:
        """Whether the index alone decides if the spelling occurs."""
        return self.words == (self.needle,)


@dataclass(frozen=True)
class Term:
    """What stood between two spaces of a query; a document must have one of its spellings."""

    spellings: tuple[Spelling, ...]


def searchable(*texts: str) -> str:
    """Return the texts folded, followed by their longer katakana words once more without ー."""
    return "\n".join([*map(fold, texts), " ".join(without_strokes("\n".join(texts)))])


def words_of(folded: str) -> list[str]:
    """Return the words of folded text, each once."""
    words: dict[str, None] = {}
    for run in _RUN.finditer(folded):
        if run["spaced"]:
            words[run["spaced"][:LONGEST_WORD]] = None
        else:
            dense = run["dense"]
            words.update(dict.fromkeys(dense))
            words.update(dict.fromkeys(map("".join, pairwise(dense))))
    return list(words)


def parse(typed: str) -> tuple[Term, ...]:
    """Return the terms of a query, at most MOST_TERMS; an empty tuple if there is nothing to search for."""
    parts = fold(cut(typed, LONGEST_QUERY)).split()
    terms = [
        term for part, raw in zip(parts, _split_as_typed(typed, parts), strict=True) if (term := _make_term(part, raw))
    ]
    return tuple(dict.fromkeys(terms))[:MOST_TERMS]


def _split_as_typed(typed: str, parts: list[str]) -> list[str]:
    """Return the parts as they were typed; if folding has joined or split some, the folded parts themselves."""
    raw = cut(typed, LONGEST_QUERY).split()
    return raw if len(raw) == len(parts) else parts


def _make_term(part: str, raw: str) -> Term | None:
    needles = [_FINAL_STROKE.sub("", part)] if _FINAL_STROKE.search(part) else [part]
    if needles[0] not in part:
        needles.append(part)
    bare = without_strokes(raw)
    if bare and fold(bare[0]) == part.replace("ー", ""):  # nothing but this one word
        needles.append(bare[0])
    spellings = tuple(Spelling(needle, _fewest_words(needle)) for needle in needles)
    return Term(spellings) if all(spelling.words for spelling in spellings) else None


def _fewest_words(needle: str) -> tuple[str, ...]:
    """Return the fewest words that say whether the needle occurs: of several characters without spaces, their pairs."""
    words: list[str] = []
    for run in _RUN.finditer(needle):
        dense = run["dense"] or ""
        pairs = list(map("".join, pairwise(dense)))
        words += pairs or [dense or run["spaced"][:LONGEST_WORD]]
    return tuple(dict.fromkeys(words))
