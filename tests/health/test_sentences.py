"""The sentence on the account page, for what can happen to a score."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import NamedTuple

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st

from community.health.causes import NOTHING_MOVED, Why, why
from community.health.explanation import Part, Situation, change
from community.health.fading import find_fading
from community.health.labels import KIND_LABELS
from community.health.ledger_acts import MovedActs
from community.health.losses import Decline, find_decline
from community.health.policy import FIRST_TERMS
from community.health.presence import LEAST_HELD, Departure
from community.health.rules import Counts
from community.health.sentences import Span, explain_in_words, plain
from community.health.tenths import TENTHS, tenths
from models.ledger import SignalKind
from tests.health.strategies import TODAY, counts

UNTIL = date(2026, 11, 18)
SINCE = date(2026, 8, 20)
NAMES = {1: "佐伯", 2: "田中", 3: "小林"}
KAPPA = 60.0
ROUNDING = 1e-9


@pytest.fixture(autouse=True)
def japanese() -> Iterator[None]:
    app = Flask("sentences")
    Babel(app, default_locale="ja")
    with app.app_context():
        yield


class Known(NamedTuple):
    """What is known besides the counts: who has left, which acts moved, when it is told (None: on the last day)."""

    left: Mapping[int, Departure] = MappingProxyType({})
    moved: MovedActs = NOTHING_MOVED
    told_on: date | None = None


NOTHING_KNOWN = Known()


def said(
    then: Counts,
    now: Counts,
    standing: Counts | None = None,
    *,
    since: date = SINCE,
    until: date = UNTIL,
    scale: float = KAPPA,
    known: Known = NOTHING_KNOWN,
) -> str:
    before = Situation(then, since, FIRST_TERMS, KAPPA)
    after = Situation(now, until, FIRST_TERMS, scale)
    explained = change(before, then if standing is None else standing, after)
    decline = find_decline(after, since, known.left, known.told_on or until)
    fading = find_fading(explained, known.left)
    return plain(explain_in_words(why(explained, decline, known.moved, fading), NAMES))


PAST = {(1, "talk_given", SINCE): 1, (2, "talk_given", SINCE): 1, (3, "seminar_attended", SINCE): 1}
STORY = {(2, "story_published", date(2026, 10, 28)): 1}
TALK = {(1, "talk_given", date(2026, 10, 14)): 1}


def test_up_names_the_two_strongest_acts_and_what_time_took() -> None:
    assert said(PAST, {**PAST, **STORY, **TALK}) == (
        "行動力は46.6から49.2に上がりました。いちばん効いたのは10月の事例公開、次が佐伯さんの登壇です。"
        "時間がたった分は7.5下がっています。"
    )


def test_up_by_one_act() -> None:
    assert said({}, {(1, "reply_posted", UNTIL): 1}) == (
        "行動力は0.0から4.5に上がりました。いちばん効いたのは佐伯さんの返信です。"
    )


def test_several_people_are_counted_not_listed() -> None:
    assert said({}, {(member, "meetup_attended", UNTIL): 1 for member in NAMES}) == (
        "行動力は0.0から32.5に上がりました。いちばん効いたのは3人の勉強会への参加です。"
    )


def test_an_erased_person_is_told_by_month() -> None:
    assert said({}, {(9, "talk_given", UNTIL): 1}) == (
        "行動力は0.0から22.8に上がりました。いちばん効いたのは11月の登壇です。"
    )


def test_only_time() -> None:
    assert said(PAST, PAST) == (
        "行動力は46.6から39.1に下がりました。この間に点になる新しい行動はなく、前からの行動の点が時間とともに減っています。"
        "この90日、登壇はありません（最後は8月20日）。前の90日より減ったのは小林さんのセミナーへの参加 1件→0件です。"
        "最後の活動は8月20日（90日前）です。"
    )


def test_down_although_something_was_done() -> None:
    assert said(PAST, {**PAST, (3, "reply_posted", UNTIL): 1}) == (
        "行動力は46.6から41.4に下がりました。時間がたった分は7.5下がっています。"
        "この90日、登壇はありません（最後は8月20日）。前の90日より減ったのは小林さんのセミナーへの参加 1件→0件です。"
        "新しい行動では2.3上がっています。"
    )


def test_withdrawn_acts() -> None:
    kept = {key: n for key, n in PAST.items() if key[0] == 1}
    assert said(PAST, kept, kept, until=SINCE) == (
        "行動力は46.6から22.8に下がりました。いちばん効いたのは取り消された2件の行動です。最後の活動は8月20日です。"
    )


def test_restored_acts() -> None:
    assert said({}, PAST, PAST, until=SINCE) == (
        "行動力は0.0から46.6に上がりました。いちばん効いたのは元に戻された3件の行動です。"
    )


def test_late_acts() -> None:
    assert said({}, PAST, {}, until=SINCE) == (
        "行動力は0.0から46.6に上がりました。いちばん効いたのはあとから届いた3件の記録です。"
    )


def test_down_by_time_and_withdrawal_although_much_was_done() -> None:
    kept = {key: n for key, n in PAST.items() if key[0] != 3}
    assert said(PAST, {**kept, **STORY, **TALK}, kept) == (
        "行動力は46.6から46.1に下がりました。いちばん効いたのは時間がたったこと、次が取り消された1件の行動です。"
        "前の90日より減ったのは田中さんの登壇 1件→0件です。新しい行動では10.8上がっています。"
    )


def test_up_although_something_was_withdrawn() -> None:
    kept = {key: n for key, n in PAST.items() if key[0] != 3}
    more = {(member, "meetup_attended", UNTIL): 1 for member in (4, 5)}
    assert said(PAST, {**kept, **STORY, **more}, kept) == (
        "行動力は46.6から54.9に上がりました。いちばん効いたのは2人の勉強会への参加、次が10月の事例公開です。"
        "時間がたった分は7.5下がっています。取り消された1件の行動で3.8下がっています。"
    )


TALKS = {(1, "talk_given", SINCE - timedelta(days=n)): 1 for n in (1, 2)}


def test_who_left_is_named_as_such() -> None:
    left = {1: Departure(date(2026, 10, 31), 9, is_inside_family=False)}
    more = {**TALKS, (2, "talk_given", UNTIL): 1, (2, "meetup_organised", UNTIL): 1}
    assert "25.4のうち25.4は、10月31日に離れた佐伯さんの分です。" in said(TALKS, TALKS, known=Known(left))
    assert "前の90日より減ったのは佐伯さんの登壇 2件→0件です。" in said(TALKS, TALKS, known=Known(left))
    assert "離れた" not in said(TALKS, more, known=Known(left))  # a rise
    before = {1: Departure(date(2025, 10, 31), 9, is_inside_family=False)}
    assert "2025年10月31日に離れた佐伯さんの分" in said(TALKS, TALKS, known=Known(before))


def test_who_left_and_holds_little_is_named_where_they_do_less() -> None:
    left = {1: Departure(date(2026, 10, 31), 9, is_inside_family=False)}
    mail = {(1, "mail_clicked", SINCE): 1, (2, "meetup_organised", SINCE - timedelta(days=300)): 1}
    assert "前の90日より減ったのは佐伯さん（10月31日に離れた）のメールのクリック 1件→0件です。" in said(
        mail, mail, known=Known(left)
    )


def test_whose_share_is_shown_beside_it_is_told_with_the_same_figure() -> None:
    before, after = (Situation(TALKS, day, FIRST_TERMS, KAPPA) for day in (SINCE, UNTIL))
    left = {1: Departure(date(2026, 10, 31), 9, is_inside_family=False)}
    moved = change(before, TALKS, after)
    reasons = why(moved, find_decline(after, SINCE, left, UNTIL), fading=find_fading(moved, left))
    assert "のうち25.3は、10月31日に離れた佐伯さんの分です。" in plain(explain_in_words(reasons, NAMES, {1: 253}))


@given(counts, st.sampled_from([7, 30, 90]), st.integers(1, 200), st.sampled_from([1, 2, 3]))
def test_who_left_and_carries_most_of_a_falling_score_is_named(made: Counts, days: int, age: int, member: int) -> None:
    left = {member: Departure(TODAY - timedelta(days=age), None, is_inside_family=False)}
    since = TODAY - timedelta(days=days)
    sentence = said(made, made, since=since, until=TODAY, known=Known(left))
    held = Situation(made, TODAY, FIRST_TERMS, KAPPA).behavior.of_member
    carries_most = held.get(member, 0.0) >= LEAST_HELD and held[member] == max(held.values())
    if "に下がりました" in sentence and carries_most and not any(key[2] > since for key in made):
        assert f"のうち{held[member]:.1f}は、" in sentence
        assert f"に離れた{NAMES[member]}さんの分です。" in sentence


def test_who_was_erased_is_not_named() -> None:
    erased = {(9, kind, day): n for (_, kind, day), n in TALKS.items()}
    sentence = said(erased, erased)
    assert sentence.endswith("前の90日より減ったのは退会した人の登壇 2件→0件です。最後の活動は8月19日（91日前）です。")


def test_two_people_who_do_less_and_two_kinds_that_stopped() -> None:
    fewer = {**TALKS, **{(2, "seminar_attended", SINCE - timedelta(days=n)): 1 for n in range(3)}}
    less = {**fewer, (1, "talk_given", UNTIL - timedelta(days=80)): 1, (2, "seminar_attended", UNTIL): 1}
    assert "前の90日より減ったのは佐伯さんの登壇 2件→1件、田中さんのセミナーへの参加 3件→1件です。" in said(
        fewer, less, until=UNTIL
    )
    stopped = {(member, kind, SINCE): 1 for member in (1, 2) for kind in ("talk_given", "seminar_attended")}
    assert said(stopped, stopped).endswith(
        "この90日、登壇（最後は8月20日）とセミナーへの参加（最後は8月20日）はありません。最後の活動は8月20日（90日前）です。"
    )


def test_where_nothing_was_lost_the_last_act_is_told() -> None:
    long_ago = {(1, "talk_given", SINCE - timedelta(days=200)): 1}
    assert said(long_ago, long_ago).endswith("最後の活動は2月1日（290日前）です。")
    assert "最後の活動は2025年10月" in said(
        {(1, "talk_given", SINCE - timedelta(days=300)): 1}, {(1, "talk_given", SINCE - timedelta(days=300)): 1}
    )


def test_after_the_end_of_a_contract_days_are_counted_from_the_day_of_telling() -> None:
    long_ago = {(1, "talk_given", SINCE - timedelta(days=200)): 1}
    before, after = (Situation(long_ago, day, FIRST_TERMS, KAPPA) for day in (SINCE, UNTIL))
    decline = find_decline(after, SINCE, {}, UNTIL + timedelta(days=10))
    sentence = plain(explain_in_words(why(change(before, long_ago, after), decline), NAMES))
    assert sentence.endswith("最後の活動は2月1日（300日前）です。")


def test_where_everything_was_withdrawn_there_is_no_last_act() -> None:
    assert said(PAST, {}, {}).endswith("数えられる活動の記録はありません。")


def test_of_days_that_are_over_the_sentence_says_which_they_were() -> None:
    sentence = said(PAST, PAST, known=Known(told_on=UNTIL + timedelta(days=66)))
    assert "2026年11月18日までの90日、登壇はありません（最後は2026年8月20日）。" in sentence
    assert sentence.endswith("最後の活動は2026年8月20日（156日前）です。")


ONE_TALK = {(1, "talk_given", UNTIL): 1}


def test_a_second_cause_that_explains_nothing_is_not_named() -> None:
    assert "次が" not in said({}, {**ONE_TALK, (2, "mail_clicked", UNTIL): 1})
    assert "次が田中さんの質問・相談です。" in said({}, {**ONE_TALK, (2, "topic_opened", UNTIL): 1})


def test_who_did_not_come_is_no_cause() -> None:
    absent = {(2, "registered_not_come", UNTIL): 1}
    assert "欠席" not in said({}, {(1, "reply_posted", UNTIL): 1, **absent})
    assert said({}, absent) == "行動力は0.0から1.6に上がりました。新しい行動では1.6上がっています。"
    missed = {(member, "registered_not_come", SINCE): 1 for member in (1, 2)}
    assert "欠席" not in said({**PAST, **missed}, {**PAST, **missed})


def test_acts_that_came_or_went_with_their_member_are_said_to_have_moved() -> None:
    came, went = MovedActs(came={1: 1, 2: 2}), MovedActs(went={2: 1})
    assert "いちばん効いたのは移ってきた2人の行動3件です。" in said({}, PAST, {}, until=SINCE, known=Known(moved=came))
    assert "いちばん効いたのはあとから届いた3件の記録（うち移ってきた佐伯さんの行動1件）です。" in said(
        {}, PAST, {}, until=SINCE, known=Known(moved=MovedActs(came={1: 1}))
    )
    kept = {key: n for key, n in PAST.items() if key[0] != 2}
    assert "いちばん効いたのはほかの会社に移った田中さんの行動1件です。" in said(
        PAST, kept, kept, until=SINCE, known=Known(moved=went)
    )
    more = {(member, "meetup_attended", UNTIL): 1 for member in (4, 5, 6, 7)}
    assert "ほかの会社に移った田中さんの行動1件で" in said(PAST, {**kept, **more}, kept, known=Known(moved=went))


@given(counts, counts, counts, st.sampled_from([1, 7, 30, 90]))
def test_no_fall_is_said_to_be_times_doing_alone(then: Counts, standing: Counts, now: Counts, days: int) -> None:
    sentence = said(then, now, standing, since=TODAY - timedelta(days=days), until=TODAY)
    if "に下がりました" in sentence:
        assert re.search(r"この\d+日、.+はありません|より減ったのは|最後の活動は|活動の記録はありません", sentence)


@given(counts, counts, counts, st.sampled_from([1, 7, 30, 90]))
def test_the_sentences_figures_are_the_tables(then: Counts, standing: Counts, now: Counts, days: int) -> None:
    since = TODAY - timedelta(days=days)
    moved = change(Situation(then, since, FIRST_TERMS, KAPPA), standing, Situation(now, TODAY, FIRST_TERMS, KAPPA))
    shown = moved.rounded_totals
    assert sum(shown.values()) == tenths(moved.after.score) - tenths(moved.before.score)
    assert all(abs(shown[part] - TENTHS * moved.total(part)) < 1 + ROUNDING for part in Part)
    assert shown[Part.SHARE] == 0
    sentence = said(then, now, standing, since=since, until=TODAY)
    figures = {round(float(figure) * TENTHS) for figure in re.findall(r"\d+\.\d", sentence)}
    assert figures <= {tenths(moved.before.score), tenths(moved.after.score), *map(abs, shown.values())}


def test_another_segment() -> None:
    assert said(PAST, PAST, until=SINCE, scale=30.0) == (
        "行動力は46.6から71.5に上がりました。いちばん効いたのはスコアの決め方や会社の区分の変更です。"
    )
    assert said(PAST, PAST, until=SINCE, scale=120.0) == (
        "行動力は46.6から26.9に下がりました。いちばん効いたのはスコアの決め方や会社の区分の変更です。"
        "最後の活動は8月20日です。"
    )


def test_nothing_happened() -> None:
    assert said({}, {}) == "行動力は0.0のまま変わっていません。この間に新しい行動はありません。"


def test_a_day_is_not_compared_with_the_day_before() -> None:
    later = SINCE + timedelta(days=1)
    assert said(PAST, PAST, until=later) == (
        "行動力は46.6から46.5に下がりました。この間に点になる新しい行動はなく、前からの行動の点が時間とともに減っています。"
        "最後の活動は8月20日（1日前）です。"
    )


def test_no_reading_and_first_reading() -> None:
    assert plain(explain_in_words(Why(None, None), NAMES)).startswith("行動力は判定不能です。")
    assert plain(explain_in_words(Why(None, 12.4), NAMES)) == ("行動力は12.4です。比べられる日の記録はまだありません。")


def test_what_matters_is_set_off() -> None:
    spans = explain_in_words(why(change(*_first_reply()), Decline()), NAMES)
    assert [span.text for span in spans if span.strong] == ["0.0から4.5", "佐伯さんの返信"]
    assert Span("行動力は", strong=False) in spans


def test_a_hostile_name_cannot_forge_emphasis() -> None:
    spans = explain_in_words(why(change(*_first_reply()), Decline()), {1: "\x03佐\x02伯"})
    assert [span.text for span in spans if span.strong] == ["0.0から4.5", "佐伯さんの返信"]


def _first_reply() -> tuple[Situation, Counts, Situation]:
    now = {(1, "reply_posted", UNTIL): 1}
    return Situation({}, SINCE, FIRST_TERMS, KAPPA), {}, Situation(now, UNTIL, FIRST_TERMS, KAPPA)


def test_every_kind_has_a_label() -> None:
    assert set(KIND_LABELS) == set(SignalKind)
