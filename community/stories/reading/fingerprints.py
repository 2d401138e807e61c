"""Fingerprints of stories, by which a process finds what has changed since it last read: only that is read anew.

What a fingerprint is made of may change without the scope "stories" (`guest_scopes.py`), as a story's state does:
`read_stands` reads that as well.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from models.base import db
from models.stories import Story, StoryApprover, StoryConsent, StoryTag, StoryVersion

Fingerprint = tuple[Any, ...]


def read_stands() -> Mapping[int, Fingerprint]:
    """Return where each story stands: its own row, as far as anything that is shown depends on it. One query."""
    chosen = sa.select(
        Story.id,
        Story.state,
        Story.account_id,
        Story.author_id,
        Story.published_version_id,
        _as_stored(Story.published_at),
        _as_stored(Story.hidden_at),
        _as_stored(Story.withdrawn_at),
        _as_stored(Story.created_at),
    )
    return {row[0]: tuple(row) for row in db.session.execute(chosen)}


def read_fingerprints(stands: Mapping[int, Fingerprint]) -> dict[int, Fingerprint]:
    """Return the fingerprint of each story of which there is a version. Four queries of narrow rows."""
    consented, asked = _read_consents(), _read_approvers()
    tags = tuple(map(tuple, db.session.execute(sa.select(StoryTag.slug, StoryTag.name).order_by(StoryTag.id))))
    # A version is blanked when its content is erased, and rendered anew by a newer dialect; nothing else of it changes.
    versions = sa.select(
        StoryVersion.story_id,
        StoryVersion.id,
        StoryVersion.content_hash,
        StoryVersion.content != "",
        StoryVersion.render_version,
    ).order_by(StoryVersion.id)
    by_story: dict[int, list[Any]] = defaultdict(list)
    for story_id, *said in db.session.execute(versions):
        by_story[story_id] += said
    return {
        id_: (stand, tuple(by_story[id_]), consented.get(id_), tuple(asked.get(id_, ())), tags)
        for id_, stand in stands.items()
        if id_ in by_story
    }


def _read_consents() -> Mapping[int, Fingerprint]:
    """Return what the ledger of each story looks like from outside. Nothing in it is changed, only added.

    The number of entries, too: of two that are written at once, the one with the lower id may be committed last.
    """
    told = sa.select(
        StoryConsent.story_id,
        sa.func.count(),
        sa.func.max(StoryConsent.id),
        _as_stored(sa.func.max(StoryConsent.recorded_at)),
        sa.func.count(StoryConsent.until_day),
    ).group_by(StoryConsent.story_id)
    return {row[0]: tuple(row) for row in db.session.execute(told)}


def _read_approvers() -> Mapping[int, list[Fingerprint]]:
    """Return the approvers of each story. For which uses each is asked never changes."""
    asked: dict[int, list[Fingerprint]] = defaultdict(list)
    chosen = sa.select(
        StoryApprover.story_id,
        StoryApprover.id,
        _as_stored(StoryApprover.removed_at),
    ).order_by(StoryApprover.id)
    for row in db.session.execute(chosen):
        asked[row[0]].append(tuple(row))
    return asked


def _as_stored(column: sa.ColumnElement[Any] | InstrumentedAttribute[Any]) -> sa.ColumnElement[Any]:
    """Return the column without what makes a time of it: fingerprints are compared, never read."""
    return sa.type_coerce(column, sa.Text)
