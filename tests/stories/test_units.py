"""Units for readers of other languages."""

from decimal import Decimal

import pytest
from flask import Flask
from flask_babel import force_locale, gettext, ngettext

from community.stories.versions.units import say_unit

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize("unit", ["日", "件/半年", "枚/月", "", "/", "本/日", "パレット", "時間/直"])
def test_readers_of_japanese_read_what_was_typed(app: Flask, unit: str) -> None:
    with app.test_request_context(), force_locale("ja"):
        assert say_unit(unit) == unit


@pytest.mark.parametrize("unit", ["", "/", "本/日", "パレット", "時間/直", "件/", "/月"])
def test_what_is_unknown_stays_as_it_was_typed(app: Flask, unit: str) -> None:
    with app.test_request_context(), force_locale("en"):
        assert say_unit(unit) == unit


def test_known_ones_are_said_in_the_language_of_the_reader(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        counted = [say_unit("日", Decimal(number)) for number in ("1", "4.8", "0")]
        assert counted == [ngettext("単位：日", "単位：日", number) for number in (1, 2, 2)]
        cases, half_year = ngettext("単位：件", "単位：件", 2), gettext("単位：半年あたり")
        assert say_unit("件/半年") == f"{cases}/{half_year}"
        assert say_unit("名") == say_unit("人") != "名"
