"""Numbers as people type them: 「１，８４０枚」, 「△12」, 「1億2,000万円」, 「89％」. Pure."""

import re
import unicodedata
from decimal import Decimal

from flask_babel import gettext as _

# A column of 32 characters holds 15 digits, a sign and as many decimals as anybody measures.
MOST_DIGITS, MOST_DECIMALS = 15, 4
_MYRIADS = {"億": Decimal(100_000_000), "万": Decimal(10_000), "千": Decimal(1_000)}

# Signs of a negative number: of accounting (△▲), and every dash that a keyboard has.
_MINUS = re.compile(r"^[△▲\-−‐‑–—―ー]\s*")
_ABOUT = re.compile(r"^(?:約|およそ|おおよそ|だいたい)\s*")
_GROUPED = re.compile(r"\d{1,3}(?:[,、]\d{3})+(?!\d)")
_PLAIN = r"\d+(?:\.\d+)?"
# Each sign once, the largest first.
_WITH_MYRIADS = re.compile(rf"(?=\d+(?:\.\d+)?[億万千])((?:{_PLAIN}億)?(?:{_PLAIN}万)?(?:{_PLAIN}千)?)(\d+)?", re.ASCII)
_SIMPLE = re.compile(_PLAIN, re.ASCII)
_MONEY = re.compile(r"^[¥\\]\s*")


class NotANumberError(ValueError):
    """What was typed is not one number; the message is for its writer."""


def parse_number(typed: str) -> tuple[Decimal, str]:
    """Return the number and the unit that was typed behind it, "" without one. Raise NotANumberError."""
    rest = unicodedata.normalize("NFKC", typed).strip()
    if not rest:
        raise NotANumberError(_("数字を入力してください。例：1840"))
    rest = _ABOUT.sub("", rest)
    is_negative = _MINUS.match(rest) is not None
    rest = _MINUS.sub("", rest).removeprefix("+").strip()
    unit = ""
    if _MONEY.match(rest):
        rest, unit = _MONEY.sub("", rest), "円"
    rest = _GROUPED.sub(lambda found: re.sub(r"[,、]", "", found[0]), rest)
    number, behind = _read(rest)
    if re.search(r"[\d,.、〜~億]", behind) or behind.startswith(("万", "千")):
        raise NotANumberError(_("一つの数字だけを入力してください。単位は数字の後ろか「単位」に。例：1,840枚"))
    _check_size(number)
    return (-number if is_negative else number), behind.strip() or unit


def _read(rest: str) -> tuple[Decimal, str]:
    """Return the number at the beginning, and what stands behind it."""
    found = _WITH_MYRIADS.match(rest)
    if found:
        pairs = re.findall(rf"({_PLAIN})([億万千])", found[1])
        number = sum((Decimal(digits) * _MYRIADS[sign] for digits, sign in pairs), Decimal(found[2] or 0))
        return number, rest[found.end() :]
    found = _SIMPLE.match(rest)
    if not found:
        raise NotANumberError(_("数字で入力してください。例：1840、6.2、△12、1.5万円"))
    return Decimal(found[0]), rest[found.end() :]


def _check_size(number: Decimal) -> None:
    sign, digits, exponent = number.normalize().as_tuple()
    del sign
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    if decimals > MOST_DECIMALS:
        raise NotANumberError(_("小数は%(n)s桁までにしてください。例：6.25", n=MOST_DECIMALS))
    if number >= 10**MOST_DIGITS or len(digits) > MOST_DIGITS + MOST_DECIMALS:
        raise NotANumberError(_("数字が大きすぎます。単位を変えてください。例：1,200万円"))
