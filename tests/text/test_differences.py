"""The difference between two wordings: right, readable, and soon there for any two texts."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.text.differences import parts_of

MOST_SECONDS = 2.0


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        ("同じ", "同じ", [("same", "同じ")]),
        ("時間帯を見る", "設定を見る", [("gone", "時間帯"), ("new", "設定"), ("same", "を見る")]),
        ("use the cat", "use the dog now", [("same", "use the "), ("gone", "cat"), ("new", "dog now")]),
        ("", "新", [("new", "新")]),
        ("一\n二\n", "一\n", [("same", "一\n"), ("gone", "二\n")]),
    ],
)
def test_shows_what_is_gone_and_what_is_new(before: str, after: str, parts: list[tuple[str, str]]) -> None:
    assert parts_of(before, after) == parts


@settings(max_examples=100)
@given(st.text("あいab \n", max_size=60), st.text("あいab \n", max_size=60))
def test_the_parts_are_both_texts(before: str, after: str) -> None:
    parts = parts_of(before, after)
    assert "".join(text for kind, text in parts if kind != "new") == before
    assert "".join(text for kind, text in parts if kind != "gone") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a" * 20_000, "b" + "a" * 19_999),
        ("あ" * 20_000, "い" + "あ" * 19_998 + "い"),
        ("あい" * 10_000, "いあ" * 10_000),
        ("x y " * 5_000, "y x " * 5_000),
        ("x\n" * 1_400, "".join("y\n" if n % 2 else "x\n" for n in range(1_400))),
        ("あいうえおかきくけこ" * 2_000, "こけくきかおえういあ" * 2_000),
    ],
)
def test_hostile_edits_are_compared_in_time(before: str, after: str) -> None:
    began = time.thread_time()
    parts = parts_of(before, after)
    assert time.thread_time() - began < MOST_SECONDS
    assert "".join(text for kind, text in parts if kind != "gone") == after
