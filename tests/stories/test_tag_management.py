"""Staff keep the list of problems and features."""

import pytest

from community.stories.library import tag_management
from community.stories.library.tag_management import SlugTakenError
from models.audit import AuditEntry
from models.base import db
from models.stories import StoryTag, TagKind
from tests.cast import Cast


def names() -> list[str]:
    return [tag.name for tag in tag_management.list_tags(TagKind.PROBLEM)]


def add(cast: Cast, slug: str) -> StoryTag:
    return tag_management.add_tag(TagKind.PROBLEM, slug, slug, "", by=cast.cs)


def test_tags_are_added_moved_and_archived(cast: Cast) -> None:
    one, two, three = (add(cast, slug) for slug in ("one", "two", "three"))
    assert names() == ["one", "two", "three"]
    assert tag_management.move_tag(three, up=True, by=cast.cs)
    assert not tag_management.move_tag(one, up=True, by=cast.cs)
    assert names() == ["one", "three", "two"]
    assert tag_management.archive_tag(one, is_archived=True, by=cast.cs)
    assert not tag_management.archive_tag(one, is_archived=True, by=cast.cs)
    assert not tag_management.move_tag(one, up=False, by=cast.cs)
    assert names() == ["three", "two", "one"]
    assert tag_management.archive_tag(one, is_archived=False, by=cast.cs)
    assert tag_management.rename_tag(two, "紙", "Paper", by=cast.cs)
    assert not tag_management.rename_tag(two, "紙", "Paper", by=cast.cs)
    assert (two.slug, two.name, two.name_en) == ("two", "紙", "Paper")
    acts = [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]
    assert acts == [*["stories.add_tag"] * 3, "stories.move_tag", *["stories.archive_tag"] * 2, "stories.rename_tag"]


def test_a_slug_is_one_tag_s(cast: Cast) -> None:
    add(cast, "one")
    with pytest.raises(SlugTakenError):
        tag_management.add_tag(TagKind.FEATURE, "one", "x", "", by=cast.cs)
