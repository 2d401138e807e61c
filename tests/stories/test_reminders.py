"""Reminders: when, to whom, each once, also where the worker was killed in between."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from time_machine import Traveller

from community.stories import locking, tasks
from community.stories.turns import reminders
from community.stories.turns.due_days import Reminder, due_day, list_reminders
from community.stories.turns.owners import find_turn
from community.stories.workflow import workflow
from models.accounts import Member
from models.base import db, now, transaction
from models.mail import NotificationMail
from models.notifications import Notice
from models.stories import Story, StoryState
from tests.cast import Cast, make_cast
from tests.stories.conftest import load, submit, the_step
from tests.stories.telling import write_story

JAPAN = ZoneInfo("Asia/Tokyo")
MONDAY = date(2026, 11, 16)  # a working day whose week has five; Monday the 23rd is a holiday


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=JAPAN)


@pytest.fixture
def begun(cast: Cast, time_machine: Traveller) -> Story:
    """Submitted on that Monday; due on Tuesday the 24th."""
    time_machine.move_to(at(MONDAY), tick=False)
    cast.a.csm_id = cast.cs.id
    for member in cast.people().values():
        assert member.membership
    story = load(write_story(cast.a, cast.owner))
    submit(story, cast.owner)
    return story


def reminded(*, withdrawn: bool = False) -> list[tuple[str, str]]:
    """Who was reminded, by the last part of the key."""
    gone = Notice.withdrawn_at.is_not(None) if withdrawn else Notice.withdrawn_at.is_(None)
    chosen = sa.select(Member.handle, Notice.key).join(Member, Member.id == Notice.member_id)
    rows = db.session.execute(chosen.where(Notice.kind == "story_due", gone).order_by(Notice.id))
    return [(handle, key.rpartition(":")[2]) for handle, key in rows]


@pytest.mark.parametrize(
    ("state", "begun_on", "due"),
    [
        (StoryState.REVIEW, "2026-11-16", "2026-11-24"),
        (StoryState.CHANGES_ASKED, "2026-11-16", "2026-12-01"),
        (StoryState.APPROVAL, "2026-12-21", "2027-01-08"),
        (StoryState.APPROVED, "2027-04-28", "2027-05-07"),
        (StoryState.UPDATE_ASKED, "2026-11-16", "2026-12-15"),
        (StoryState.PUBLISHED, "2026-11-16", "2028-05-16"),
        (StoryState.PUBLISHED, "2026-08-31", "2028-02-29"),
        (StoryState.PUBLISHED, "2026-07-03", "2027-12-28"),  # the 3rd of January is in the days around New Year
        (StoryState.DRAFT, "2026-11-16", None),
        (StoryState.WITHDRAWN, "2026-11-16", None),
    ],
)
def test_due_days_are_working_days(state: StoryState, begun_on: str, due: str | None) -> None:
    assert due_day(state, date.fromisoformat(begun_on), 18) == (date.fromisoformat(due) if due else None)


@pytest.mark.parametrize(
    ("due_on", "until", "found"),
    [
        ("2026-11-24", "2026-11-18", []),
        ("2026-11-24", "2026-11-19", ["before 11-19"]),
        ("2026-11-24", "2026-11-23", ["before 11-19"]),
        ("2026-11-24", "2026-12-08", ["before 11-19", "due 11-24", "late1 12-01", "late2 12-08"]),
        ("2026-11-22", "2026-11-22", ["before 11-18", "due 11-20"]),  # a Sunday: on the Friday before
        ("2026-11-17", "2026-11-17", ["due 11-17"]),  # the step began the day before
        ("2026-11-16", "2026-11-23", []),  # on the very day; late on the 24th
        ("2026-11-16", "2026-11-24", ["late1 11-24"]),
    ],
)
def test_reminders_come_two_days_before_on_the_day_and_every_five_after(
    due_on: str, until: str, found: list[str]
) -> None:
    listed = list_reminders(StoryState.REVIEW, MONDAY, date.fromisoformat(due_on), date.fromisoformat(until))
    assert [f"{each.name} {each.on:%m-%d}" for each in listed] == found


def test_a_published_story_is_looked_at_again_once() -> None:
    due_on = date(2028, 5, 16)
    assert list_reminders(StoryState.PUBLISHED, MONDAY, due_on, due_on + timedelta(days=90)) == [
        Reminder("due", due_on)
    ]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("moment", "found"),
    [
        (at(date(2026, 11, 19), 8, 59), []),
        (at(date(2026, 11, 19), 9), [("cs", "before")]),
        (at(date(2026, 11, 24), 8, 59), [("cs", "before")]),
        (at(date(2026, 11, 24), 9), [("cs", "due")]),  # what was missed before is not made up for
        (at(date(2026, 12, 1), 9), [("cs", "late1")]),
    ],
)
def test_they_go_out_at_nine(
    begun: Story, time_machine: Traveller, moment: datetime, found: list[tuple[str, str]]
) -> None:
    time_machine.move_to(moment, tick=False)
    tasks.remind()
    assert reminded() == found


@pytest.mark.one_database
def test_each_goes_out_once(begun: Story, time_machine: Traveller) -> None:
    for day in range(16, 31):
        for hour in (9, 12, 20):
            time_machine.move_to(at(date(2026, 11, day), hour), tick=False)
            tasks.remind()
    assert reminded() == [("cs", "before"), ("cs", "due")]


@pytest.mark.one_database
def test_a_finished_step_reminds_nobody(begun: Story, cast: Cast, time_machine: Traveller) -> None:
    time_machine.move_to(at(date(2026, 11, 19)), tick=False)
    tasks.remind()
    workflow.ask_changes(begun, cast.cs, "件数をお願いします。")
    assert (reminded(), reminded(withdrawn=True)) == ([], [("cs", "before")])
    time_machine.move_to(at(date(2026, 11, 24)), tick=False)
    tasks.remind()
    assert reminded() == []
    time_machine.move_to(at(date(2026, 12, 4)), tick=False)  # ten working days after the 19th
    tasks.remind()
    assert reminded() == [("owner", "due")]


@pytest.mark.one_database
def test_another_day_has_reminders_of_its_own(begun: Story, cast: Cast, time_machine: Traveller) -> None:
    time_machine.move_to(at(date(2026, 11, 19)), tick=False)
    tasks.remind()
    workflow.change_due(begun, cast.cs, date(2026, 11, 27))
    tasks.remind()
    assert (reminded(), reminded(withdrawn=True)) == ([], [("cs", "before")])
    time_machine.move_to(at(date(2026, 11, 25)), tick=False)
    tasks.remind()
    assert reminded() == [("cs", "before")]


@pytest.mark.one_database
@pytest.mark.parametrize("gone", ["suspended", "erased", "without a role"])
def test_a_step_whose_owner_is_gone_falls_to_the_staff(
    begun: Story, cast: Cast, time_machine: Traveller, gone: str
) -> None:
    workflow.take_up(begun, cast.cs, cast.administrator)
    owner = cast.administrator
    if gone == "suspended":
        owner.suspended_until = at(date(2099, 1, 1))
    elif gone == "erased":
        owner.erased_at = now()
    else:
        owner.staff_role = None
    turn = find_turn(begun, the_step(begun))
    assert (turn.people, turn.instead_of) == ((cast.cs,), owner)
    time_machine.move_to(at(date(2026, 11, 24)), tick=False)
    tasks.remind()
    assert reminded() == [("cs", "due")]


@pytest.mark.one_database
def test_an_author_who_has_left_is_followed_by_who_is_in_charge(
    begun: Story, cast: Cast, time_machine: Traveller
) -> None:
    workflow.ask_changes(begun, cast.community_manager, "件数をお願いします。")
    assert find_turn(begun, the_step(begun)).people == (cast.owner,)
    begun.account_id = cast.b.id  # the author is of another company than the story
    locking.lock_story(begun.id)
    turn = find_turn(begun, the_step(begun))
    assert turn.instead_of == cast.owner
    assert {member.handle for member in turn.people} == {"cs", "community_manager", "administrator"}


@pytest.mark.one_database
def test_hidden_it_reminds_nobody(begun: Story, time_machine: Traveller) -> None:
    begun.hidden_at = now()
    db.session.flush()
    time_machine.move_to(at(date(2026, 11, 24)), tick=False)
    tasks.remind()
    assert reminded() == []


def reminded_in(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        found = reminded()
        db.session.rollback()
        return found


def test_each_mail_once_also_where_the_worker_is_killed_in_between(
    make_app: Callable[..., Flask], time_machine: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed again and again: before the first commit, and in each run after one more."""
    app = make_app()
    time_machine.move_to(at(MONDAY), tick=False)
    with app.app_context(), transaction():
        cast = make_cast(db.session)
        for _ in range(3):
            submit(load(write_story(cast.a, cast.owner)), cast.owner)
        db.session.execute(sa.delete(NotificationMail))
    time_machine.move_to(at(date(2026, 11, 24)), tick=False)
    remind, done = reminders.remind, []

    def die(*given: object) -> None:
        remind(*given)  # pyright: ignore[reportArgumentType]  as the task calls it
        if len(done) == killed_after:
            raise KeyboardInterrupt  # before the commit
        done.append(given)

    for killed_after in (0, 1, 2):
        done.clear()
        with app.app_context(), monkeypatch.context() as patch:
            patch.setattr(reminders, "remind", die)
            with pytest.raises(KeyboardInterrupt):
                tasks.remind()
            db.session.rollback()
        assert len(reminded_in(app)) == killed_after * 3
    with app.app_context():
        tasks.remind()
        tasks.remind()
    assert len(reminded_in(app)) == 9  # three stories, three of the staff
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(NotificationMail)) == 9
        db.session.rollback()
