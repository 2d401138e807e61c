"""Beginning a story: all its parts, empty or with what it is started from, and its first step."""

from collections.abc import Mapping
from types import MappingProxyType

import sqlalchemy as sa

from community.room import Key
from community.stories.turns.steps import begin_step
from models.accounts import Member
from models.base import db, now
from models.stories import Story, StoryPart, StoryPartName, StoryState

from .parts import clean_part

_NOTHING: Mapping[StoryPartName, str] = MappingProxyType({})


class NoCompanyError(Exception):
    """Who would tell the story is of no company."""


def begin_story(
    author: Member, draft_key: str, origin: Key | None = None, texts: Mapping[StoryPartName, str] = _NOTHING
) -> Story:
    """Return a new story of the author's company, or the one that was begun with this key before.

    `origin`: the thing that it is started from; `texts`: what its parts begin with. Raise NoCompanyError, BadTextError.
    """
    db.session.execute(sa.select(Member.id).where(Member.id == author.id).with_for_update(key_share=True))
    known = sa.select(Story).where(Story.author_id == author.id, Story.draft_key == draft_key)
    story = db.session.scalar(known)
    if story is not None:
        return story
    if author.account is None:
        raise NoCompanyError
    story = Story(account_id=author.account.id, author_id=author.id, draft_key=draft_key)
    if origin is not None:
        story.origin_kind, story.origin_id = origin
    db.session.add(story)
    db.session.flush()
    for name in StoryPartName:
        body = clean_part(name, texts.get(name, ""))
        part = StoryPart(story_id=story.id, name=name, body=body)
        if body:
            part.revision, part.saved_by_id, part.saved_at = 1, author.id, now()
        db.session.add(part)
    begin_step(story, StoryState.DRAFT, by_id=author.id, owner_id=author.id)
    return story
