"""Units of figures for readers of other languages: authors type them in Japanese."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from flask_babel import get_locale, ngettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

# Readers of Japanese read what the author typed, so that these sentences are shown in other languages only. Each says
# that it is a unit: 「日」 alone is a word of forms. 「本」 is missing: telephone calls and pipes are no one word.
_COUNTED: Mapping[str, Callable[[int], str]] = {
    "日": lambda n: ngettext("単位：日", "単位：日", n),
    "時間": lambda n: ngettext("単位：時間", "単位：時間", n),
    "分": lambda n: ngettext("単位：分", "単位：分", n),
    "秒": lambda n: ngettext("単位：秒", "単位：秒", n),
    "件": lambda n: ngettext("単位：件", "単位：件", n),
    "枚": lambda n: ngettext("単位：枚", "単位：枚", n),
    "人": lambda n: ngettext("単位：人", "単位：人", n),
    "名": lambda n: ngettext("単位：人", "単位：人", n),
    "回": lambda n: ngettext("単位：回", "単位：回", n),
    "個": lambda n: ngettext("単位：個", "単位：個", n),
    "台": lambda n: ngettext("単位：台", "単位：台", n),
    "箱": lambda n: ngettext("単位：箱", "単位：箱", n),
    "種類": lambda n: ngettext("単位：種類", "単位：種類", n),
    "か所": lambda n: ngettext("単位：か所", "単位：か所", n),
    "円": lambda n: ngettext("単位：円", "単位：円", n),
}
_PER: Mapping[str, LazyString] = {
    "日": _l("単位：日あたり"),
    "週": _l("単位：週あたり"),
    "月": _l("単位：月あたり"),
    "半年": _l("単位：半年あたり"),
    "年": _l("単位：年あたり"),
    "回": _l("単位：回あたり"),
    "人": _l("単位：人あたり"),
}
MANY = Decimal(2)


def say_unit(unit: str, number: Decimal = MANY) -> str:
    """Return the unit in the reader's language, as it stands behind the number; as it was typed where it is unknown."""
    locale = get_locale()
    counted, slash, per = unit.partition("/")
    is_known = counted in _COUNTED and (not slash or per in _PER)
    if locale is None or locale.language == "ja" or not is_known:
        return unit
    said = _COUNTED[counted](1 if number == 1 else int(MANY))
    return f"{said}{slash}{_PER[per]}" if slash else said
