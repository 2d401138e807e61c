"""The behavior axis as properties: what must hold whatever an account's people did."""

import math
import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.health.policy import FIRST_KINDS, FIRST_TERMS, MEMBER_CAP, SCALES, PolicyTerms
from community.health.rules import (
    Band,
    Counts,
    band,
    behavior,
    carried,
    daily_points,
    decay,
    decays,
    health,
    member_ceiling,
    scaled,
)
from tests.health.strategies import TODAY, Key, counts, keys, kinds, policies, scales

ADDITIVE = 1e-9


def test_one_reply_reads_as_the_formula_says() -> None:
    scored = behavior({(1, "reply_posted", TODAY - timedelta(days=60)): 3}, TODAY, FIRST_TERMS, 60.0)
    points = 3 * math.log2(1 + 3) / 2
    assert scored.strengths == {(1, "reply_posted"): pytest.approx(points)}
    assert scored.by_member == {1: pytest.approx(20 * (1 - math.exp(-points / 20)))}
    assert scored.breadth == pytest.approx(20 * (1 - math.exp(-points / 20)))
    assert scored.score == pytest.approx(100 * (1 - math.exp(-scored.breadth / 60)))


def test_the_nth_act_of_a_day_is_worth_its_margin() -> None:
    reply = FIRST_KINDS["reply_posted"]
    for n in range(1, reply.daily_maximum + 1):
        margin = daily_points(reply, n) - daily_points(reply, n - 1)
        assert margin == pytest.approx(3 * math.log2((1 + n) / n))


@given(counts, policies, scales)
def test_contributions_add_up_to_the_score(made: Counts, terms: PolicyTerms, scale: float) -> None:
    scored = behavior(made, TODAY, terms, scale)
    assert abs(math.fsum(scored.contributions.values()) - scored.score) < ADDITIVE
    assert abs(math.fsum(scored.by_kind.values()) - scored.score) < ADDITIVE
    assert abs(math.fsum(scored.of_member.values()) - scored.score) < ADDITIVE
    assert all(part >= 0 for part in scored.contributions.values())


@given(counts, policies, scales, st.randoms(use_true_random=False))
def test_the_order_of_acts_leaves_no_trace(
    made: Counts, terms: PolicyTerms, scale: float, chance: random.Random
) -> None:
    shuffled = list(made.items())
    chance.shuffle(shuffled)
    one, other = behavior(made, TODAY, terms, scale), behavior(dict(shuffled), TODAY, terms, scale)
    assert one.score.hex() == other.score.hex()
    assert one.contributions == other.contributions


@given(counts, keys, policies, scales)
def test_another_act_never_lowers_a_score(made: Counts, key: Key, terms: PolicyTerms, scale: float) -> None:
    before = behavior(made, TODAY, terms, scale).score
    after = behavior({**made, key: made.get(key, 0) + 1}, TODAY, terms, scale).score
    assert after >= before


@given(counts, keys, st.integers(0, 300), scales)
def test_beyond_the_daily_maximum_nothing_is_added(made: Counts, key: Key, more: int, scale: float) -> None:
    full = FIRST_KINDS[key[1]].daily_maximum
    at_maximum = behavior({**made, key: full}, TODAY, FIRST_TERMS, scale)
    beyond = behavior({**made, key: full + more}, TODAY, FIRST_TERMS, scale)
    assert beyond.score.hex() == at_maximum.score.hex()


@given(st.dictionaries(st.tuples(st.just(1), kinds, st.just(TODAY)), st.integers(1, 1000)), policies, scales)
def test_one_member_alone_never_exceeds_the_ceiling(made: Counts, terms: PolicyTerms, scale: float) -> None:
    scored = behavior(made, TODAY, terms, scale)
    assert scored.score <= member_ceiling(terms, scale)
    assert scored.score <= 100 * (1 - math.exp(-terms.member_cap / scale)) + ADDITIVE


@pytest.mark.parametrize("scale", SCALES.values())
def test_two_hundred_replies_of_one_person_score_below_five_people_at_a_seminar(scale: float) -> None:
    flood = behavior({(1, "reply_posted", TODAY): 200}, TODAY, FIRST_TERMS, scale)
    seminar = behavior({(m, "seminar_attended", TODAY): 1 for m in range(5)}, TODAY, FIRST_TERMS, scale)
    assert flood.score < seminar.score


@given(policies, scales)
def test_without_acts_the_score_is_exactly_zero(terms: PolicyTerms, scale: float) -> None:
    scored = behavior({}, TODAY, terms, scale)
    assert (scored.score, scored.breadth) == (0.0, 0.0)
    assert math.copysign(1, scored.score) == 1
    assert scored.contributions == {}


@given(counts, st.integers(1, 200), policies, scales)
def test_acts_after_the_day_do_not_count(made: Counts, later: int, terms: PolicyTerms, scale: float) -> None:
    day = TODAY - timedelta(days=later)
    known = {key: n for key, n in made.items() if key[2] <= day}
    assert behavior(made, day, terms, scale).score.hex() == behavior(known, day, terms, scale).score.hex()


@given(counts, st.integers(0, 400), scales)
def test_time_alone_never_raises_a_score(made: Counts, later: int, scale: float) -> None:
    now = behavior(made, TODAY, FIRST_TERMS, scale).score
    assert behavior(made, TODAY + timedelta(days=later), FIRST_TERMS, scale).score <= now


def test_kinds_without_weight_are_worth_nothing() -> None:
    scored = behavior({(1, "mail_opened", TODAY): 50, (1, "entry_won", TODAY): 1}, TODAY, FIRST_TERMS, 12.0)
    assert scored.score == 0.0


def test_half_is_left_after_a_half_life() -> None:
    assert decay(0, 30) == 1.0
    assert decay(30, 30) == 0.5


@given(st.integers(0, 5_000), st.floats(0.5, 2_000))
def test_remembered_decays_are_the_same_to_the_last_bit(age: int, half_life: float) -> None:
    assert decays(half_life)[age].hex() == decays(half_life)[age].hex() == decay(age, half_life).hex()
    assert carried(1e9, MEMBER_CAP) == MEMBER_CAP
    assert scaled(0.0, 60.0) == 0.0


def test_very_old_acts_do_not_divide_by_zero() -> None:
    scored = behavior({(1, "mail_clicked", TODAY - timedelta(days=60_000)): 1}, TODAY, FIRST_TERMS, 60.0)
    assert scored.score == 0.0
    assert scored.contributions == {(1, "mail_clicked"): 0.0}


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (100.0, Band.GOOD),
        (60.0, Band.GOOD),
        (59.999, Band.WATCH),
        (30.0, Band.WATCH),
        (29.999, Band.DANGER),
        (0.0, Band.DANGER),
        (None, Band.UNJUDGED),
    ],
)
def test_bands_begin_at_their_limit(score: float | None, expected: Band) -> None:
    assert band(score, FIRST_TERMS) is expected


def test_health_is_the_mean_of_what_was_observed() -> None:
    read = health({"utilization": 78.0, "behavior": 64.0, "penetration": 71.0}, FIRST_TERMS)
    assert (read.score, read.coverage, read.band) == (71.0, 1.0, Band.GOOD)


def test_a_missing_axis_is_not_zero() -> None:
    two = health({"behavior": 60.0, "penetration": 80.0}, FIRST_TERMS)
    assert two.score == pytest.approx(70.0)
    assert two.coverage == pytest.approx(2 / 3)
    assert health({"behavior": 60.0, "penetration": 0.0}, FIRST_TERMS).score == pytest.approx(30.0)


def test_below_half_coverage_health_cannot_be_judged() -> None:
    one = health({"behavior": 95.0, "utilization": None}, FIRST_TERMS)
    assert (one.score, one.band) == (None, Band.UNJUDGED)
    assert one.coverage == pytest.approx(1 / 3)
