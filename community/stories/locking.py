"""Locking a story for a change: its authors and who acts first, then the story."""

import sqlalchemy as sa

from community.ledger.actions import lock_against_transfers
from models.accounts import Member
from models.base import db
from models.stories import Story

from . import queries


def lock_story(story_id: int, by: Member | None = None) -> Story | None:
    """Lock the story and return it, read anew with its people; None if there is none. `by`: who acts, if a member.

    People are locked before it, as everywhere: whatever the change goes on to write of them, a transfer to another
    company waits for it, and it never waits for a transfer that waits for the story. Who acts is read anew, too: they
    may have been transferred while this waited, and rules are asked of what is true now.
    """
    lock_against_transfers(*queries.list_authors_ever(story_id), by.id if by else None)
    if by is not None:
        db.session.scalar(sa.select(Member).where(Member.id == by.id).execution_options(populate_existing=True))
    locked = queries.select_with_people().where(Story.id == story_id).with_for_update(of=Story)
    return db.session.scalar(locked.execution_options(populate_existing=True))
