"""CSV files as they are opened in Japan."""

import csv
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.tables import FORMULA_SIGNS, LINE_STARTS, Charset, RefusedRow, may_be_formula, to_csv

HEADING = ["会社", "行動力"]


def lines(body: bytes, charset: str) -> list[list[str]]:
    return list(csv.reader(StringIO(body.decode(charset), newline="")))


def test_utf8_has_its_mark_and_crlf() -> None:
    made = to_csv(HEADING, [["株式会社北浜精工", 64]])
    assert made.body == "\ufeff会社,行動力\r\n株式会社北浜精工,64\r\n".encode()
    assert made.content_type == "text/csv; charset=utf-8"
    assert made.refused == ()


def test_cp932_has_no_mark() -> None:
    made = to_csv(HEADING, [["㈱髙島①", 64]], Charset.CP932)
    assert made.body == "会社,行動力\r\n㈱髙島①,64\r\n".encode("cp932")
    assert made.content_type == "text/csv; charset=windows-31j"


def test_rows_that_cp932_cannot_hold_are_listed_and_left_out() -> None:
    made = to_csv(HEADING, [["𠮷野家", 1], ["吉野家", 2], ["🍜と𠮷と𠮷", 3]], Charset.CP932)
    assert lines(made.body, "cp932") == [HEADING, ["吉野家", "2"]]
    assert made.refused == (
        RefusedRow(1, "𠮷", ("𠮷野家", "1")),
        RefusedRow(3, "🍜𠮷", ("🍜と𠮷と𠮷", "3")),
    )
    assert b"?" not in made.body


def test_signs_with_two_code_points_take_that_of_windows() -> None:
    made = to_csv(HEADING, [["9時〜18時−本社", None]], Charset.CP932)
    assert made.refused == ()
    assert lines(made.body, "cp932")[1] == ["9時～18時－本社", ""]


def test_a_heading_must_fit_the_charset() -> None:
    with pytest.raises(UnicodeEncodeError):
        to_csv(["🍜"], [], Charset.CP932)


@pytest.mark.parametrize("start", [*LINE_STARTS, *FORMULA_SIGNS.replace("−", ""), "\n=", " =", "\u3000="])
@pytest.mark.parametrize("charset", list(Charset))
def test_text_that_would_be_a_formula_gets_an_apostrophe(start: str, charset: Charset) -> None:
    made = to_csv(HEADING, [[f"{start}cmd|' /C calc'!A0", "a-b"]], charset)
    assert lines(made.body.removeprefix(b"\xef\xbb\xbf"), charset)[1] == [f"'{start}cmd|' /C calc'!A0", "a-b"]


@pytest.mark.parametrize("before", ["\u00a0", "\u200b", "\ufeff", "\v "])
def test_what_stands_unseen_before_a_formula_does_not_hide_it(before: str) -> None:
    made = to_csv(HEADING, [[f"{before}=1", f"{before}青木"]])
    assert lines(made.body, "utf-8-sig")[1] == [f"'{before}=1", f"{before}青木"]


def test_negative_numbers_stay_numbers() -> None:
    assert lines(to_csv(HEADING, [[-2, -0.5]]).body, "utf-8-sig")[1] == ["-2", "-0.5"]


def test_days_and_instants_are_iso() -> None:
    made = to_csv(HEADING, [[date(2026, 11, 22), datetime(2026, 11, 22, 9, 30, tzinfo=UTC)]])
    assert lines(made.body, "utf-8-sig")[1] == ["2026-11-22", "2026-11-22 09:30:00+00:00"]


def test_an_empty_table_has_its_heading() -> None:
    assert to_csv(HEADING, []).body == "\ufeff会社,行動力\r\n".encode()


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@given(st.lists(st.tuples(texts, texts), max_size=8))
def test_every_row_is_in_the_file_or_in_the_list(rows: list[tuple[str, str]]) -> None:
    utf8 = to_csv(HEADING, rows)
    assert utf8.refused == ()
    read = lines(utf8.body, "utf-8-sig")[1:]
    assert [[cell.removeprefix("'") for cell in row] for row in read] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    assert not any(may_be_formula(cell) for row in read for cell in row)
    cp932 = to_csv(HEADING, rows, Charset.CP932)
    assert len(lines(cp932.body, "cp932")) - 1 + len(cp932.refused) == len(rows)
