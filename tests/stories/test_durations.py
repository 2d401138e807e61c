"""How long stories take."""

from datetime import timedelta

from community.stories.turns.steps import begin_step
from community.stories.workflow.durations import median_days
from models.base import db, now
from models.stories import StoryState, StoryStep
from tests.cast import Cast
from tests.stories.telling import write_story


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
