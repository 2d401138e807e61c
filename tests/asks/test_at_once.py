"""Two people of customer success ask in the same second: one ask, and never one too many."""

from collections.abc import Callable

from flask import Flask

from community.asks import actions
from community.asks.actions import AskRefusedError
from models.accounts import Member
from models.asks import Ask, AskKind
from models.base import db, transaction
from tests.cast import make_cast
from tests.forums.test_at_once import at_once

ASKING = 6


def prepare(app: Flask) -> tuple[list[int], int]:
    """Ids of two people of one company, and of who asks."""
    with app.app_context(), transaction():
        cast = make_cast(db.session)
        return [cast.owner.id, cast.colleague.id], cast.cs.id


def ask(app: Flask, member_id: int, number: int, by_id: int) -> bool | None:
    """Whether it was new; None if it was refused."""
    with app.app_context(), transaction():
        member, by = db.session.get_one(Member, member_id), db.session.get_one(Member, by_id)
        try:
            return actions.ask(member, AskKind.TALK, ("webinar", number), by=by)[1]
        except AskRefusedError:
            return None


def count(app: Flask) -> int:
    with app.app_context():
        return db.session.query(Ask).count()


def test_the_same_ask_is_one(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    [asked, _other], by = prepare(app)
    assert sorted(map(bool, at_once(ASKING, lambda _: ask(app, asked, 1, by)))) == [False] * (ASKING - 1) + [True]
    assert count(app) == 1


def test_different_asks_of_one_person_stay_within_the_limit(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    [asked, _other], by = prepare(app)
    answers = at_once(ASKING, lambda number: ask(app, asked, number, by))
    assert sorted(answers, key=str) == [None] * (ASKING - 2) + [True] * 2
    assert count(app) == 2


def test_colleagues_asked_at_once_stay_within_the_companys_limit(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    people, by = prepare(app)
    with app.app_context(), transaction():
        for number in (101, 102, 103):
            asked = db.session.get_one(Member, people[number % 2])
            actions.ask(
                asked, AskKind.QUOTE, ("webinar", number), by=db.session.get_one(Member, by), override_reason="x"
            )
    answers = at_once(ASKING, lambda number: ask(app, people[number % 2], number, by))
    assert sum(answer is True for answer in answers) == 1
    assert count(app) == 4
