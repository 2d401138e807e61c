"""Many presses at once, with real commits: one version, one signal, one open step."""

from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask

from community.stories import queries
from community.stories.turns.turns import WrongStateError
from community.stories.workflow import submission, workflow
from community.stories.workflow.comments import add_comment
from models.accounts import Member
from models.base import db, transaction
from models.ledger import Signal, SignalKind
from models.stories import CommentAudience, ConsentUse, Story, StoryComment, StoryStep, StoryVersion
from tests.cast import make_cast
from tests.forums.test_at_once import at_once
from tests.stories.conftest import approve, load, submit
from tests.stories.telling import FOREVER, write_story
from tests.stories.test_workflow import version_of

PEOPLE = 5


def prepare(app: Flask, *, is_submitted: bool = False) -> tuple[int, int, int]:
    """A story; ids of it, its author and who is in charge."""
    with app.app_context(), transaction():
        cast = make_cast(db.session)
        cast.a.csm_id = cast.cs.id
        story = load(write_story(cast.a, cast.owner))
        if is_submitted:
            submit(story, cast.owner)
            approve(story, version_of(story), cast.cs, *ConsentUse)
        return story.id, cast.owner.id, cast.cs.id


def get(story_id: int, member_id: int) -> tuple[Story, Member]:
    story, member = queries.find_story(story_id), db.session.get(Member, member_id)
    assert story is not None
    assert member is not None
    return story, member


def count(app: Flask, model: type, *where: sa.ColumnElement[bool]) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*where)) or 0


def test_submitted_by_many_presses_it_is_one_version_and_one_signal(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    story_id, author_id, _ = prepare(app)
    with app.app_context():
        seen = submission.read_proof(get(story_id, author_id)[0]).seen

    def press(_: int) -> int:
        with app.app_context(), transaction():
            return submission.submit(*get(story_id, author_id), FOREVER, seen=seen).number

    assert at_once(PEOPLE, press) == [1] * PEOPLE
    assert count(app, StoryVersion) == 1
    assert count(app, Signal, Signal.kind == SignalKind.STORY_SUBMITTED) == 1
    assert count(app, StoryStep, StoryStep.ended_at.is_(None)) == 1
    assert count(app, StoryStep) == 2


def test_publishing_asking_and_withdrawing_at_once_leave_one_open_step(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    story_id, author_id, cs_id = prepare(app, is_submitted=True)

    def act(number: int) -> str:
        try:
            with app.app_context(), transaction():
                if number % 3 == 0:
                    workflow.publish(*get(story_id, cs_id))
                elif number % 3 == 1:
                    workflow.ask_changes(*get(story_id, cs_id), "件数をお願いします。")
                else:
                    workflow.withdraw_story(*get(story_id, author_id), "")
        except (WrongStateError, workflow.NotConsentedError):
            return "too late"
        return "done"

    assert "done" in at_once(6, act)
    with app.app_context():
        story, _ = get(story_id, author_id)
        [step] = db.session.scalars(sa.select(StoryStep).where(StoryStep.ended_at.is_(None)))
        assert step.state == story.state
    assert count(app, Signal, Signal.kind == SignalKind.STORY_PUBLISHED) <= 1


def test_one_comment_form_adds_one(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    story_id, author_id, _ = prepare(app, is_submitted=True)

    def press(_: int) -> int:
        with app.app_context(), transaction():
            story, member = get(story_id, author_id)
            return add_comment(story, member, "一度だけ", CommentAudience.SHARED, form_key="the-form").id

    assert len(set(at_once(PEOPLE, press))) == 1
    assert count(app, StoryComment) == 1
