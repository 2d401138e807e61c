"""How long stories take."""

from datetime import timedelta

from community.stories.turns.steps import begin_step
from community.stories.workflow.durations import Spent, list_spent, median_days
from models.base import db, now
from models.stories import StoryState, StoryStep
from tests.cast import Cast
from tests.stories.telling import write_story


def test_less_than_a_day_is_no_day() -> None:
    begun = now()
    lengths = {StoryState.DRAFT: 47, StoryState.REVIEW: 24, StoryState.APPROVAL: 1}
    steps = [
        StoryStep(state=state, begun_at=begun, ended_at=begun + timedelta(hours=hours))
        for state, hours in lengths.items()
    ]
    assert list_spent(steps) == [
        Spent(StoryState.DRAFT, 2, is_now=False),
        Spent(StoryState.REVIEW, 1, is_now=False),
        Spent(StoryState.APPROVAL, 0, is_now=False),
    ]


def test_the_middle_of_what_was_published_from_the_first_line_to_the_first_publication(cast: Cast) -> None:
    assert median_days() is None
    for days in (2, 4, 9, None):
        story, begun = write_story(cast.a, cast.owner), now() - timedelta(days=100)
        db.session.query(StoryStep).filter_by(story_id=story.id).one().begun_at = begun
        if days is not None:
            for state, after in (
                (StoryState.PUBLISHED, days),
                (StoryState.UPDATE_ASKED, 50),
                (StoryState.PUBLISHED, 60),
            ):
                begin_step(story, state, by_id=cast.cs.id, at=begun + timedelta(days=after))
    assert median_days() == 4
