r"""Text that looks like markup and is none: code, escapes, backslashes of paths and patterns, stars of formulas.

Runs once for each text before the library's inline patterns, which then see placeholders instead. Linear.
"""

import html
import re
from collections import defaultdict
from collections.abc import Callable, Iterator

from markdown.util import AMP_SUBSTITUTE, ETX, STX

from .plain import tidy

# The library's placeholders: a character by its number, restored at the end; "amp" begins an entity.
AMPERSAND = f"{AMP_SUBSTITUTE}amp;"
SIGN = rf"(?:{STX}\d+{ETX}|{re.escape(AMPERSAND)})"

# Begins where the white space begins: otherwise a row of spaces within a line would be scanned from each of them.
_LINE_END = re.compile(r"(?<![ \t])[ \t]++\n")
_TICKS = re.compile("`+")
_POINTED = re.compile(
    r"<(?:[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>\x00-\x20]*|[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9.-]+)>", re.ASCII
)
_ENTITY = re.compile(r"&(?:#[xX][0-9a-fA-F]{1,6}|#[0-9]{1,7}|[A-Za-z][A-Za-z0-9]{1,31});")
_SIGNS = re.compile(r"\\(?:\n|[!-/:-@\[-`{-~])|&[#A-Za-z0-9]+;|\*")

# Japanese sentences continue without a space; what follows their punctuation belongs to no path.
_WORD = re.compile(r"[^\s`「」『』【】（）〔〕《》〈〉、。，！？…]+")
_PATH = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]:\\|(?<![\\\w])\\\\(?=\w)|(?<=\w)\\(?=[^\W_])")
_ASCII = re.compile(r"[!-~]+")
# A backslash before a letter or digit, or within a name, escapes nothing: it is meant. Not meant: one that keeps the
# next character from being markup.
_PATTERN = re.compile(
    r"\\[A-Za-z0-9]|(?<=[\w\]):])\\[/,](?=[\w(\[\\])|\\[/,](?=[\w(\[])|(?<!\w)s/"
    r"|(?<=[^\W_]|[.~%$()\]}*^|])\\[._](?=[^\W_])|(?<!\w)\\\.(?=[^\W_]|[*+?{])|\\\.(?=[$(\[])"
    r"|\\\{[0-9]|(?<!\\)\^\\|\\[^\w\s]\$(?!\w)|\)\|\\|(?<=[\w.])\\\*\.\w|(?<=\w)\\-(?=\w)|:\\_(?=\w)"
)
# `.*`, `]+`, `)?`: together with a backslash these belong to a pattern.
_REPEATED = re.compile(r"(?<!\\)[.\])][*+?](?!\*)")
_WITHIN_NAME = re.compile(r"(?<=[^\W_]|\.)\\[._](?=[^\W_])|¯\\_(?=\()|\\\((?=[^\s()\\]{1,12}\)/)")
# After a formula a sentence continues in hiragana.
_FORMULA = re.compile(r"=(?=[\w(+$-])[^\s`「」（）、。，ぁ-ん]+")


class Literals:
    """Placeholders of one conversion: `take` returns one for a piece of code (False) or an address in `<>` (True)."""

    def __init__(self, take: Callable[[str, bool], str]) -> None:
        self.take = take

    def protect(self, text: str) -> str:
        """Return the text with placeholders for everything that is literal."""
        if not any(sign in text for sign in "\\&`<="):
            return _LINE_END.sub("\n", text)
        kept = _meant(text)
        parts: list[str] = []
        start = 0
        for first, end, content in self._opaque(text, kept):
            parts += [_signs(text, start, first, kept), content]
            start = end
        parts.append(_signs(text, start, len(text), kept))
        return "".join(parts)

    def _opaque(self, text: str, kept: set[int]) -> Iterator[tuple[int, int, str]]:
        """Yield start, end and placeholder of code and of addresses in `<>`."""
        if "`" not in text and "<" not in text:
            return
        runs = [(run.start(), run.end()) for run in _TICKS.finditer(text)]
        by_length: defaultdict[int, list[int]] = defaultdict(list)
        for first, end in reversed(runs):
            by_length[end - first].append(first)
        at = 0
        for opening in re.finditer(r"\\.|`+|<", text, re.DOTALL):
            if opening.start() < at:
                continue
            sign = opening[0]
            if sign[0] == "\\":
                at = opening.start() + (1 if opening.start() in kept and sign[1] == "`" else 2)
                continue
            if sign == "<":
                if pointed := _POINTED.match(text, opening.start()):
                    at = pointed.end()
                    yield opening.start(), at, self.take(pointed[0][1:-1], True)
                continue
            first, length = opening.end(), len(sign)
            closings = by_length[length]
            while closings and closings[-1] < first:
                closings.pop()
            if closings:
                last = closings[-1]
                at = last + length
                yield opening.start(), at, self.take(_code(text[first:last]), False)


def _code(content: str) -> str:
    content = content.replace("\n", " ")
    return content[1:-1] if content[:1] == content[-1:] == " " and content.strip(" ") else content


def _meant(text: str) -> set[int]:
    """Return the places of literal backslashes, and of the stars of formulas."""
    found: set[int] = set()
    if "\\" in text:
        for word in _WORD.finditer(text):
            if "\\" in word[0]:
                found.update(_backslashes(word[0], word.start()))
    if "=" in text and "*" in text:
        for formula in _FORMULA.finditer(text):
            found.update(star.start() + formula.start() for star in re.finditer(r"(?<!\*)\*(?!\*)", formula[0]))
    return found


def _backslashes(word: str, at: int) -> Iterator[int]:
    path = _PATH.search(word)
    for piece in _ASCII.finditer(word):
        bounds = piece.span()
        if "\\" in piece[0] and (_PATTERN.search(word, *bounds) or _REPEATED.search(word, *bounds)):
            yield from _signs_in(word, piece.start(), piece.end(), at, _SINGLE_STAR)
    if path:
        yield from _signs_in(word, path.start(), len(word), at, _ANY_NAME)
    yield from (at + word.index("\\", found.start()) for found in _WITHIN_NAME.finditer(word))


_SINGLE_STAR = re.compile(r"\\|(?<!\*)\*(?!\*)")
# In a path a star stands for names; others around or after it are markup: `C:\temp**です**`.
_ANY_NAME = re.compile(r"\\|(?<=\\)\*(?!\*)|(?<!\*)\*(?=\.\w)")


def _signs_in(word: str, start: int, end: int, at: int, signs: re.Pattern[str]) -> Iterator[int]:
    """Yield the places of `signs`, without stars and underscores around the whole, which may be markup."""
    while start < end and word[start] in "*_":
        start += 1
    while end > start and word[end - 1] in "*_":
        end -= 1
    yield from (at + sign.start() for sign in signs.finditer(word, start, end))


def _signs(text: str, start: int, end: int, kept: set[int]) -> str:
    """Return a stretch without code, with placeholders for escapes, entities and stars of formulas."""
    parts: list[str] = []
    at = start
    for found in _SIGNS.finditer(text, start, end):
        if found.start() < at:
            continue
        parts.append(_LINE_END.sub("\n", text[at : found.start()]))
        at = found.end()
        sign = found[0]
        if sign[0] == "\\" and found.start() in kept:
            if sign[1] in "\\\n" or (sign[1] == "*" and at - 1 not in kept):
                at -= 1
                parts.append(literal("\\"))
            else:
                parts += [literal("\\"), literal(sign[1])]
        elif sign[0] == "\\":
            parts.append("\n" if sign[1] == "\n" else literal(sign[1]))
        elif sign[0] == "*":
            parts.append(literal("*") if found.start() in kept else "*")
        else:
            parts.append(_entity(sign))
    parts.append(_LINE_END.sub("\n", text[at:end]))
    return "".join(parts)


def _entity(typed: str) -> str:
    """Return what an entity means, as placeholders; one of a character that may not be typed stays as typed."""
    meaning = html.unescape(typed) if _ENTITY.fullmatch(typed) else typed
    if not meaning or tidy(meaning) != meaning:
        meaning = typed
    return "".join(map(literal, typed[0] if meaning == typed else meaning)) + (typed[1:] if meaning == typed else "")


def reveal(text: str) -> str:
    """Return the text with characters in place of their placeholders, once nothing else is parsed."""
    return re.sub(rf"{STX}(\d+){ETX}", lambda sign: chr(int(sign[1])), text).replace(AMPERSAND, "&")


def literal(sign: str) -> str:
    """Return the placeholder of one literal character."""
    return AMPERSAND if sign == "&" else f"{STX}{ord(sign)}{ETX}"
