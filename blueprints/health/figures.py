"""Formats figures as they are printed: with tenths, a minus sign and, in Japanese, full-width signs beside it."""

from flask_babel import gettext as _

from community.health.tenths import TENTHS

MINUS = "−"
NONE = "—"


def figure(value: float | None, digits: int = 1) -> str:
    """Return a score as text; a dash if there is none."""
    if value is None:
        return NONE
    text = f"{abs(value):.{digits}f}"
    return f"{MINUS}{text}" if value < 0 and float(text) else text


def signed(value: float | None, digits: int = 1) -> str:
    """Return a change as text with its sign; without one if it rounds to 0."""
    if value is None:
        return NONE
    text = f"{abs(value):.{digits}f}"
    if not float(text):
        return text
    sign = MINUS if value < 0 else _("＋")
    return f"{sign}{text}"


def of_tenths(tenths: int) -> str:
    """Return a rounded cell of a table as text."""
    return figure(tenths / TENTHS)


def signed_tenths(tenths: int) -> str:
    """Return a rounded cell that is a change as text; a dash if it is 0."""
    return signed(tenths / TENTHS) if tenths else NONE


def written_out(before: int, parts: list[int], after: int) -> str:
    """Return a sum of tenths written out: 50.0＋21.0−7.0＝64.0."""
    return "".join([of_tenths(before), *(signed_tenths(part) for part in parts if part), _("＝"), of_tenths(after)])
