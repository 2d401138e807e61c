"""Documents of stories for the search: one for each story, made of its permits and of nothing else.

A document is found by members, or by everybody, as far as each may read the story. Both find the same words, since
names and quotation depend on no use of reading; it ends with the first of its permits, and is then written anew.
"""

from collections.abc import Collection

import sqlalchemy as sa

from community import text
from community.search import actions as search
from community.search.actions import Document
from community.search.queries import documents_of
from community.stories import queries
from community.stories.consent.consents import GUEST_READING, MEMBER_READING
from community.stories.consent.permits import Permit
from community.stories.rules import reading_uses
from community.stories.versions.content import plain_number
from models.accounts import Member
from models.base import db, now, today
from models.stories import Story

from .guest_scopes import end_of_day

STORY = Story.__tablename__
PUBLIC, MEMBERS = "stories:public", "stories:members"


def tokens_of(viewer: Member | None) -> frozenset[str]:
    """Return the audience tokens of the viewer (None: a guest)."""
    return frozenset({PUBLIC}) if reading_uses(viewer) == GUEST_READING else frozenset({PUBLIC, MEMBERS})


def index_stories(story_ids: Collection[int]) -> None:
    """Index these stories as they may be read today; those that nobody may read leave the index."""
    db.session.flush()
    day = today()
    for_members = queries.list_permits(MEMBER_READING, day, story_ids=story_ids)
    for_guests = queries.list_permits(GUEST_READING, day, story_ids=story_ids)
    search.forget(STORY, sorted(set(story_ids) - for_members.keys()))
    search.index(*(_make_document(permit, for_guests.get(story_id)) for story_id, permit in for_members.items()))


def index_after(story_id: int, limit: int = 200) -> int | None:
    """Index the next stories by id, for building the index anew. Return the last one's id, or None if no more.

    The rows are locked against changes, so that none is withdrawn meanwhile and indexed all the same.
    """
    held = sa.select(Story.id).where(Story.id > story_id).order_by(Story.id).limit(limit).with_for_update(read=True)
    ids = db.session.scalars(held).all()
    index_stories(ids)
    return ids[-1] if ids else None


def list_ended() -> list[int]:
    """Return the ids of the stories whose document has ended: what may still be shown is to be indexed anew."""
    known = documents_of(STORY)
    return list(db.session.scalars(sa.select(known.c.thing_id).where(known.c.visible_until <= now())))


def _make_document(for_members: Permit, for_guests: Permit | None) -> Document:
    ends = [permit.until for permit in (for_members, for_guests) if permit is not None and permit.until is not None]
    return Document(
        kind=STORY,
        id=for_members.story_id,
        title=for_members.title,
        body=_write_body(for_members),
        audience=frozenset({MEMBERS} if for_guests is None else {PUBLIC, MEMBERS}),
        written_at=for_members.published_at,
        author_id=for_members.author_id,
        visible_until=end_of_day(min(ends)) if ends else None,
    )


def _write_body(permit: Permit) -> str:
    figures = (
        f"{each.label} {plain_number(each.baseline)}→{plain_number(each.result)}{each.unit} {each.period} {each.method}"
        for each in permit.figures
    )
    parts = [
        permit.lead,
        *(text.to_plain(html) for html in permit.answers.values()),
        permit.quote,
        *figures,
        *(each.confirmed_by for each in permit.figures),
        *(each.text for each in permit.tries),
        permit.trade,
        permit.company,
        *permit.people,
    ]
    return "\n".join(part for part in parts if part)
