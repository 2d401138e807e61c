"""Which companies compete: symmetric, dated, in the log."""

from datetime import timedelta

import pytest

from community.companies import competitors
from community.companies.competitors import DaysOutOfOrderError, NotTwoCompaniesError
from models.audit import AuditEntry
from models.base import db, today
from models.competitors import Competition
from tests.cast import Cast

A_WEEK = timedelta(days=7)


def test_it_holds_both_ways_from_its_day_until_its_end(cast: Cast) -> None:
    begun, ended = today() - A_WEEK, today() + A_WEEK
    noted = competitors.note_competition(cast.b, cast.a, begun, by=cast.cs)
    assert competitors.end_competition(noted, ended, of=cast.a, by=cast.cs)
    for one, other in ((cast.a, cast.b), (cast.b, cast.a)):
        assert [
            bool(competitors.list_competing_pairs((one.id, other.id), day))
            for day in (begun - timedelta(days=1), begun, ended - timedelta(days=1), ended)
        ] == [False, True, True, False]
        assert [each.name for each in competitors.list_competitors(one.id)] == [other.name]
        assert [each.account_id for each in competitors.list_competitors(one.id, today())] == [other.id]
        assert competitors.list_competitors(one.id, ended) == []
    assert competitors.list_competing_pairs([cast.a.id, cast.b.id, cast.c.id], today()) == [(cast.a.id, cast.b.id)]
    acts = [(entry.action, entry.subject_id) for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]
    assert acts == [("account.note_competition", cast.b.id), ("account.end_competition", cast.a.id)]


def test_what_is_known_is_noted_once(cast: Cast) -> None:
    noted = competitors.note_competition(cast.a, cast.b, today(), by=cast.cs)
    assert competitors.note_competition(cast.b, cast.a, today() - A_WEEK, by=cast.cs) is noted
    assert db.session.query(Competition).count() == db.session.query(AuditEntry).count() == 1


def test_a_company_does_not_compete_with_itself(cast: Cast) -> None:
    with pytest.raises(NotTwoCompaniesError):
        competitors.note_competition(cast.a, cast.a, today(), by=cast.cs)
    assert competitors.list_competing_pairs([cast.a.id], today()) == []


def test_days_are_in_order(cast: Cast) -> None:
    noted = competitors.note_competition(cast.a, cast.b, today(), by=cast.cs)
    with pytest.raises(DaysOutOfOrderError):
        competitors.end_competition(noted, today() - A_WEEK, of=cast.a, by=cast.cs)
    assert competitors.end_competition(noted, today() + A_WEEK, of=cast.a, by=cast.cs)
    db.session.refresh(noted)
    assert not competitors.end_competition(noted, today() + A_WEEK, of=cast.a, by=cast.cs)
    with pytest.raises(DaysOutOfOrderError):
        competitors.note_competition(cast.a, cast.b, today(), by=cast.cs)
    again = competitors.note_competition(cast.a, cast.b, today() + A_WEEK, by=cast.cs)
    assert again.id != noted.id
    assert [each.until_day for each in competitors.list_competitors(cast.a.id)] == [None, today() + A_WEEK]


def test_what_was_noted_by_mistake_leaves_the_log_alone(cast: Cast) -> None:
    noted = competitors.note_competition(cast.a, cast.b, today(), by=cast.cs)
    assert competitors.end_competition(noted, today(), of=cast.a, by=cast.cs)
    assert competitors.list_competitors(cast.a.id) == []
    assert db.session.query(AuditEntry).count() == 2
    assert competitors.get_competition(noted.id, cast.a.id) is None


def test_it_is_found_by_its_two_companies_only(cast: Cast) -> None:
    noted = competitors.note_competition(cast.a, cast.b, today(), by=cast.cs)
    found = [competitors.get_competition(noted.id, each.id) for each in (cast.a, cast.b, cast.c)]
    assert found == [noted, noted, None]
