"""What a company does less than before: by person and kind, between two spans of the same length."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from community.health.account_history import ScoreChange
from community.health.explanation import Situation
from community.health.losses import NEVER_A_CAUSE, SHORTEST_SPAN, Decline, Loss, find_decline
from community.health.policy import FIRST_KINDS, FIRST_TERMS
from community.health.presence import Departure
from community.health.rules import Counts, daily_points
from models.accounts import Membership
from models.base import db
from tests.health import scenario
from tests.health.reading import explain_change
from tests.health.scenario import ago
from tests.health.strategies import TODAY, counts

ADDITIVE = 1e-9
SINCE = TODAY - timedelta(days=30)


def decline(made: Counts, days: int = 30, left: dict[int, Departure] | None = None) -> Decline:
    return find_decline(Situation(made, TODAY, FIRST_TERMS, 60.0), TODAY - timedelta(days=days), left or {}, TODAY)


def points(kind: str, n: int = 1) -> float:
    return daily_points(FIRST_KINDS[kind], n)


def days_before(*ages: int) -> list[date]:
    return [SINCE - timedelta(days=age) for age in ages]


def test_a_persons_own_loss_counts_objects_and_points_of_both_spans() -> None:
    made = {(1, "reply_posted", day): 2 for day in days_before(0, 10, 29)} | {(1, "reply_posted", TODAY): 1}
    assert decline(made).losses == (
        Loss("reply_posted", 1, 3 * points("reply_posted", 2) - points("reply_posted"), 6, 1),
    )


def test_the_spans_are_equally_long_and_do_not_overlap() -> None:
    first, last, after = SINCE - timedelta(days=29), SINCE, SINCE + timedelta(days=1)
    assert [loss.objects_before for loss in decline({(1, "talk_given", day): 1 for day in (first, last)}).losses] == [2]
    assert decline({(1, "talk_given", first - timedelta(days=1)): 1}).losses == ()
    assert decline({(1, "talk_given", last): 1, (1, "talk_given", after): 1}).losses == ()


def test_what_several_did_and_nobody_does_is_one_loss_of_the_kind() -> None:
    made = {(member, "seminar_attended", SINCE): 1 for member in (1, 2, 3)}
    assert decline(made).losses == (Loss("seminar_attended", None, 3 * points("seminar_attended"), 3, 0, SINCE),)
    still = {**made, (1, "seminar_attended", TODAY): 1}
    assert [loss.member_id for loss in decline(still).losses] == [2, 3]


def test_the_largest_loss_stands_first() -> None:
    made = {(1, "reply_posted", SINCE): 5, (2, "talk_given", SINCE): 1, (3, "mail_clicked", SINCE): 1}
    assert [loss.kind for loss in decline(made).losses] == ["talk_given", "reply_posted", "mail_clicked"]


def test_the_same_on_fewer_days_is_no_loss_of_acts() -> None:
    """Two on one day are worth less than two on two days; nobody would say that they did less."""
    made = {(1, "reply_posted", day): 1 for day in days_before(0, 1)} | {(1, "reply_posted", TODAY): 2}
    assert decline(made).losses == ()


def test_days_are_compared_from_a_week_on() -> None:
    made = {(1, "talk_given", TODAY - timedelta(days=SHORTEST_SPAN)): 1}
    assert decline(made, SHORTEST_SPAN).losses != ()
    assert decline({(1, "talk_given", TODAY - timedelta(days=1)): 1}, 1).losses == ()


def test_the_last_act_is_the_last_that_counts() -> None:
    made = {(1, "talk_given", SINCE - timedelta(days=70)): 1, (1, "mail_opened", TODAY): 3}
    assert decline(made).last_act == SINCE - timedelta(days=70)
    assert decline({(1, "mail_opened", TODAY): 3}).last_act is None


def test_a_kind_that_nobody_does_has_its_last_day() -> None:
    made = {(member, "seminar_attended", SINCE - timedelta(days=member)): 1 for member in (1, 2, 3)}
    assert [loss.last_day for loss in decline(made).losses] == [SINCE - timedelta(days=1)]


def test_who_did_not_come_before_is_no_loss() -> None:
    made = {(member, "registered_not_come", SINCE): 1 for member in (1, 2)}
    assert decline(made).losses == ()
    assert decline({(1, "registered_not_come", SINCE): 2}).losses == ()


def test_those_who_left_are_marked() -> None:
    gone = Departure(date(2026, 10, 31), 7, is_inside_family=False)
    assert [loss.left_on for loss in decline({(1, "talk_given", SINCE): 1}, left={1: gone}).losses] == [gone.day]


@given(counts, st.sampled_from([7, 30, 90]))
def test_losses_are_what_the_days_say(made: Counts, days: int) -> None:
    since = TODAY - timedelta(days=days)

    def done(kind: str, member: int | None, last: date) -> tuple[float, int]:
        chosen = [
            n
            for (who, what, day), n in made.items()
            if what == kind and member in {who, None} and last - timedelta(days=days) < day <= last
        ]
        return sum(points(kind, n) for n in chosen), sum(chosen)

    found = decline(made, days)
    assert [loss.points for loss in found.losses] == sorted((loss.points for loss in found.losses), reverse=True)
    for loss in found.losses:
        (before, objects_before), (now, objects_now) = (done(loss.kind, loss.member_id, day) for day in (since, TODAY))
        assert loss.points == pytest.approx(before - now, abs=ADDITIVE)
        assert (loss.objects_before, loss.objects_now) == (objects_before, objects_now)
        assert loss.points > 0
        assert objects_before > objects_now
    lost_kinds = {loss.kind for loss in found.losses if loss.member_id is None}
    told = {(loss.member_id, loss.kind) for loss in found.losses}
    for member, kind, _ in made:
        if kind in NEVER_A_CAUSE:
            assert (member, kind) not in told
            assert kind not in lost_kinds
            continue
        (before, objects_before), (now, objects_now) = (done(kind, member, day) for day in (since, TODAY))
        if before > now and objects_before > objects_now:
            assert kind in lost_kinds or (member, kind) in told


@pytest.fixture
def in_app(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


@pytest.mark.usefixtures("in_app")
def test_a_change_knows_who_has_left() -> None:
    company = scenario.found(since=ago(400))
    scenario.act(company.people[0], "talk_given", ago(40), 1)
    scenario.process()
    membership = db.session.query(Membership).filter_by(member_id=company.people[0].id).one()
    membership.until_day = ago(10)
    db.session.flush()
    score_change: ScoreChange = explain_change(company.id, ago(30))
    lost = score_change.why.decline.losses
    assert [(loss.member_id, loss.left_on) for loss in lost] == [(company.people[0].id, ago(10))]
