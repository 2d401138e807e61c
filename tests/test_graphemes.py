"""No place that shortens a text cuts a sign in half."""

import pytest
from flask import Flask, render_template_string

from community import graphemes
from community.files.rules import MAX_ALT_CHARACTERS, alt_from
from community.search.marking import EXCERPT, excerpt, mark
from community.search.words import LONGEST_QUERY, parse

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize("name", [FAMILY + " 家", "🇯🇵 日本", "👩🏽‍💻", "か\u3099", "1️⃣番"])
def test_an_avatar_shows_the_whole_first_sign(app: Flask, name: str) -> None:
    with app.test_request_context():
        shown = render_template_string('{% from "components/labels.html" import avatar %}{{ avatar(name) }}', name=name)
    assert f">{graphemes.first(name)}</span>" in shown


def test_a_pictures_text_ends_where_a_sign_ends() -> None:
    assert alt_from("あ" * (MAX_ALT_CHARACTERS - 2) + FAMILY + ".png") == "あ" * (MAX_ALT_CHARACTERS - 2)


@pytest.mark.parametrize("shift", range(12))
def test_an_excerpt_of_a_found_text_begins_and_ends_between_signs(shift: int) -> None:
    found = "あ" * shift + FAMILY * 30 + "見積" + FAMILY * 30
    parts = excerpt(found, parse("見積"))
    assert len("".join(part for part, _ in parts)) <= EXCERPT + 2
    assert "".join(part for part, _ in parts).replace(FAMILY, "").strip("…あ") == "見積"


def test_a_marked_word_is_made_of_whole_signs() -> None:
    assert mark("第1️⃣回", parse("1")) == [("第", False), ("1️⃣", True), ("回", False)]
    assert mark("か\u3099く", parse("が")) == [("か\u3099", True), ("く", False)]


def test_a_query_is_cut_between_signs() -> None:
    typed = "あ" * (LONGEST_QUERY - 2) + FAMILY
    assert parse(typed) == parse("あ" * (LONGEST_QUERY - 2))
