"""`*em*`, `**strong**`, `_em_`: CommonMark's rules, adapted to Japanese and to formulas."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import regex
from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.util import INLINE_PLACEHOLDER_RE

from .limits import MAX_NESTING, too_deep
from .literals import ETX, STX, literal

_RUN = re.compile(r"\*+|_+")
_SPACE = re.compile(r"\s")
_PUNCTUATION = regex.compile(r"[\p{P}\p{S}]")
# CommonMark lets a sign next to punctuation open or close only if no letter is on its other side. That is for spaced
# languages: in これは**「納品前」**です no space separates the word from the sign, so these characters count as one.
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\u3000-\u303f\u30fc\uff00-\uffef]")
# Between these a star is a star: =A1*B1+C1*D1, (a+b)*(c+d), 10%*20%; two are a power, more are neither.
_LATIN = r"(?![\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}ー])[\p{L}\p{N}"
_POWER = regex.compile(_LATIN + "]")
_FACTOR_END, _FACTOR_START = regex.compile(_LATIN + r")\]%）］％]"), regex.compile(_LATIN + r"(\[$（［＄]")
# 単価*数量*税率 as well; but in これは*重要*です or 本日*必着*です one of the two is next to a particle.
_TERM = regex.compile(r"(?!\p{Hiragana})[\p{L}\p{N}ー]")


_LIKELY, _SURE = 1, 2


@dataclass
class _Run:
    """Equal signs in a row; `start` and `end` bound those that are not used yet."""

    sign: str
    start: int
    end: int
    opens: bool
    closes: bool
    length: int
    factor: int  # how certainly it is between letters or digits


@dataclass(frozen=True)
class _Span:
    """From the first opening sign to after the last closing sign, `size` signs on each side."""

    start: int
    end: int
    size: int


class Emphasis(InlineProcessor):
    """Pairs all signs of a text at once, and returns the outermost pairs one by one, as the library calls it."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(r"[*_]+", md)
        self._seen = ""
        self._before, self._after = "", ""
        self._spans: list[_Span] = []
        self._shift = 0
        self._at = 0

    def handleMatch(  # noqa: N802  the library's name
        self, m: re.Match[str], data: str
    ) -> tuple[ET.Element | None, int | None, int | None]:
        """Return the element of the pair that begins at the match and its span; None if none does."""
        if data != self._seen or m.start() <= self._at:
            self._pair_signs(data)
        self._at = m.start()
        start, end = m.start() - self._shift, m.end() - self._shift
        while self._spans and self._spans[-1].start < start:
            self._spans.pop()
        if not self._spans or self._spans[-1].start >= end:
            return None, None, None
        outer = self._spans[-1]
        element = self._element(data)
        self._before, self._after = data[: outer.start + self._shift], data[outer.end + self._shift :]
        return element, outer.start + self._shift, outer.end + self._shift

    def _pair_signs(self, data: str) -> None:
        """Pair the signs, unless the library only put a placeholder for the last element: then all other pairs stay."""
        middle = data[len(self._before) : len(data) - len(self._after)]
        is_whole = data == self._before + middle + self._after
        if self._seen and self._seen != data and is_whole and INLINE_PLACEHOLDER_RE.fullmatch(middle):
            self._shift += len(data) - len(self._seen)
        else:
            self._spans = _pairs(data)
            self._shift = 0
        self._seen = data

    def _element(self, data: str) -> ET.Element:
        """Return the element of the outermost pair with all pairs inside."""
        span = self._spans.pop()
        element = ET.Element("strong" if span.size == 2 else "em")  # noqa: PLR2004  two signs, as the name says
        at, end = span.start + span.size, span.end - span.size
        last: ET.Element | None = None
        while self._spans and self._spans[-1].start < end:
            inner = self._spans[-1]
            _append_text(element, last, self._words(data, at, inner.start))
            last = self._element(data)
            element.append(last)
            at = inner.end
        _append_text(element, last, self._words(data, at, end))
        return element

    def _words(self, data: str, start: int, end: int) -> str:
        """Return the text between pairs; signs without a partner become placeholders, so that they get none later."""
        return _RUN.sub(lambda run: "".join(map(literal, run[0])), data[start + self._shift : end + self._shift])


def _append_text(element: ET.Element, last: ET.Element | None, words: str) -> None:
    if last is None:
        element.text = words
    else:
        last.tail = words


def _pairs(data: str) -> list[_Span]:
    """Return all pairs, the first and outermost last."""
    spans: list[_Span] = []
    openers: list[_Run] = []
    floors: dict[tuple[str, bool, int, int], int] = {}  # below it no opener fits such a closer
    for run in _runs(data):
        key = (run.sign, run.opens, run.length % 3, run.factor)
        while run.closes and run.start < run.end:
            place = _opener_for(run, openers, floors.get(key, 0))
            if place is None:
                floors[key] = len(openers)
                break
            opener = openers[place]
            size = min(2, opener.end - opener.start, run.end - run.start)
            spans.append(_Span(opener.end - size, run.start + size, size))
            opener.end -= size
            run.start += size
            del openers[place + (opener.start < opener.end) :]
            floors = {each: min(floor, len(openers)) for each, floor in floors.items()}
        if run.opens and run.start < run.end:
            openers.append(run)
    spans.sort(key=lambda span: (-span.start, span.end))
    _check_depth(spans)
    return spans


def _opener_for(closer: _Run, openers: list[_Run], floor: int) -> int | None:
    for place in range(len(openers) - 1, floor - 1, -1):
        opener = openers[place]
        if closer.factor == _SURE and opener.end - opener.start == 1:
            continue
        if closer.factor == opener.factor == _LIKELY:
            continue
        if opener.sign == closer.sign and not (
            (opener.closes or closer.opens)
            and (opener.length + closer.length) % 3 == 0
            and (opener.length % 3 or closer.length % 3)
        ):
            return place
    return None


def _check_depth(spans: list[_Span]) -> None:
    ends: list[int] = []
    for span in reversed(spans):
        while ends and ends[-1] <= span.start:
            ends.pop()
        ends.append(span.end)
        if len(ends) > MAX_NESTING:
            raise too_deep()


def _runs(data: str) -> Iterator[_Run]:
    for run in _RUN.finditer(data):
        before, after = _sign_before(data, run.start()), _sign_after(data, run.end())
        left, right = _flanks(before, after), _flanks(after, before)
        opens, closes = left, right
        factor = _factor(run[0], before, after)
        if run[0][0] == "_":
            opens = left and (not right or _is_punctuation(before))
            closes = right and (not left or _is_punctuation(after))
        elif factor == _SURE:
            # 2**3**4 are powers; **Excel**2024 closes what was opened elsewhere.
            opens, closes = False, closes and len(run[0]) > 1
        yield _Run(run[0][0], run.start(), run.end(), opens, closes, len(run[0]), factor)


def _factor(stars: str, before: str, after: str) -> int:
    if len(stars) > 1:
        return _SURE if stars == "**" and _POWER.match(before) and _POWER.match(after) else 0
    if _FACTOR_END.match(before) and _FACTOR_START.match(after):
        return _SURE
    return _LIKELY if _TERM.match(before) and _TERM.match(after) else 0


def _flanks(outside: str, inside: str) -> bool:
    """Return whether signs between the two belong to what is inside."""
    if not inside or _SPACE.match(inside):
        return False
    return (
        not _is_punctuation(inside)
        or not outside
        or _SPACE.match(outside) is not None
        or _is_punctuation(outside)
        or _UNSPACED.match(outside) is not None
        or _UNSPACED.match(inside) is not None
    )


def _is_punctuation(sign: str) -> bool:
    return _PUNCTUATION.match(sign) is not None


def _sign_before(data: str, at: int) -> str:
    if not data.endswith(ETX, 0, at):
        return data[at - 1 : at]
    return _meaning(data[data.rfind(STX, 0, at) + 1 : at - 1])


def _sign_after(data: str, at: int) -> str:
    if not data.startswith(STX, at):
        return data[at : at + 1]
    return _meaning(data[at + 1 : data.find(ETX, at)])


def _meaning(placeholder: str) -> str:
    """Return the escaped sign of a placeholder; "`" for code, links and pictures, which count as punctuation."""
    return chr(int(placeholder)) if placeholder.isdigit() else "`"
