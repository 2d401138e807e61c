"""A policy is one document with one hash, refused when it could not score."""

import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from community.health.policy import FIRST_KINDS, FIRST_TERMS, SCALES, KindTerms, PolicyError, PolicyTerms, chosen_scale
from models.ledger import SignalKind
from tests.health.strategies import policies

STARTING_TABLE = """
story_published      40   180 1
meetup_organised     40   180 1
talk_given           30   180 1
reference_done       30   180 1
answer_accepted      10   90  3
meetup_attended      10   90  1
seminar_attended     8    90  2
story_submitted      5    90  1
award_entered        5    90  1
topic_opened         3    60  3
reply_posted         3    60  5
support_asked        2    30  1
registered_not_come  1    90  2
mail_clicked         1    14  1
ballot_cast          1    30  1
reaction_received    0.5  30  5
"""

WITHOUT_WEIGHT = {
    SignalKind.ANSWER_ACCEPTED_INSIDE,
    SignalKind.REACTION_RECEIVED_INSIDE,
    SignalKind.STORY_QUOTED,
    SignalKind.ENTRY_ADVANCED,
    SignalKind.ENTRY_WON,
    SignalKind.MAIL_OPENED,
}


def test_version_1_is_the_table() -> None:
    rows = [line.split() for line in STARTING_TABLE.split("\n") if line]
    assert dict(FIRST_TERMS.kinds) == {k: KindTerms(float(w), float(h), int(n)) for k, w, h, n in rows}
    assert (FIRST_TERMS.member_cap, dict(FIRST_TERMS.scales)) == (20.0, {"high": 60.0, "mid": 30.0, "digital": 12.0})


def test_every_kind_of_signal_has_a_weight_or_deliberately_none() -> None:
    assert {SignalKind(kind) for kind in FIRST_KINDS} | WITHOUT_WEIGHT == set(SignalKind)
    assert not {SignalKind(kind) for kind in FIRST_KINDS} & WITHOUT_WEIGHT


@given(policies)
def test_a_document_reads_back_as_the_same_terms(terms: PolicyTerms) -> None:
    again = PolicyTerms.from_document(json.loads(terms.canonical))
    assert again == terms
    assert hash(again) == hash(terms)
    assert again.sha256 == terms.sha256


def test_the_hash_does_not_depend_on_how_the_terms_were_written() -> None:
    backwards = PolicyTerms.of(dict(reversed(FIRST_KINDS.items())), dict(reversed(SCALES.items())))
    assert backwards.sha256 == FIRST_TERMS.sha256
    assert FIRST_TERMS.sha256 == "d2c7bd4f28f9a0627fe6185d20585aef38ae8c8dc6326c098a9cada55b24adb7"


def test_another_number_is_another_hash() -> None:
    dearer = PolicyTerms.of({**FIRST_KINDS, "reply_posted": KindTerms(4, 60, 5)}, SCALES)
    assert dearer.sha256 != FIRST_TERMS.sha256


@pytest.mark.parametrize(
    "change",
    [
        {"member_cap": 0.0},
        {"member_cap": math.nan},
        {"scales": ()},
        {"scales": (("high", -1.0),)},
        {"good_from": 20.0},
        {"watch_from": -1.0},
        {"axis_weights": (("behavior", 0.0),)},
        {"kinds": (("reply_posted", KindTerms(-1.0, 60.0, 5)),)},
        {"kinds": (("reply_posted", KindTerms(1.0, 0.0, 5)),)},
        {"kinds": (("reply_posted", KindTerms(1.0, 60.0, 0)),)},
        {"kinds": (("reply_posted", KindTerms(math.inf, 60.0, 1)),)},
    ],
)
def test_numbers_that_cannot_score_are_refused(change: dict[str, Any]) -> None:
    document = replace(FIRST_TERMS, **change).to_document()
    with pytest.raises(PolicyError):
        PolicyTerms.from_document(document)


@pytest.mark.parametrize("document", [{}, {"kinds": []}, {"kinds": {"reply_posted": 3}}])
def test_what_is_no_policy_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(PolicyError):
        PolicyTerms.from_document(document)


def test_an_unknown_segment_has_no_scale() -> None:
    assert FIRST_TERMS.scale_of("mid") == 30.0
    with pytest.raises(PolicyError):
        FIRST_TERMS.scale_of("")


def test_the_scale_makes_the_median_account_read_fifty() -> None:
    breadths = [float(b) for b in range(21, 62)] + [0.0] * 100
    scale = chosen_scale(breadths, 30.0)
    assert 100 * (1 - math.exp(-41.0 / scale)) == pytest.approx(50.0)


def test_few_active_accounts_leave_the_default_scale() -> None:
    assert chosen_scale([50.0] * 19 + [0.0] * 50, 30.0) == 30.0
    assert chosen_scale([50.0] * 20, 30.0) == pytest.approx(50 / math.log(2))


def test_a_sleepy_community_does_not_shrink_the_scale_below_half() -> None:
    assert chosen_scale([0.5] * 40, 30.0) == 15.0
