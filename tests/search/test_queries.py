"""Finding, on both databases: every word that occurs, the same hits in the same order."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.search import actions, queries
from community.search.conditions import has_state, is_by, is_in_place
from community.search.queries import HITS_A_PAGE, Order, Search, find, list_misses
from models.base import now
from tests.search.conftest import ALL, ids, put, thing

# Few signs, so that words meet again in other places; with everything that is folded.
SIGNS = "請求経費帳票髙邊あいガーヴ㈱ＡB1々、 \n"
# Of one word are two neighbours that are letters or figures; spaced scripts are found by whole words.
DENSE = frozenset("請求経費帳票髙邊あいガ々")
Both = Callable[[Callable[[], object]], list[object]]
# Examples of one test share its databases.
SHARED = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)
texts = st.text(alphabet=SIGNS, max_size=30)


def pairs_of(text: str) -> set[str]:
    """Words of two signs. What follows is no part of them (ー, a small vowel)."""
    return {a + b for a, b in pairwise(text) if a in DENSE and b in DENSE}


@settings(max_examples=15, suppress_health_check=SHARED)
@given(st.lists(texts, min_size=1, max_size=6), texts)
def test_every_word_that_occurs_is_found_and_both_databases_agree(both: Both, bodies: list[str], other: str) -> None:
    words = sorted({pair for body in bodies for pair in pairs_of(body)})

    def look() -> object:
        put(*bodies)
        found = {word: ids(word) for word in words}
        for word, hits in found.items():
            assert {n for n, body in enumerate(bodies) if word in body} <= set(hits), word
        return found, ids(other), ids(other, order=Order.RELEVANT), [ids(body[:12]) for body in bodies]

    one, two = both(look)
    assert one == two


def test_longer_words_are_found_as_they_stand(app: Flask) -> None:
    put("請求書の経費", "請求と求書", "経費請求書")
    assert ids("請求書") == [2, 0]
    assert ids("請求書 経費") == [2, 0]
    assert ids("請求書経費") == []
    assert ids("票") == []
    assert ids("書") == [2, 1, 0]


def test_a_sign_everywhere_breaks_nothing(app: Flask) -> None:
    """PostgreSQL keeps 256 positions of a word and counts to 16,383: none are kept here."""
    put("あ" * 19_990 + "いうえおか", "x" * 19_000)
    assert ids("ああい") == [0]
    assert ids("うえおか") == [0]
    assert ids("x" * 100) == [1]


def test_what_changed_is_found_as_it_is_now(app: Flask) -> None:
    put("請求", "経費")
    actions.index(thing(0, "帳票"))
    assert (ids("請求"), ids("帳票"), ids("経費")) == ([], [0], [1])
    actions.forget("note", [0, 1, 2])
    assert ids("帳票") == ids("経費") == []


def test_the_title_counts_more_and_the_newest_comes_first(app: Flask) -> None:
    actions.index(
        thing(1, "経費", title="経費の話"), thing(2, "経費"), thing(3, "経費", state="solved"), thing(4, "経費")
    )
    assert ids("経費", order=Order.RELEVANT) == [1, 3, 4, 2]
    assert ids("経費") == [4, 3, 2, 1]


def test_filters_narrow(app: Flask) -> None:
    actions.index(
        thing(1, "経費", place_id=1, author_id=7), thing(2, "経費", place_id=2, state="open"), thing(3, "請求")
    )
    assert ids("経費", conditions=(is_in_place([1, 5], {"note"}),)) == [1]
    assert ids("経費", conditions=(is_in_place([1, 5], {"other"}),)) == []
    assert ids("経費", conditions=(is_in_place([], {"note"}),)) == []
    assert ids("経費", conditions=(is_by([7]),)) == [1]
    assert ids("経費", conditions=(has_state("open", {"note"}),)) == [2]
    assert ids("経費", conditions=(has_state("open", {"other"}),)) == []
    assert ids("経費", conditions=(has_state("open", {"note"}), is_by([7]))) == []
    assert ids("経費", kind="other") == []
    assert ids("経費", since=now() + timedelta(hours=1)) == []


def test_what_is_over_is_found_no_more(app: Flask) -> None:
    hour = timedelta(hours=1)
    actions.index(thing(1, "経費", visible_until=now() - hour), thing(2, "経費", visible_until=now() + hour))
    assert ids("経費") == [2]


def test_pages_share_what_is_found(app: Flask) -> None:
    put(*["経費"] * 45)
    search = Search("経費", ALL)
    pages = [find(search, page) for page in (1, 2, 3, 4)]
    assert [len(found.hits) for found in pages] == [HITS_A_PAGE, HITS_A_PAGE, 5, 0]
    assert {found.count for found in pages} == {45}
    assert len({hit.thing_id for found in pages for hit in found.hits}) == 45


def test_of_what_is_everywhere_the_newest_are_counted(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST_HITS", 4)
    put(*["経費"] * 5)
    assert [hit.thing_id for hit in find(Search("経費", ALL)).hits] == [4, 3, 2, 1]
    assert (find(Search("経費", ALL)).count, find(Search("経費", ALL)).is_cut) == (4, True)


def test_of_a_longer_word_that_is_everywhere_too(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST_HITS", 4)
    put(*["請求書", "請求と求書"] * 7)
    assert ids("請求書") == [12, 10, 8, 6]
    monkeypatch.setattr(queries, "MOST_COMPARED", 5)
    monkeypatch.setattr(queries, "NEWEST_COMPARED", 1)
    assert ids("請求書") == [12, 10]


@pytest.mark.parametrize(
    "walk", [(1, 1, 2, 1), (4, 2, 2, 1), (6, 3, 2, 9), (6, 6, 3, 2), (15, 9, 1, 2), (15, 15, 1, 1), (50, 20, 8, 1)]
)
@pytest.mark.parametrize("most", [1, 2, 5, 30])
def test_however_far_it_is_walked_the_same_is_found(
    both: Both, monkeypatch: pytest.MonkeyPatch, walk: tuple[int, int, int, int], most: int
) -> None:
    """PostgreSQL looks among the newest first, which changes nothing but how long it takes."""
    for name, number in zip(
        ("NEWEST_LOOKED_AT", "NEWEST_COMPARED", "SECOND_LOOK", "ENOUGH_TO_ESTIMATE"), walk, strict=True
    ):
        monkeypatch.setattr(queries, name, number)
    monkeypatch.setattr(queries, "MOST_HITS", most)
    bodies = ["請求書 abc", "経費", "求書請求", "請求書 abcd"]
    audiences = [frozenset("a"), frozenset("b"), frozenset("ab")]

    def look() -> None:
        actions.index(*(thing(n, bodies[n % 4], audience=audiences[n % 3]) for n in range(30)))
        for typed in ("経費", "請求書", "請", "abc", "請求 abc", "票"):
            for held in ("a", "b", "c"):
                readable = [n for n in range(29, -1, -1) if held in audiences[n % 3]]
                expected = [n for n in readable if all(_has(bodies[n % 4], word) for word in typed.split())]
                found = find(Search(typed, frozenset(held), order=Order.NEWEST))
                assert [hit.thing_id for hit in found.hits] == expected[: min(most, HITS_A_PAGE)], (typed, held)
                assert (found.count, found.is_cut) == (min(len(expected), most), len(expected) > most)

    both(look)


def _has(body: str, word: str) -> bool:
    return word in body.split() if word.isascii() else word in body


COMMANDS = ("", "  ", "！？", '"', "'", "' OR 1=1 --", "AND", "a:b", "NEAR(", "*", "\x00", "\\", "&|!", "words:x", "x*")


def test_nothing_typed_is_taken_for_a_command(app: Flask) -> None:
    put("経費", "or 1=1 and near a b")
    for typed in COMMANDS:
        assert 0 not in ids(typed), typed


# --- rights

tokens = st.frozensets(st.sampled_from(["a", "b", "c"]))


@settings(max_examples=15, suppress_health_check=SHARED)
@given(st.lists(tokens, max_size=8), tokens)
def test_nothing_is_found_or_counted_without_a_token_for_it(
    both: Both, audiences: list[frozenset[str]], held: frozenset[str]
) -> None:
    def look() -> object:
        actions.index(*(thing(n, "経費", audience=audience) for n, audience in enumerate(audiences)))
        found = find(Search("経費", held))
        return sorted(hit.thing_id for hit in found.hits), found.count

    expected = [n for n, audience in enumerate(audiences) if audience & held]
    assert both(look) == [(expected, len(expected))] * 2


# --- what was not found


def test_misses_are_counted_and_forgotten(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    long_ago = now() - actions.MISSES_KEPT - timedelta(days=1)
    actions.note_miss("古い言葉", long_ago)
    actions.note_miss("稟議  書")
    actions.note_miss("稟議 書")
    actions.note_miss("x" * 500)
    assert [(miss.words, miss.times) for miss in list_misses()] == [("稟議 書", 2), ("x" * 100, 1)]
    monkeypatch.setattr(actions, "MOST_MISSES", 1)
    actions.note_miss("最後")
    assert [miss.words for miss in list_misses()] == ["最後"]
