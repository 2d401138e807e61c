"""Marks what is emphasised in a sentence while it is composed of translated parts, and takes it apart again."""

import re
from typing import NamedTuple

_MARKED = re.compile("\x02(.*?)\x03", re.DOTALL)


class Span(NamedTuple):
    """A piece of a sentence; `strong` pieces are emphasised."""

    text: str
    strong: bool


def strong(text: str) -> str:
    """Return a text with marks around it."""
    return f"\x02{text}\x03"


def clean(name: str) -> str:
    """Return a name without the marks, in case it contains them."""
    return name.replace("\x02", "").replace("\x03", "")


def split_spans(marked: str) -> list[Span]:
    """Return a marked text in its pieces."""
    pieces = _MARKED.split(marked)
    return [Span(text, strong=place % 2 == 1) for place, text in enumerate(pieces) if text]
