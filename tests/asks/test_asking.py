"""Asking: refused on every path with the next date, beyond a limit only with a reason that is on record."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from community.asks import actions, queries
from community.asks.actions import AskRefusedError, NoReasonError
from community.asks.rules import Refusal, Whose
from models.accounts import Member
from models.asks import Ask, AskKind
from models.audit import AuditEntry
from models.base import db, now, today
from tests.cast import Cast


def ask(member: Member, number: int, by: Member, kind: AskKind = AskKind.TALK, reason: str | None = None) -> Ask:
    return actions.ask(member, kind, ("webinar", number), by=by, override_reason=reason)[0]


def test_talks_interviews_and_quotations_count_alike(cast: Cast) -> None:
    ask(cast.owner, 1, cast.cs)
    ask(cast.owner, 1, cast.cs, AskKind.QUOTE)
    with pytest.raises(AskRefusedError) as refused:
        ask(cast.owner, 1, cast.cs, AskKind.INTERVIEW)
    assert refused.value.refusal == Refusal(Whose.PERSON, 2, 2, today() + timedelta(days=180))
    assert db.session.query(Ask).count() == 2


def test_people_of_one_company_share_its_limit(cast: Cast) -> None:
    for number in (1, 2):
        ask(cast.owner, number, cast.cs)
        ask(cast.colleague, number, cast.cs)
    others = {cast.owner.id: cast.a.id, cast.third.id: cast.c.id}
    refusals = queries.list_refusals(others)
    assert refusals[cast.third.id] is None
    assert refusals[cast.owner.id] is not None
    with pytest.raises(AskRefusedError) as refused:
        ask(cast.company_admin, 9, cast.cs)
    assert refused.value.refusal == Refusal(Whose.COMPANY, 4, 4, today() + timedelta(days=180))


def test_for_one_thing_somebody_is_asked_once_whoever_asks(cast: Cast) -> None:
    first, is_new = actions.ask(cast.owner, AskKind.TALK, ("webinar", 1), by=cast.cs)
    again, is_newer = actions.ask(cast.owner, AskKind.TALK, ("webinar", 1), by=cast.administrator)
    assert (again, is_new, is_newer) == (first, True, False)
    assert again.asked_by_id == cast.cs.id


def test_what_was_taken_back_counts_no_more_and_can_be_asked_again(cast: Cast) -> None:
    taken, other = ask(cast.owner, 1, cast.cs), ask(cast.owner, 2, cast.cs)
    assert actions.take_back(taken)
    assert not actions.take_back(taken)
    third = ask(cast.owner, 3, cast.cs)
    assert queries.list_asks_of([cast.owner.id]) == [third, other]
    with pytest.raises(AskRefusedError):
        ask(cast.owner, 1, cast.cs)
    assert actions.take_back(other)
    assert ask(cast.owner, 1, cast.administrator) is taken
    assert (taken.taken_back_at, taken.asked_by_id) == (None, cast.administrator.id)


def test_beyond_a_limit_a_reason_is_needed_and_stays_on_record(cast: Cast) -> None:
    ask(cast.owner, 1, cast.cs)
    ask(cast.owner, 2, cast.cs)
    for nothing in ("", " \n"):
        with pytest.raises(NoReasonError):
            ask(cast.owner, 3, cast.cs, reason=nothing)
    noted = ask(cast.owner, 3, cast.cs, reason="ご本人からの申し出です。")
    assert noted.is_override
    [entry] = db.session.query(AuditEntry).all()
    assert (entry.action, entry.subject_id, entry.actor_id) == ("asks.override", cast.owner.id, cast.cs.id)
    assert entry.text is not None
    assert entry.text.reason == "ご本人からの申し出です。"
    # It counts as well: the next date is later than it was.
    assert queries.list_refusals({cast.owner.id: cast.a.id})[cast.owner.id] == Refusal(
        Whose.PERSON, 3, 2, today() + timedelta(days=180)
    )


def test_a_reason_that_is_not_needed_is_no_override(cast: Cast) -> None:
    assert not ask(cast.owner, 1, cast.cs, reason="念のため").is_override
    assert db.session.query(AuditEntry).count() == 0


def test_limits_are_settings(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    config = app.config["TSUDOI"]
    changed = config.model_copy(update={"asks_per_person": 1, "ask_days": 30})
    monkeypatch.setitem(app.config, "TSUDOI", changed)
    ask(cast.owner, 1, cast.cs)
    with pytest.raises(AskRefusedError):
        ask(cast.owner, 2, cast.cs)
    with time_machine.travel(now() + timedelta(days=30), tick=False):
        ask(cast.owner, 2, cast.cs)


def test_how_asks_are_spread_is_measured_over_those_that_count(cast: Cast) -> None:
    assert queries.measure_fatigue().share is None
    for number in (1, 2):
        ask(cast.owner, number, cast.cs)
    ask(cast.third, 1, cast.cs)
    fatigue = queries.measure_fatigue()
    assert (fatigue.asks, fatigue.people) == (3, 2)
    assert fatigue.share is not None
    assert fatigue.share.as_integer_ratio() == (2, 3)
    assert queries.measure_fatigue(today() + timedelta(days=180)).asks == 0
