"""What the tags of stories are called, by slug. One query while nothing changes."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import get_locale

from community.public import Remembered
from models.base import db
from models.stories import StoryTag, TagKind


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
        locale = get_locale()
        return self.name_en if self.name_en and locale is not None and locale.language == "en" else self.name


_remembered: Remembered[Mapping[str, TagName]] = Remembered()


def list_tag_names(version: str) -> Mapping[str, TagName]:
    """Return all tags by slug, archived ones too, in the order of their list. `version`: as `Reader` has it."""
    return _remembered.get(version, "tags", _read_tag_names)


def _read_tag_names() -> Mapping[str, TagName]:
    chosen = sa.select(StoryTag.slug, StoryTag.kind, StoryTag.name, StoryTag.name_en)
    rows = db.session.execute(chosen.order_by(StoryTag.position, StoryTag.id))
    return {slug: TagName(TagKind(kind), name, name_en) for slug, kind, name, name_en in rows}
