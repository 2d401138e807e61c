"""By how much a figure changed, in words and in bars: the same in the editor, on pages and in lists. Pure."""

from decimal import ROUND_HALF_UP, Decimal

from flask_babel import gettext as _

from .content import Figure, plain_number
from .units import say_unit

# From here on a change is said in per cent: of smaller numbers people think in pieces.
COUNTED_IN_PER_CENT = 10
BAR = 100  # units of a bar's whole width
_ALL = Decimal(100)


def describe_change(figure: Figure) -> tuple[str, str]:
    """Return the change in words, number and what it is: 「89」 「％ 減」; of percentages in points."""
    change = figure.result - figure.baseline
    if not change:
        return "±0", say_unit(figure.unit)
    is_less = change < 0
    per_cent = _find_per_cent(figure)
    if figure.unit in {"%", "％"}:
        return write_number(abs(change)), _("ポイント 減") if is_less else _("ポイント 増")
    if per_cent >= 1:
        return write_number(per_cent), _("％ 減") if is_less else _("％ 増")
    unit = say_unit(figure.unit.partition("/")[0], abs(change))
    return write_number(abs(change)), _("%(unit)s 減", unit=unit) if is_less else _("%(unit)s 増", unit=unit)


def bar_widths(figure: Figure) -> tuple[int, int]:
    """Return how long the bars of before and now are, in units of `BAR`."""
    largest = max(abs(figure.baseline), abs(figure.result)) or Decimal(1)
    return round(abs(figure.baseline) / largest * BAR), round(abs(figure.result) / largest * BAR)


def write_number(number: Decimal) -> str:
    """Return the number with commas: 「1,840」, 「6.2」."""
    return f"{Decimal(plain_number(number)):,}"


def _find_per_cent(figure: Figure) -> Decimal:
    """Return the change in whole per cent, 0 where it is not said in per cent."""
    if figure.baseline < COUNTED_IN_PER_CENT or figure.result < 0:
        return Decimal(0)
    per_cent = (abs(figure.result - figure.baseline) / figure.baseline * 100).quantize(Decimal(1), ROUND_HALF_UP)
    # 「100％ 減」 is said where nothing remains.
    return _ALL - 1 if per_cent == _ALL and 0 < figure.result < figure.baseline else per_cent
