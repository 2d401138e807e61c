"""Every figure leads to acts, and every change to its causes, as the ledger holds them."""

import math
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given, settings
from hypothesis import strategies as st

from community.accounts.names import list_names
from community.health import snapshots
from community.health.account_history import AccountHistory, ScoreChange, load_account_history
from community.health.acts import list_acts
from community.health.acts_behind_change import list_acts_behind_change
from community.health.causes import CauseKind
from community.health.counting import ledger_counts
from community.health.explanation import Change, Part
from community.health.policy import FIRST_KINDS
from community.health.sentences import explain_in_words, family_names, plain
from community.health.situations import today
from models.accounts import AccountPhase, Segment, Stage
from models.base import db, transaction
from models.ledger import SignalCause
from tests.health import scenario
from tests.health.reading import explain, explain_change
from tests.health.scenario import Company, ago

ADDITIVE = 1e-9


@pytest.fixture(autouse=True)
def in_japanese(app: Flask) -> Iterator[None]:
    with app.test_request_context(), force_locale("ja"):
        yield


def write_down(company: Company, age: int = 1) -> None:
    scenario.process()
    with transaction():
        snapshots.take_snapshots([company.id], ago(age))


def explained(company: Company, since: int = 1) -> tuple[ScoreChange, Change]:
    scenario.process()
    score_change = explain_change(company.id, ago(since))
    assert score_change.change is not None
    return score_change, score_change.change


def sentence(score_change: ScoreChange, company: Company) -> str:
    names = family_names(list_names([person.id for person in company.people]))
    return plain(explain_in_words(score_change.why, names))


def moving_parts(change: Change) -> set[Part]:
    return {part for part in Part if abs(change.total(part)) > ADDITIVE}


@pytest.mark.parametrize("is_withdrawn", [True, False])
def test_a_recorded_reading_is_as_known_now_until_its_own_days_change(*, is_withdrawn: bool) -> None:
    company = scenario.found(since=ago(30))
    talk = scenario.act(company.people[0], "talk_given", ago(20), 1)
    write_down(company)

    def is_as_known_now() -> bool:
        scenario.process()
        account_history = load_account_history(company.id, today(), 1)
        recorded = account_history.explain(ago(1))
        known_now = account_history.explain(ago(1), as_known_now=True)
        assert recorded is not None
        assert known_now is not None
        assert recorded.recorded
        if account_history.is_as_known_now(recorded):
            assert recorded.behavior == known_now.behavior
            return True
        return False

    assert is_as_known_now()
    scenario.act(company.people[1], "reply_posted", ago(0), 2)
    assert is_as_known_now()
    if is_withdrawn:
        scenario.withdraw(talk)
    else:
        scenario.act(company.people[1], "reply_posted", ago(5), 3)
    assert not is_as_known_now()


def test_another_segment_is_not_as_known_now() -> None:
    company = scenario.found(since=ago(30))
    write_down(company)
    db.session.add(AccountPhase(account_id=company.id, from_day=ago(1), segment=Segment.HIGH, stage=Stage.ADOPTION))
    db.session.commit()
    account_history = load_account_history(company.id, today(), 1)
    recorded = account_history.explain(ago(1))
    assert recorded is not None
    assert not account_history.is_as_known_now(recorded)


def test_new_acts_since_yesterday() -> None:
    company = scenario.found(since=ago(30))
    scenario.act(company.people[0], "talk_given", ago(20), 1)
    write_down(company)
    scenario.act(company.people[1], "reply_posted", ago(0), 2)
    score_change, change = explained(company)
    assert score_change.before is not None
    assert score_change.before.recorded
    assert moving_parts(change) == {Part.DECAY, Part.NEW}
    assert change.after.score.hex() == company.behavior().hex()
    assert [cause.kind for cause in score_change.why.ups] == [CauseKind.ACTS]
    assert f"{company.people[1].family_name}さんの返信" in sentence(score_change, company)


def test_an_act_that_arrives_late_is_told_apart_from_a_new_one() -> None:
    company = scenario.found(since=ago(30))
    scenario.act(company.people[0], "talk_given", ago(20), 1)
    write_down(company)
    scenario.act(company.people[1], "seminar_attended", ago(10), 2)
    score_change, change = explained(company)
    assert moving_parts(change) == {Part.DECAY, Part.LATE}
    assert "あとから届いた1件の記録" in sentence(score_change, company)


def test_a_removed_act_and_its_return() -> None:
    company = scenario.found(since=ago(30))
    talk = scenario.act(company.people[0], "talk_given", ago(20), 1)
    write_down(company, 2)
    scenario.withdraw(talk, SignalCause.MODERATION)
    score_change, change = explained(company, since=2)
    assert moving_parts(change) == {Part.DECAY, Part.WITHDRAWN}
    assert change.total(Part.WITHDRAWN) < 0
    assert "取り消された1件の行動" in sentence(score_change, company)
    write_down(company)
    scenario.restore(talk, SignalCause.MODERATION)
    score_change, change = explained(company)
    assert moving_parts(change) == {Part.WITHDRAWN}
    assert change.total(Part.WITHDRAWN) > 0
    assert "元に戻された1件の行動" in sentence(score_change, company)


def test_removed_and_restored_in_between_did_not_move() -> None:
    company = scenario.found(since=ago(30))
    talk = scenario.act(company.people[0], "talk_given", ago(20), 1)
    write_down(company)
    scenario.withdraw(talk)
    scenario.process()
    scenario.restore(talk)
    _, change = explained(company)
    assert moving_parts(change) == {Part.DECAY}


def test_another_segment_is_a_cause_of_its_own() -> None:
    company = scenario.found(since=ago(30))
    scenario.act(company.people[0], "talk_given", ago(20), 1)
    write_down(company)
    db.session.add(AccountPhase(account_id=company.id, from_day=today(), segment=Segment.HIGH, stage=Stage.ADOPTION))
    db.session.flush()
    score_change, change = explained(company)
    assert moving_parts(change) == {Part.DECAY, Part.POLICY}
    assert "会社の区分の変更" in sentence(score_change, company)


def test_before_the_first_reading_there_is_nothing_to_compare() -> None:
    company = scenario.found(since=ago(5))
    scenario.act(company.people[0], "talk_given", ago(2), 1)
    scenario.process()
    score_change = explain_change(company.id, ago(20))
    assert (score_change.before, score_change.change) == (None, None)
    assert score_change.after is not None
    assert "比べられる日の記録はまだありません" in sentence(score_change, company)
    assert sentence(explain_change(scenario.found(0).id, ago(20)), company).startswith("行動力は判定不能です。")


def test_as_recorded_and_as_known_now_may_differ() -> None:
    company = scenario.found(since=ago(30))
    write_down(company)
    scenario.act(company.people[0], "talk_given", ago(10), 1)
    scenario.process()
    recorded = explain(company.id, ago(5))
    known_now = explain(company.id, ago(5), as_known_now=True)
    assert recorded is not None
    assert known_now is not None
    assert (recorded.recorded, recorded.behavior.score) == (True, 0.0)
    assert not known_now.recorded
    assert known_now.behavior.score > 0


stories = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(sorted(FIRST_KINDS)),
        st.integers(0, 20),
        st.integers(1, 3),
        st.integers(0, 3),
    ),
    max_size=8,
)


def assert_acts_are_behind_the_parts(
    account_history: AccountHistory, score_change: ScoreChange, change: Change
) -> None:
    def points(part: Part, **chosen: Any) -> float:  # noqa: ANN401  one of two filters
        return math.fsum(act.points for act in list_acts_behind_change(account_history, score_change, part, **chosen))

    for part in Part:
        assert abs(points(part) - change.total(part)) < ADDITIVE
        for kind, row in change.by_kind().items():
            assert abs(points(part, kind=kind) - row.parts[part]) < ADDITIVE
        for member, row in change.by_member().items():
            assert abs(points(part, member_id=member) - row.parts[part]) < ADDITIVE


@settings(max_examples=8)
@given(before=stories, after=stories)
def test_whatever_happened_the_table_adds_up(
    before: list[tuple[int, str, int, int, int]], after: list[tuple[int, str, int, int, int]]
) -> None:
    company = scenario.found(since=ago(20))
    signals = []
    for happened in (before, after):
        for person, kind, age, thing, turns in happened:
            signals.append(scenario.act(company.people[person], kind, ago(age), thing))
            for turn in range(turns):
                # what is withdrawn may be an act of long ago
                (scenario.restore if turn % 2 else scenario.withdraw)(signals[thing % len(signals)])
        if happened is before:
            write_down(company)
    score_change, change = explained(company, since=7)
    for row in change.rows().values():
        assert abs(row.before + math.fsum(row.parts.values()) - row.after) < ADDITIVE
    moved = math.fsum(change.total(part) for part in Part)
    assert abs(change.before.score + moved - change.after.score) < ADDITIVE
    account_history = load_account_history(company.id, days=7)
    assert_acts_are_behind_the_parts(account_history, score_change, change)
    reading = account_history.explain(today())
    assert reading is not None
    acts = list_acts(account_history, reading)
    assert abs(math.fsum(act.points for act in acts) - reading.behavior.score) < ADDITIVE
    for kind, points in reading.behavior.by_kind.items():
        listed = list_acts(account_history, reading, kind=kind)
        assert abs(math.fsum(act.points for act in listed) - points) < ADDITIVE
    for member, points in reading.behavior.of_member.items():
        listed = list_acts(account_history, reading, member_id=member)
        assert abs(math.fsum(act.points for act in listed) - points) < ADDITIVE


@settings(max_examples=25)
@given(st.data())
def test_the_book_counts_as_the_database_does(data: st.DataObject) -> None:
    """At every place of the sequence, whatever was withdrawn and restored in between."""
    company = scenario.found()
    signals = []
    for _ in range(data.draw(st.integers(1, 6))):
        person = company.people[data.draw(st.integers(0, 1))]
        kind = data.draw(st.sampled_from(["reply_posted", "talk_given"]))
        signals.append(scenario.act(person, kind, ago(data.draw(st.integers(0, 2))), data.draw(st.integers(1, 2))))
        for turn in range(data.draw(st.integers(0, 3))):
            (scenario.restore if turn % 2 else scenario.withdraw)(signals[-1])
    scenario.process()
    account_history = load_account_history(company.id)
    first = account_history.acts[0].seq - 1
    for place in range(first, account_history.read_to + 1):
        assert account_history.counts(place) == ledger_counts([company.id], place)[company.id]
        for earlier in range(first, place + 1):
            bounded = ledger_counts([company.id], place, recorded_to=earlier)[company.id]
            assert account_history.counts(place, recorded_to=earlier) == bounded


def test_a_book_says_so_when_a_day_was_not_read() -> None:
    company = scenario.found()
    with pytest.raises(LookupError):
        load_account_history(company.id, days=3).explain(ago(4))


def test_the_list_of_acts_shows_withdrawals() -> None:
    company = scenario.found()
    kept = scenario.act(company.people[0], "reply_posted", ago(3), 1)
    spam = scenario.act(company.people[0], "reply_posted", ago(2), 2)
    back = scenario.act(company.people[1], "reply_posted", ago(1), 3)
    scenario.withdraw(spam, SignalCause.MODERATION)
    scenario.withdraw(back)
    scenario.restore(back)
    scenario.process()
    account_history = load_account_history(company.id)
    reading = account_history.explain(today())
    assert reading is not None
    acts = list_acts(account_history, reading)
    assert [act.ledger_act.id for act in acts] == [back.id, spam.id, kept.id]
    assert [act.counts for act in acts] == [True, False, True]
    assert [len(act.reversals) for act in acts] == [2, 1, 0]
    assert acts[1].points == 0.0
    assert acts[1].turned_at is not None
    assert acts[1].reversals[0].cause == SignalCause.MODERATION
    assert [act.ledger_act.id for act in list_acts(account_history, reading, member_id=company.people[1].id)] == [
        back.id
    ]
    assert [act.ledger_act.id for act in list_acts(account_history, reading, since=ago(2), until=ago(2))] == [spam.id]
    assert list_acts(account_history, reading, kind="talk_given") == []
