"""Pasted addresses: where each one ends in Japanese text. A wrong link is worse than none."""

import re
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

from .literals import AMPERSAND, STX

# Of several addresses in a row, each ends before the separator.
ADDRESS_RE = (
    r"(?<![A-Za-z0-9])https?://(?=[A-Za-z0-9\[])"
    rf"(?:[!#-+\--:=?-\[\]^_a-{{}}~]|[,;](?!https?://)|{AMPERSAND})+"
)
_AT_END = ".,:;!?'*~_"
# What may follow `/` or `=` without a space and belongs to the sentence.
_SENTENCE = re.compile(r"を|です|でした|(?:から|まで|より|にて|は|が|に|で|と|の|も|へ)(?![ぁ-ん])")
# What may follow a letter or digit and belongs to the sentence.
_CONTINUED = re.compile(r"[ぁ-ん]|参照|参考|経由")
# An address ends before these, whatever follows.
_CLOSING = "),;'*~]"


class Addresses(InlineProcessor):
    """Turns a pasted address into a link."""

    ANCESTOR_EXCLUDES = ("a", "img")

    def __init__(self, md: Markdown) -> None:
        super().__init__(ADDRESS_RE, md)

    def handleMatch(  # noqa: N802  the library's name
        self, m: re.Match[str], data: str
    ) -> tuple[ET.Element | None, int | None, int | None]:
        """Return the link and its span; None if the address may continue."""
        run = m[0]
        address = trimmed(run)
        if not _ends(address, run[len(address) :], data, m.start() + len(run)):
            return None, None, None
        link = ET.Element("a", href=address)
        link.text = AtomicString(address)
        return link, m.start(), m.start() + len(address)


def trimmed(run: str) -> str:
    """Return the address without punctuation at its end and closing brackets that were opened before it."""
    end = len(run)
    depth = {bracket: run.count(bracket) for bracket in "()[]"}
    while end:
        sign = run[end - 1]
        opening = {")": "(", "]": "["}.get(sign)
        if opening is not None and depth[sign] > depth[opening]:
            depth[sign] -= 1
        elif sign not in _AT_END or run.endswith(AMPERSAND, 0, end):
            break
        end -= 1
    return run[:end].removesuffix("[").removesuffix("(")


def _ends(address: str, cut: str, data: str, at: int) -> bool:
    """Return whether the address ends where the match ends."""
    follows = data[at : at + 1]
    last = (cut or address)[-1]
    if follows in {"\\", "{", "…", "‥"} or (follows == "<" and last in "/=") or _is_escaped_sign(data, at):
        return False
    if follows.isascii() or not (follows.isalnum() or follows == "ー"):
        return True
    if cut:
        return last in _CLOSING
    return (_CONTINUED if last.isalnum() else _SENTENCE).match(data, at) is not None


def _is_escaped_sign(data: str, at: int) -> bool:
    return data.startswith(STX, at) and data[at + 1 : at + 2].isdigit()
