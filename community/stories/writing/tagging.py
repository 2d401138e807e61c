"""Problems and features by which a story is found, as its authors choose them."""

from collections.abc import Collection

import sqlalchemy as sa

from community.stories.versions.content import Tag
from community.stories.versions.versions import list_tags_of
from models.base import db
from models.stories import Story, StoryTag, StoryTagging, TagKind

from .editing import note_change


def list_offered_tags(story_id: int) -> list[Tag]:
    """Return the tags that the story's authors can choose, archived ones only where they are chosen already."""
    chosen = {tag.id for tag in list_tags_of(story_id)}
    offered = sa.select(StoryTag).where(sa.or_(StoryTag.archived_at.is_(None), StoryTag.id.in_(chosen)))
    rows = db.session.scalars(offered.order_by(StoryTag.kind, StoryTag.position, StoryTag.id))
    return [Tag(TagKind(row.kind), row.slug, row.name, row.name_en) for row in rows]


def list_chosen_tags(story_id: int) -> list[str]:
    """Return the slugs of the story's tags in the order of their list."""
    return [tag.slug for tag in list_tags_of(story_id)]


def choose_tags(story: Story, slugs: Collection[str]) -> None:
    """Give the story these tags and no others; nothing is written where they are the same."""
    before = {tag.id for tag in list_tags_of(story.id)}
    after = set(db.session.scalars(sa.select(StoryTag.id).where(StoryTag.slug.in_(slugs))))
    if before == after:
        return
    gone = sa.delete(StoryTagging).where(StoryTagging.story_id == story.id, StoryTagging.tag_id.in_(before - after))
    db.session.execute(gone)
    db.session.add_all(StoryTagging(story_id=story.id, tag_id=tag_id) for tag_id in sorted(after - before))
    db.session.flush()
    note_change(story)
