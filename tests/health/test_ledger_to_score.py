"""What must hold between the ledger, the stored score and the snapshots, on both databases."""

import math
import random
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from community.accounts.names import list_names
from community.health import actions, projector, queries, snapshots
from community.health.counting import Grain, ledger_counts, stored_days
from community.health.policies import FIRST, PolicyVersion, list_policies
from community.health.policy import FIRST_KINDS, FIRST_TERMS, SCALES, KindTerms, PolicyTerms
from community.health.publishing import publish_policy
from community.health.rules import Behavior, Days, behavior, days_of
from community.health.sentences import family_names
from community.health.situations import Standing, get_projection_position, today
from community.health.snapshot_checks import WRONG, list_snapshot_faults
from community.projections.tasks import rebuild
from models.accounts import AccountPhase, Membership, Segment, Stage
from models.base import db, now, transaction
from models.health import AccountSnapshot
from models.ledger import Signal
from tests.cast import Cast
from tests.health import scenario
from tests.health.reading import explain
from tests.health.scenario import Company, ago

pytestmark = pytest.mark.usefixtures("app")

# Every example founds companies of its own, so examples may share the test's database.
on_the_database = settings(max_examples=8)

Deed = tuple[int, str, int, int]

deeds = st.tuples(st.integers(0, 2), st.sampled_from(sorted(FIRST_KINDS)), st.integers(0, 400), st.integers(1, 3))
histories = st.lists(st.tuples(deeds, st.integers(0, 3), st.booleans()), max_size=14)
"""Deeds (person, kind, age, thing), how often each is withdrawn and restored in turn, and whether to process then."""


def live(company: Company, history: Sequence[tuple[Deed, int, bool]]) -> list[Deed]:
    """Let it all happen; return the deeds that stand in the end."""
    for (person, kind, age, thing), turns, process_now in history:
        signal = scenario.act(company.people[person], kind, ago(age), thing)
        for turn in range(turns):
            if process_now:
                scenario.process()
            (scenario.restore if turn % 2 else scenario.withdraw)(signal)
    scenario.process()
    return [deed for deed, turns, _ in history if turns % 2 == 0]


def expected(company: Company, standing: Sequence[Deed], scale: float = SCALES["mid"]) -> float:
    objects = {(company.people[p].id, kind, ago(age), thing) for p, kind, age, thing in standing}
    counts = Counter((member, kind, day) for member, kind, day, _ in objects)
    return behavior(counts, today(), FIRST_TERMS, scale).score


@on_the_database
@given(history=histories)
def test_the_stored_score_is_the_score_of_what_stands(history: list[tuple[Deed, int, bool]]) -> None:
    company = scenario.found()
    standing = live(company, history)
    if not history:
        assert company.score() is None
        return
    place = get_projection_position()
    raw = queries.score(company.id, today(), place)
    assert raw is not None
    assert company.counted() == ledger_counts([company.id], place)[company.id]
    assert company.behavior().hex() == expected(company, standing).hex() == raw.score.hex()
    assert abs(math.fsum(raw.contributions.values()) - company.behavior()) < 1e-9


@on_the_database
@given(history=histories)
def test_days_taken_together_by_the_database_are_the_days_that_were_counted(
    history: list[tuple[Deed, int, bool]],
) -> None:
    one, other = scenario.found(), scenario.found()
    live(one, history)
    live(other, history[:3])
    found = stored_days([one.id, other.id])
    for company in (one, other):
        assert in_order(found[company.id]) == in_order(days_of(company.counted()))


def in_order(days: Days) -> dict[tuple[int, str, int], list[int]]:
    return {key: sorted(numbers) for key, numbers in days.items()}


@on_the_database
@given(history=histories, chance=st.randoms(use_true_random=False))
def test_any_order_and_duplicates_give_the_same_number(
    history: list[tuple[Deed, int, bool]], chance: random.Random
) -> None:
    one, other = scenario.found(), scenario.found()
    standing = live(one, history)
    again = [*standing, *standing[:3]]
    chance.shuffle(again)
    live(other, [(deed, 0, False) for deed in again])
    if standing:
        assert one.behavior().hex() == other.behavior().hex()


def recompute(snapshot: AccountSnapshot) -> Behavior:
    """A snapshot's score from the raw ledger, without the ways of `snapshot_checks`."""
    standing = Standing.of_snapshot(snapshot, list_policies())
    counts = ledger_counts([snapshot.account_id], snapshot.read_to)[snapshot.account_id]
    return behavior(counts, snapshot.day, standing.policy.terms, standing.scale)


@on_the_database
@given(history=histories, later=histories, age=st.integers(1, 10))
def test_a_snapshot_is_recomputed_to_the_last_bit_for_ever(
    history: list[tuple[Deed, int, bool]], later: list[tuple[Deed, int, bool]], age: int
) -> None:
    company = scenario.found(since=ago(12))
    history = [((p, kind, min(days, 12), thing), turns, now_) for (p, kind, days, thing), turns, now_ in history]
    live(company, history)
    with transaction():
        snapshots.take_snapshots([company.id], ago(age))
    before = {snapshot.day: snapshot.behavior for snapshot in company.snapshots()}
    assert list(before) == [ago(days) for days in range(12, age - 1, -1)]
    live(company, [((p, kind, min(days, 12), thing), turns, now_) for (p, kind, days, thing), turns, now_ in later])
    for snapshot in company.snapshots():
        assert snapshot.behavior is not None
        assert snapshot.behavior == before[snapshot.day]
        assert recompute(snapshot).score.hex() == snapshot.behavior.hex()
        raw = queries.score(company.id, snapshot.day, snapshot.read_to)
        assert raw is not None
        assert raw.score.hex() == snapshot.behavior.hex()


@on_the_database
@given(history=histories)
def test_everything_withdrawn_is_exactly_zero(history: list[tuple[Deed, int, bool]]) -> None:
    company = scenario.found()
    signals = [scenario.act(company.people[p], kind, ago(age), thing) for (p, kind, age, thing), _, _ in history]
    scenario.process()
    for signal in signals:
        scenario.withdraw(signal)
    scenario.process()
    if signals:
        assert company.behavior() == 0.0
        assert company.counted() == {}


@on_the_database
@given(history=histories)
def test_a_rebuild_gives_the_same_result(history: list[tuple[Deed, int, bool]]) -> None:
    company = scenario.found()
    live(company, history)
    counted, score = company.counted(), company.score()
    behavior_before = score.behavior if score else None
    db.session.expire_all()
    rebuild((projector,))
    again = company.score()
    assert company.counted() == counted
    assert (again.behavior if again else None) == behavior_before


def test_a_removed_reply_takes_its_points_with_it_and_restored_brings_them_back() -> None:
    company = scenario.found()
    scenario.act(company.people[0], "topic_opened", ago(3), 1)
    scenario.process()
    before = company.behavior()
    reply = scenario.act(company.people[1], "reply_posted", ago(0), 2)
    scenario.process()
    with_reply = company.behavior()
    scenario.withdraw(reply)
    scenario.process()
    assert company.behavior().hex() == before.hex()
    scenario.restore(reply)
    scenario.process()
    assert company.behavior().hex() == with_reply.hex()
    assert with_reply > before


def test_moving_a_person_leaves_past_acts_where_they_were() -> None:
    old, new = scenario.found(), scenario.found()
    mover = old.people[0]
    scenario.act(mover, "talk_given", ago(20), 1)
    scenario.process()
    before = old.behavior()
    membership = db.session.query(Membership).filter_by(member_id=mover.id).one()
    membership.until_day = ago(10)
    db.session.flush()
    db.session.add(Membership(member_id=mover.id, account_id=new.id, from_day=ago(10)))
    db.session.flush()
    scenario.act(mover, "talk_given", ago(5), 2)
    scenario.act(mover, "reply_posted", ago(15), 3)
    scenario.process()
    assert old.counted() == {(mover.id, "talk_given", ago(20)): 1, (mover.id, "reply_posted", ago(15)): 1}
    assert new.counted() == {(mover.id, "talk_given", ago(5)): 1}
    assert old.behavior() > before
    assert new.behavior() > 0


def test_erasing_a_person_leaves_the_companys_numbers() -> None:
    company = scenario.found()
    scenario.act(company.people[0], "talk_given", ago(20), 1)
    scenario.process()
    before = company.behavior()
    person = company.people[0]
    person.erased_at, person.family_name, person.given_name = now(), "", ""
    membership = db.session.query(Membership).filter_by(member_id=person.id).one()
    membership.until_day = today()
    db.session.flush()
    with transaction():
        actions.rescore([company.id], today())
    assert company.behavior().hex() == before.hex()
    reading = explain(company.id)
    assert reading is not None
    assert list(reading.behavior.of_member) == [person.id]
    assert family_names(list_names([person.id])) == {}


def test_acts_of_staff_count_for_nobody(cast: Cast) -> None:
    signal = scenario.act(cast.cs, "reply_posted", ago(0), 1)
    scenario.process()
    assert signal.account_id is None
    assert db.session.query(Signal).count() == 1


@pytest.mark.parametrize("segment", list(Segment))
def test_the_scale_is_that_of_the_dated_segment(segment: Segment) -> None:
    other = Segment.HIGH if segment is not Segment.HIGH else Segment.DIGITAL
    company = scenario.found(segment=other, since=ago(40))
    db.session.add(AccountPhase(account_id=company.id, from_day=ago(7), segment=segment, stage=Stage.RENEWAL))
    db.session.flush()
    scenario.act(company.people[0], "talk_given", ago(30), 1)
    scenario.process()
    assert company.behavior() == expected(company, [(0, "talk_given", 30, 1)], SCALES[segment])
    with transaction():
        snapshots.take_snapshots([company.id], ago(1))
    taken = {snapshot.day: snapshot for snapshot in company.snapshots()}
    assert (taken[ago(8)].stage, taken[ago(7)].stage) == (Stage.ADOPTION, Stage.RENEWAL)
    assert taken[ago(7)].segment == segment != taken[ago(8)].segment
    assert taken[ago(7)].scale == SCALES[segment]


# --- policies


def dearer() -> PolicyTerms:
    return PolicyTerms.of({**FIRST_KINDS, "reply_posted": KindTerms(12, 60, 5)}, SCALES)


def test_a_new_policy_never_rewrites_a_snapshot(cast: Cast) -> None:
    company = scenario.found(since=ago(30))
    scenario.act(company.people[0], "reply_posted", ago(2), 1)
    scenario.process()
    with transaction():
        snapshots.take_snapshots([company.id], ago(1))
    before = {snapshot.day: snapshot.behavior for snapshot in company.snapshots()}
    old = company.behavior()
    with transaction():
        published = publish_policy(dearer(), today(), "返信をもっと重く", cast.administrator)
        actions.rescore([company.id], today())
        assert snapshots.take_snapshots([company.id], ago(1)) == 0
    assert published.version == 2
    assert company.behavior() > old
    assert {snapshot.day: snapshot.behavior for snapshot in company.snapshots()} == before
    for snapshot in company.snapshots():
        assert recompute(snapshot).score == snapshot.behavior
        assert snapshot.policy_version == 1
    assert list(list_snapshot_faults()) == []
    snapshot = company.snapshots()[-1]
    snapshot.behavior = 1.0
    db.session.flush()
    assert list(list_snapshot_faults()) == [(company.id, snapshot.day, WRONG)]


def test_two_policies_side_by_side_for_the_same_day() -> None:
    company = scenario.found()
    scenario.act(company.people[0], "reply_posted", ago(2), 1)
    scenario.process()
    place = get_projection_position()
    draft = PolicyVersion(0, today(), dearer())
    in_force = queries.score(company.id, today(), place)
    drafted = queries.score(company.id, today(), place, draft)
    assert in_force is not None
    assert drafted is not None
    assert drafted.score > in_force.score
    assert in_force == queries.score(company.id, today(), place, FIRST)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_chunk_is_counted_by_an_index_not_by_walking_through_the_ledger(app: Flask) -> None:
    """PostgreSQL plans by its statistics; SQLite has none."""
    plans: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: object) -> None:  # noqa: ANN401
        if "count(DISTINCT" in statement:
            rows = connection.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(str(row) for row in rows)

    connection = db.session.connection()
    event.listen(connection, "before_cursor_execute", hear)
    actions.recount([Grain(1, 1, "reply_posted", ago(1)), Grain(2, 2, "reply_posted", ago(2))], 100)
    ledger_counts([1, 2], 100, recorded_to=50)
    event.remove(connection, "before_cursor_execute", hear)
    for key in ("member_id_day (member_id=? AND day=?)", "account_id_day (account_id=?)"):
        assert sum(f"SEARCH signal USING INDEX ix_signal_{key}" in plan for plan in plans) == 1, plans
    assert not [plan for plan in plans if "SCAN signal" in plan]


def test_days_are_days(app: Flask) -> None:
    """A day comes back from each database as a date, not as text or an instant."""
    company = scenario.found()
    scenario.act(company.people[0], "reply_posted", ago(0), 1)
    scenario.process()
    assert all(type(day) is date for _, _, day in company.counted())
