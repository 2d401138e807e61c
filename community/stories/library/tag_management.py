"""The list of problems and features by which stories are found, as staff keep it."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from community import audit
from models.accounts import Member
from models.base import db, now
from models.stories import StoryTag, StoryTagging, TagKind


class SlugTakenError(ValueError):
    """Another tag has this slug."""


def list_tags(kind: TagKind) -> Sequence[StoryTag]:
    """Return the tags of the kind in their order; archived ones last."""
    chosen = sa.select(StoryTag).where(StoryTag.kind == kind)
    return db.session.scalars(chosen.order_by(StoryTag.archived_at.is_not(None), StoryTag.position, StoryTag.id)).all()


def count_stories() -> Mapping[int, int]:
    """Return how many stories have each tag, by its id."""
    counted = sa.select(StoryTagging.tag_id, sa.func.count()).group_by(StoryTagging.tag_id)
    return dict(db.session.execute(counted).all())


def get_tag(tag_id: int) -> StoryTag | None:
    """Return the tag, or None."""
    return db.session.get(StoryTag, tag_id)


def lock_tag(tag: StoryTag) -> StoryTag:
    """Lock the tag's row for a change, read it anew and return it."""
    db.session.refresh(tag, with_for_update=True)
    return tag


def add_tag(kind: TagKind, slug: str, name: str, name_en: str, *, by: Member) -> StoryTag:
    """Add a tag at the end of its list and return it. Raise SlugTakenError."""
    if db.session.scalar(sa.select(StoryTag.id).where(StoryTag.slug == slug)) is not None:
        raise SlugTakenError(slug)
    last = db.session.scalar(sa.select(sa.func.max(StoryTag.position)).where(StoryTag.kind == kind))
    tag = StoryTag(kind=kind, slug=slug, name=name, name_en=name_en, position=(last or 0) + 1)
    db.session.add(tag)
    db.session.flush()
    audit.record(by.id, "stories.add_tag", "story_tag", tag.id, after={"kind": kind.value, "slug": slug, "name": name})
    return tag


def rename_tag(tag: StoryTag, name: str, name_en: str, *, by: Member) -> bool:
    """Give the tag other names; versions keep the names that they froze. Return whether anything changed."""
    before = {"name": tag.name, "name_en": tag.name_en}
    after = {"name": name, "name_en": name_en}
    if before == after:
        return False
    tag.name, tag.name_en = name, name_en
    audit.record(by.id, "stories.rename_tag", "story_tag", tag.id, before=before, after=after)
    return True


def move_tag(tag: StoryTag, *, up: bool, by: Member) -> bool:
    """Let the tag change places with its neighbour that is offered. Return whether it moved."""
    offered = [each for each in list_tags(TagKind(tag.kind)) if each.archived_at is None]
    ids = [each.id for each in offered]
    if tag.id not in ids:
        return False
    place = ids.index(tag.id)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(offered):
        return False
    offered[place], offered[other] = offered[other], offered[place]
    for position, each in enumerate(offered, start=1):
        each.position = position
    db.session.flush()
    audit.record(
        by.id, "stories.move_tag", "story_tag", tag.id, before={"position": place + 1}, after={"position": other + 1}
    )
    return True


def archive_tag(tag: StoryTag, *, is_archived: bool, by: Member) -> bool:
    """Offer the tag no longer, or again; stories keep it. Return whether anything changed."""
    if (tag.archived_at is not None) == is_archived:
        return False
    tag.archived_at = now() if is_archived else None
    db.session.flush()
    audit.record(by.id, "stories.archive_tag", "story_tag", tag.id, after={"is_archived": is_archived})
    return True
