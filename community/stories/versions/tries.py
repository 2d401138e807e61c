"""What a reader can try first, as it is typed: one for each line, with the time that it takes. Pure."""

import re
from collections.abc import Iterable

from .content import Try

# Full and half width, a box's line, and the tab that a table leaves.
_BARS = "｜|│¦\t"
_BAR = re.compile(rf"[{re.escape(_BARS)}]")
_NUMBER = r"[\d.〜~\-一二三四五六七八九十半数]+"
_UNIT = r"(?:秒|分|時間|日|週間?|[かカヶヵケ]月|min|minutes?|h|hours?|days?|weeks?|months?)"
# 「（15分）」, 「(約1時間半)」, "(15 minutes)"; not 「（1回目）」.
_TIME_AT_END = re.compile(
    rf"(.*\S)\s*[（(]\s*((?:約|およそ)?\s*{_NUMBER}\s*{_UNIT}(?![a-z])[^（）()]{{0,6}})[）)][。.]?"
)


def parse_tries(body: str) -> tuple[Try, ...]:
    """Return what a reader can try first: the time that it takes stands behind a bar, or at the end in （）."""
    read = (_read_line(line) for line in body.splitlines())
    return tuple(each for each in read if each.text)


def write_tries(tries: Iterable[Try]) -> str:
    """Return the lines in which these are typed."""
    return "\n".join(f"{each.text}｜{each.effort}" if each.effort else each.text for each in tries)


def _read_line(line: str) -> Try:
    text, effort = [*_BAR.split(line.strip(_BARS + " \u3000"), maxsplit=1), ""][:2]
    if not effort and (found := _TIME_AT_END.fullmatch(text)):
        text, effort = found[1], found[2]
    return Try(text.strip(), effort.strip(_BARS + " \u3000"))
