"""Numbers as people type them."""

from decimal import Decimal

import pytest
from flask import Flask

from community.stories.versions.numbers import NotANumberError, parse_number
from tests.forms.hostile import STRINGS

READ = {
    "1840": ("1840", ""),
    "１，８４０枚": ("1840", "枚"),
    "1,840 枚/月": ("1840", "枚/月"),
    "1、840": ("1840", ""),
    "6.2時間": ("6.2", "時間"),
    "６．２": ("6.2", ""),
    "△12": ("-12", ""),
    "▲１２％": ("-12", "%"),
    "−3": ("-3", ""),
    "－３件": ("-3", "件"),
    "+5": ("5", ""),
    "89％": ("89", "%"),
    "約1,200": ("1200", ""),
    "およそ 30分": ("30", "分"),
    "1.5万円": ("15000", "円"),
    "1万2000": ("12000", ""),
    "1億2,000万円": ("120000000", "円"),
    "3千件": ("3000", "件"),
    "¥1,200": ("1200", "円"),
    "￥1,200": ("1200", "円"),
    "0": ("0", ""),
    "007": ("7", ""),
    "1,234,567.89": ("1234567.89", ""),
}
REFUSED = (
    "", "  ", "枚", "多い", "NaN", "Infinity", "1e9999", "10〜20", "10-20", "1:30", "1時間30分", "1,84", "1,8400",
    "1.2.3", "1千2億", "1万3億",
    "1,234.5,6", "--5", "△", "9" * 16, "9" * 400, "1.23456", "0x10", "三つ", "1億" * 3000, "٣",
)  # fmt: skip


@pytest.mark.parametrize("typed", READ)
def test_a_number_is_read_with_its_unit(typed: str) -> None:
    number, unit = READ[typed]
    assert parse_number(typed) == (Decimal(number), unit)


@pytest.mark.one_database
@pytest.mark.parametrize("typed", REFUSED)
def test_what_is_no_number_is_refused_with_a_sentence(app: Flask, typed: str) -> None:
    with app.test_request_context(), pytest.raises(NotANumberError, match="例"):
        parse_number(typed)


@pytest.mark.one_database
@pytest.mark.parametrize("typed", STRINGS.values(), ids=STRINGS)
def test_hostile_texts_are_numbers_or_refused(app: Flask, typed: str) -> None:
    with app.test_request_context():
        try:
            number, _unit = parse_number(typed)
        except NotANumberError:
            return
    assert number.is_finite()
