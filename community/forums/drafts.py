"""Drafts: saved while somebody writes, discarded when their content was posted. The ledger records nothing of them."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import uuid4

import sqlalchemy as sa

from community import text
from community.room import Hold
from models.accounts import Member
from models.base import db, now
from models.forums import Draft

from . import rules
from .queries import get_post, get_topic, list_drafts_at
from .sending import lock_writer
from .viewer import Viewer

DRAFT_TITLE_MAX = 200
_FILE_KEY = re.compile(r"/files/([0-9a-f]{32})")
# Five posts' worth: somebody who has written too much for one post must be able to split it.
DRAFT_BODY_MAX = 5 * text.MAX_CHARACTERS
# Texts are kept apart without a CSRF token too, so a script of another site could fill the table.
MOST_APART = 100
# More than anybody writes in a day; each save reads all drafts of a place.
MOST_DRAFTS = 500


class TooManyDraftsError(Exception):
    """The person has MOST_DRAFTS already; the new draft was not saved."""


@dataclass(frozen=True)
class Writing:
    """What one form contains. `save_number` None: the form had no script; `mark`: the draft that the form showed."""

    place: str
    body: str
    title: str = ""
    category_id: int | None = None
    kind: str = ""
    topic_title: str = ""
    seen: str = ""
    form_key: str | None = None
    save_number: int | None = None
    mark: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether neither title nor body has a visible character."""
        return text.is_blank(self.title) and text.is_blank(self.body)


def with_topic_title(writing: Writing, title: str) -> Writing:
    """Return the same writing with the title of the topic that it belongs to."""
    return replace(writing, topic_title=title)


def save(member: Member, writing: Writing) -> tuple[Draft, bool]:
    """Save what the form contains, however unfinished. Return its draft, and whether this save changed it.

    The form's own draft is overwritten by later saves only. A form without one takes over a draft with the same text,
    else the draft that it has shown unless that has changed since, else it gets a new one. An empty form leaves its
    draft discarded. Raises TooManyDraftsError.
    """
    lock_writer(member)
    key = writing.form_key or str(uuid4())
    own = _get_own(member, key)
    if own is not None and writing.save_number is not None and writing.save_number <= own.save_number:
        return own, False
    draft = own or _find_same(member, writing) or _get_shown(member, writing)
    if draft is None:
        _delete_discarded(member)
        if _count_drafts(member) >= MOST_DRAFTS:
            raise TooManyDraftsError
        draft = Draft(member_id=member.id, place=writing.place, save_number=0, version=0, topic_title="")
        db.session.add(draft)
    draft.form_key = key
    draft.save_number = writing.save_number or max(_milliseconds(), draft.save_number + 1)
    _fill_draft(draft, writing)
    db.session.flush()
    return draft, True


def keep_apart(member: Member, writing: Writing) -> Draft | None:
    """Save a text beside all drafts there are, and return its draft: the one that has the same text, if there is one.

    Return None if nothing was written or the person has MOST_APART drafts. This is for texts that could not be taken,
    or came without proof of who sent them: no earlier draft is lost. The form's own draft is overwritten only if it is
    the beginning of the text.
    """
    lock_writer(member)
    same = _find_same(member, writing)
    if same is not None or writing.is_empty:
        return same
    found = list_drafts_at(member.id, writing.place)
    own = next((d for d in found if d.form_key == writing.form_key and _is_beginning(d, writing)), None)
    if own is not None:
        own.save_number = max(own.save_number, writing.save_number or _milliseconds())
        _fill_draft(own, writing)
        db.session.flush()
        return own
    if _count_drafts(member) >= MOST_APART:
        return None
    draft = Draft(member_id=member.id, place=writing.place, version=0, topic_title="")
    db.session.add(draft)
    _fill_draft(draft, writing)
    db.session.flush()
    return draft


def finish(member: Member, stored: Writing) -> None:
    """Discard the drafts of what was posted: the form's own, the one it showed, and beginnings of the text.

    A newer save of the same form stays: saves are compared by their numbers.
    """
    lock_writer(member)
    own = _get_own(member, stored.form_key) if stored.form_key else None
    for draft in list_drafts_at(member.id, stored.place):
        if draft is not own and (draft.mark == stored.mark or _is_beginning(draft, stored)):
            _empty_draft(draft)
    if own is None and stored.form_key and stored.save_number is not None:
        own = Draft(member_id=member.id, place=stored.place, form_key=stored.form_key, save_number=0, version=0)
        db.session.add(own)
    if own is not None and (stored.save_number is None or own.save_number <= stored.save_number):
        own.save_number = stored.save_number or own.save_number
        _empty_draft(own)
    db.session.flush()
    _delete_discarded(member)


def list_files_held(keys: Collection[str], owner_ids: Collection[int]) -> dict[str, Hold]:
    """Return which of the owners' files are in their drafts, by key, discarded drafts included."""
    shown = sa.select(Draft.body, Draft.discarded_at).where(Draft.member_id.in_(owner_ids))
    held: dict[str, Hold] = {}
    for body, discarded_at in db.session.execute(
        shown.where(Draft.body.contains("/files/")).execution_options(yield_per=100)
    ):
        hold = Hold.WRITTEN if discarded_at is None else Hold.GIVEN_UP
        held |= {key: max(hold, held.get(key, hold)) for key in _FILE_KEY.findall(body)}
    return {key: held[key] for key in keys if key in held}


def _empty_draft(draft: Draft) -> None:
    """Empty and discard a draft whose text was posted.

    The row stays, to recognise a late save of its form by the number.
    """
    draft.title = draft.body = ""
    draft.discarded_at = now()
    draft.version += 1


def discard(draft: Draft) -> None:
    """Discard a draft; for DRAFT_REMEMBERED it can be restored."""
    draft.discarded_at = draft.discarded_at or now()
    draft.version += 1


def restore(draft: Draft) -> None:
    """Undo `discard`."""
    draft.discarded_at = None
    draft.version += 1


def name_place(viewer: Viewer, place: str) -> str:
    """Return the title of the topic that a draft's place belongs to.

    Return "" for a new topic, and for a topic that the viewer may not see.
    """
    kind, _, number = place.partition(":")
    if kind == "topic":
        topic = get_topic(int(number), seen_by=viewer)
        return topic.title if topic is not None else ""
    post = get_post(int(number), seen_by=viewer) if kind == "post" else None
    return post.topic.title if post is not None else ""


def _fill_draft(draft: Draft, writing: Writing) -> None:
    draft.title, draft.body = _stored_title(writing), _stored_body(writing)
    draft.category_id, draft.kind = writing.category_id, writing.kind
    draft.topic_title = writing.topic_title or draft.topic_title
    draft.seen = writing.seen
    draft.saved_at = now()
    draft.discarded_at = now() if writing.is_empty else None
    draft.version += 1


def _stored_title(writing: Writing) -> str:
    return text.cut(text.tidy(writing.title), DRAFT_TITLE_MAX)


def _stored_body(writing: Writing) -> str:
    return text.cut(text.tidy(writing.body), DRAFT_BODY_MAX)


def _is_beginning(draft: Draft, stored: Writing) -> bool:
    return rules.is_beginning(draft.title, stored.title) and rules.is_beginning(draft.body, stored.body)


def _get_own(member: Member, form_key: str) -> Draft | None:
    chosen = sa.select(Draft).where(Draft.member_id == member.id, Draft.form_key == form_key)
    return db.session.scalar(chosen.execution_options(populate_existing=True))


def _find_same(member: Member, writing: Writing) -> Draft | None:
    """Return a draft at the place with the same text, or None."""
    found = list_drafts_at(member.id, writing.place)
    return next((d for d in found if (d.title, d.body) == (_stored_title(writing), _stored_body(writing))), None)


def _get_shown(member: Member, writing: Writing) -> Draft | None:
    """Return the draft that the form's mark names, if it still has that version; else None."""
    return next((d for d in list_drafts_at(member.id, writing.place) if d.mark == writing.mark), None)


def _count_drafts(member: Member) -> int:
    """Return the number of the person's drafts, discarded ones too."""
    rows = sa.select(sa.func.count()).select_from(Draft).where(Draft.member_id == member.id)
    return db.session.scalar(rows) or 0


def forget_discarded() -> int:
    """Delete everybody's drafts that were discarded longer ago than DRAFT_REMEMBERED, and return how many."""
    old = sa.delete(Draft).where(Draft.discarded_at < now() - rules.DRAFT_REMEMBERED).returning(Draft.id)
    return len(db.session.execute(old).all())


def _delete_discarded(member: Member) -> None:
    """Delete the person's drafts that were discarded longer ago than DRAFT_REMEMBERED."""
    db.session.execute(
        sa.delete(Draft).where(Draft.member_id == member.id, Draft.discarded_at < now() - rules.DRAFT_REMEMBERED)
    )


def _milliseconds() -> int:
    """Return the milliseconds of now: browsers number their saves so."""
    return int(now().timestamp() * 1000)
