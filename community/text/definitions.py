"""`[label]: address "title"` at the start of a paragraph: the targets of reference links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Possessive (`*+`): each part ends at a character that it cannot contain. With backtracking, all ways to divide spaces
# between two parts are tried: 10 s for 18,000 of them.
_LABEL = r"\[(?P<label>(?:[^\\\[\]]|\\.){1,999}+)\]:"
_SPACE = r"[ \t]*+\n?+[ \t]*+"
_ADDRESS = _SPACE + r"(?:<(?P<pointed>(?:[^<>\\\n]|\\.)*+)>|(?P<plain>[^\s<\x00-\x1f][^\s\x00-\x1f]*+))"
_QUOTED = r""""(?P<double>(?:[^"\\]|\\.)*+)"|'(?P<single>(?:[^'\\]|\\.)*+)'|\((?P<round>(?:[^()\\]|\\.)*+)\)"""
_TITLE = rf"(?=[ \t\n]){_SPACE}(?:{_QUOTED})"
_END = r"[ \t]*+(?:\n|\Z)"
_TITLED = re.compile(_LABEL + _ADDRESS + _TITLE + _END, re.DOTALL)
_PLAIN = re.compile(_LABEL + _ADDRESS + _END, re.DOTALL)
# Words in brackets before a colon are words (`[注意]: 本番では使わないでください`): only addresses define.
_IS_ADDRESS = re.compile(r"https?://|mailto:|/(?!/)", re.IGNORECASE)


@dataclass(frozen=True)
class Definition:
    """A definition; `typed` is all of it without the line end."""

    label: str
    address: str
    title: str | None
    typed: str


def normalise_label(label: str) -> str:
    """Return a label in the form in which labels are compared: without case and differences of white space."""
    return " ".join(label.split()).casefold().upper()


def split(text: str) -> Iterator[Definition | str]:
    """Yield the definitions at the start of a paragraph, then the rest, if there is any."""
    start = 0
    while found := _TITLED.match(text, start) or _PLAIN.match(text, start):
        address = found["plain"] if found["pointed"] is None else found["pointed"]
        if not found["label"].strip() or not _IS_ADDRESS.match(address):
            break
        titles = found.groupdict()
        title = next((titles[name] for name in ("double", "single", "round") if titles.get(name) is not None), None)
        yield Definition(found["label"], address, title, found[0].removesuffix("\n"))
        start = found.end()
    if start < len(text):
        yield text[start:]
