"""Whatever is done in whatever order: one step is open, it is the story's state, and nothing is read unpermitted."""

import itertools
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from community.stories import queries
from community.stories.turns.acts import StoryAct, is_possible
from community.stories.turns.turns import WrongStateError
from community.stories.versions.versions import get_last_version
from community.stories.workflow import workflow
from community.stories.workflow.workflow import NotConsentedError
from models.base import db, today
from models.ledger import SignalKind
from models.stories import ApprovalAnswer, ConsentUse, Story, StoryPart, StoryState, StoryStep
from tests.cast import Cast
from tests.stories.conftest import answer, approve, ask_approver, load, open_steps, signals_of
from tests.stories.telling import write_story
from tests.stories.test_workflow import ACTS

pytestmark = pytest.mark.one_database

ANSWERS = [*ApprovalAnswer]
STEPS = st.one_of(
    st.sampled_from([*StoryAct]),
    st.sampled_from(["type", "approve", "due", "admin withdraws"]),
    st.sampled_from([("answer", each) for each in ANSWERS]),
)


def go(story: Story, cast: Cast, step: object, number: int) -> None:
    version = get_last_version(story.id)
    if isinstance(step, StoryAct):
        ACTS[step](story, cast)
    elif step == "type":
        part = db.session.query(StoryPart).filter_by(story_id=story.id, name="result").one()
        part.body = f"{number}枚になりました。"
    elif step == "due":
        workflow.change_due(story, cast.cs, today() + timedelta(days=number))
    elif step == "admin withdraws":
        workflow.withdraw_story(story, cast.company_admin, "会社の都合です。")
    elif step == "approve" and version is not None:
        approve(story, version, cast.cs, ConsentUse.MEMBERS)
    elif isinstance(step, tuple) and version is not None:
        answer(ask_approver(story, version, cast.cs, f"n{number}-{version.id}@a.example.jp"), step[1], "一言")
        workflow.follow_answers(story)


@settings(max_examples=24)
@given(steps=st.lists(STEPS, min_size=6, max_size=20))
def test_one_step_is_open_and_it_is_the_state(cast: Cast, steps: list[object]) -> None:
    story = load(write_story(cast.a, cast.owner))
    for number, step in enumerate(steps):
        load(story)
        before = (story.state, len(signals_of(story)))
        could = not isinstance(step, StoryAct) or is_possible(step, story)
        try:
            go(story, cast, step, number)
        except (WrongStateError, NotConsentedError):
            assert (story.state, len(signals_of(story))) == before
            assert not isinstance(step, StoryAct) or not could or step == StoryAct.PUBLISH
        [open_step] = open_steps(story)
        assert open_step.state == story.state
        shown = queries.get_permit(story.id, (ConsentUse.MEMBERS, ConsentUse.PUBLIC_WEB))
        if story.state == StoryState.WITHDRAWN or story.published_version_id is None:
            assert shown is None
    kinds = [kind for kind, _ in signals_of(story)]
    assert kinds.count(SignalKind.STORY_SUBMITTED) <= 1
    assert kinds.count(SignalKind.STORY_PUBLISHED) <= kinds.count(SignalKind.STORY_SUBMITTED)
    ended = db.session.scalars(sa.select(StoryStep).where(StoryStep.story_id == story.id).order_by(StoryStep.id)).all()
    assert all(one.ended_at == other.begun_at for one, other in itertools.pairwise(ended))
