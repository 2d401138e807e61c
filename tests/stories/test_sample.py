"""The sample's stories."""

from community.stories.sample.texts import read_stories
from models.stories import StoryState


def test_stories_stand_at_every_point_of_their_way() -> None:
    stories = read_stories()
    assert {story.state for story in stories} == set(StoryState)
    for story in stories:
        if story.state == StoryState.APPROVED:
            assert {
                each.answered is not None and set(each.granted) == set(story.wishes) for each in story.approvers
            } == {True}
