"""The sentence on the account page, for what can happen to a score."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from flask_babel import Babel

from community.health.causes import Why, why
from community.health.explanation import Situation, change
from community.health.labels import KIND_LABELS
from community.health.policy import FIRST_TERMS
from community.health.rules import Counts
from community.health.sentences import Span, explain_in_words, plain
from models.ledger import SignalKind

UNTIL = date(2026, 11, 18)
SINCE = date(2026, 8, 20)
NAMES = {1: "佐伯", 2: "田中", 3: "小林"}
KAPPA = 60.0


@pytest.fixture(autouse=True)
def japanese() -> Iterator[None]:
    app = Flask("sentences")
    Babel(app, default_locale="ja")
    with app.app_context():
        yield


def said(
    then: Counts, now: Counts, standing: Counts | None = None, *, until: date = UNTIL, scale: float = KAPPA
) -> str:
    before = Situation(then, SINCE, FIRST_TERMS, KAPPA)
    after = Situation(now, until, FIRST_TERMS, scale)
    return plain(explain_in_words(why(change(before, then if standing is None else standing, after)), NAMES))


PAST = {(1, "talk_given", SINCE): 1, (2, "talk_given", SINCE): 1, (3, "seminar_attended", SINCE): 1}
STORY = {(2, "story_published", date(2026, 10, 28)): 1}
TALK = {(1, "talk_given", date(2026, 10, 14)): 1}


def test_up_names_the_two_strongest_acts_and_what_time_took() -> None:
    assert said(PAST, {**PAST, **STORY, **TALK}) == (
        "行動力は47から49に上がりました。いちばん効いたのは10月の事例公開、次が佐伯さんの登壇です。"
        "時間がたった分は8下がっています。"
    )


def test_up_by_one_act() -> None:
    assert said({}, {(1, "reply_posted", UNTIL): 1}) == (
        "行動力は0から5に上がりました。いちばん効いたのは佐伯さんの返信です。"
    )


def test_several_people_are_counted_not_listed() -> None:
    assert said({}, {(member, "meetup_attended", UNTIL): 1 for member in NAMES}) == (
        "行動力は0から33に上がりました。いちばん効いたのは3人の勉強会への参加です。"
    )


def test_an_erased_person_is_told_by_month() -> None:
    assert said({}, {(9, "talk_given", UNTIL): 1}) == (
        "行動力は0から23に上がりました。いちばん効いたのは11月の登壇です。"
    )


def test_only_time() -> None:
    assert said(PAST, PAST) == (
        "行動力は47から39に下がりました。この間に新しい行動はなく、時間がたった分だけ下がっています。"
    )


def test_down_although_something_was_done() -> None:
    assert said(PAST, {**PAST, (3, "reply_posted", UNTIL): 1}) == (
        "行動力は47から41に下がりました。いちばん効いたのは時間がたったことです。新しい行動では2上がっています。"
    )


def test_withdrawn_acts() -> None:
    kept = {key: n for key, n in PAST.items() if key[0] == 1}
    assert said(PAST, kept, kept, until=SINCE) == (
        "行動力は47から23に下がりました。いちばん効いたのは取り消された2件の行動です。"
    )


def test_restored_acts() -> None:
    assert said({}, PAST, PAST, until=SINCE) == (
        "行動力は0から47に上がりました。いちばん効いたのは元に戻された3件の行動です。"
    )


def test_late_acts() -> None:
    assert said({}, PAST, {}, until=SINCE) == (
        "行動力は0から47に上がりました。いちばん効いたのはあとから届いた3件の記録です。"
    )


def test_down_by_time_and_withdrawal_although_much_was_done() -> None:
    kept = {key: n for key, n in PAST.items() if key[0] != 3}
    assert said(PAST, {**kept, **STORY, **TALK}, kept) == (
        "行動力は46.6から46.1に下がりました。いちばん効いたのは時間がたったこと、次が取り消された1件の行動です。"
        "新しい行動では11上がっています。"
    )


def test_up_although_something_was_withdrawn() -> None:
    kept = {key: n for key, n in PAST.items() if key[0] != 3}
    more = {(member, "meetup_attended", UNTIL): 1 for member in (4, 5)}
    assert said(PAST, {**kept, **STORY, **more}, kept) == (
        "行動力は47から55に上がりました。いちばん効いたのは2人の勉強会への参加、次が10月の事例公開です。"
        "時間がたった分は8下がっています。取り消された1件の行動で4下がっています。"
    )


def test_another_segment() -> None:
    assert said(PAST, PAST, until=SINCE, scale=30.0) == (
        "行動力は47から72に上がりました。いちばん効いたのはスコアの決め方や会社の区分の変更です。"
    )
    assert said(PAST, PAST, until=SINCE, scale=120.0) == (
        "行動力は47から27に下がりました。いちばん効いたのはスコアの決め方や会社の区分の変更です。"
    )


def test_nothing_happened() -> None:
    assert said({}, {}) == "行動力は0.0のまま変わっていません。この間に新しい行動はありません。"


def test_a_small_move_is_said_with_a_decimal() -> None:
    later = SINCE + timedelta(days=1)
    assert said(PAST, PAST, until=later) == (
        "行動力は46.6から46.5に下がりました。この間に新しい行動はなく、時間がたった分だけ下がっています。"
    )


def test_no_reading_and_first_reading() -> None:
    assert plain(explain_in_words(Why(None, None), NAMES)).startswith("行動力は判定不能です。")
    assert plain(explain_in_words(Why(None, 12.4), NAMES)) == ("行動力は12です。比べられる日の記録はまだありません。")


def test_what_matters_is_set_off() -> None:
    spans = explain_in_words(why(change(*_first_reply())), NAMES)
    assert [span.text for span in spans if span.strong] == ["0から5", "佐伯さんの返信"]
    assert Span("行動力は", strong=False) in spans


def test_a_hostile_name_cannot_forge_emphasis() -> None:
    spans = explain_in_words(why(change(*_first_reply())), {1: "\x03佐\x02伯"})
    assert [span.text for span in spans if span.strong] == ["0から5", "佐伯さんの返信"]


def _first_reply() -> tuple[Situation, Counts, Situation]:
    now = {(1, "reply_posted", UNTIL): 1}
    return Situation({}, SINCE, FIRST_TERMS, KAPPA), {}, Situation(now, UNTIL, FIRST_TERMS, KAPPA)


def test_every_kind_has_a_label() -> None:
    assert set(KIND_LABELS) == set(SignalKind)
