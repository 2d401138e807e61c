"""Rows of stories for those who work on them."""

from community.stories import queries
from community.stories.versions import versions
from models.base import db
from models.stories import StoryPart, StoryPartName
from tests.cast import Cast
from tests.stories.telling import publish, write_story


def test_the_newest_version_is_the_one_submitted_last_whichever_is_published(cast: Cast) -> None:
    story, other = (write_story(cast.a, cast.owner) for _ in range(2))
    only = publish(other, cast.cs)
    first = publish(story, cast.cs)
    db.session.query(StoryPart).filter_by(story_id=story.id, name=StoryPartName.LEAD).one().body = "直した。"
    newer = versions.freeze(story, cast.owner)
    found = queries.list_newest_versions([story.id, other.id])
    assert {story_id: row.id for story_id, row in found.items()} == {story.id: newer.id, other.id: only.id}
    assert story.published_version_id == first.id
