"""What the tags of stories are called: in lists of what can be chosen, by slug; on a story, as its version froze them.

One query for all of them while nothing changes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import get_locale

from community.public import Remembered
from models.base import db
from models.stories import StoryTag, TagKind

from .content import Tag


@dataclass(frozen=True)
class TagName:
    """One tag: its kind, and its name in both languages."""

    kind: TagKind
    name: str
    name_en: str

    @property
    def is_problem(self) -> bool:
        """Whether it names a problem; else it names a feature of the vendor's product."""
        return self.kind == TagKind.PROBLEM

    def __str__(self) -> str:
        """Return the name in the current language."""
        return choose_name(self.name, self.name_en)


def choose_name(name: str, name_en: str) -> str:
    """Return the name in the current language: the Japanese one where there is no other."""
    locale = get_locale()
    return name_en if name_en and locale is not None and locale.language == "en" else name


def call_tags(tags: Iterable[Tag]) -> list[str]:
    """Return what the tags of a version are called in the current language, as its consents cover it."""
    return [choose_name(tag.name, tag.name_en) for tag in tags if tag.name]


_remembered: Remembered[Mapping[str, TagName]] = Remembered()


def list_tag_names(version: str) -> Mapping[str, TagName]:
    """Return all tags by slug, archived ones too, in the order of their list. `version`: as `Reader` has it."""
    return _remembered.get(version, "tags", _read_tag_names)


def _read_tag_names() -> Mapping[str, TagName]:
    chosen = sa.select(StoryTag.slug, StoryTag.kind, StoryTag.name, StoryTag.name_en)
    rows = db.session.execute(chosen.order_by(StoryTag.position, StoryTag.id))
    return {slug: TagName(TagKind(kind), name, name_en) for slug, kind, name, name_en in rows}
