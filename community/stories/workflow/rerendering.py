"""Renders versions and comments anew whose HTML an older dialect made. What was typed, and consented to, stays.

Consents bind to the hash of the content, not to its HTML: a published version is rendered anew, too, or an upgrade that
makes rendering safer would not reach what most people read.
"""

import sqlalchemy as sa

from community import text
from community.public import UNSEEN, touching
from community.stories.publishing.guest_scopes import SCOPE
from community.stories.publishing.indexing import index_stories
from community.stories.versions.content import from_json
from community.stories.versions.versions import render_answers
from models.base import db
from models.stories import Story, StoryComment, StoryVersion

# Twenty of the longest take about a second, in which SQLite has no other writer.
CHUNK = 20


def rerender_versions(most: int = CHUNK) -> int:
    """Render some versions of an older dialect anew, and return how many were looked at.

    One that was erased has no text; one that would be refused today keeps its HTML. The row's `render_version` says
    what is done, so a killed run loses only its chunk.
    """
    chosen = (
        sa.select(StoryVersion.id, StoryVersion.story_id, StoryVersion.content, StoryVersion.html)
        .where(StoryVersion.render_version < text.RENDER_VERSION)
        .order_by(StoryVersion.render_version, StoryVersion.id)
        .limit(most)
    )
    rows = db.session.execute(chosen).all()
    anew = {row.id: _render_version(row.id, row.story_id, row.content) or row.html for row in rows}
    # Whoever changes what may be shown locks the story first; several in the order of their ids, or two deadlock.
    stories = sa.select(Story.id).where(Story.id.in_({row.story_id for row in rows})).order_by(Story.id)
    db.session.execute(stories.with_for_update())
    changed = set()
    for row in rows:
        is_new = anew[row.id] != row.html
        # What was erased meanwhile stays erased.
        change = sa.update(StoryVersion).where(StoryVersion.id == row.id, StoryVersion.content == row.content)
        done = db.session.execute(
            change.values(html=anew[row.id], render_version=text.RENDER_VERSION)
            .returning(StoryVersion.id)
            .execution_options(synchronize_session=False, **(touching(SCOPE) if is_new else UNSEEN))
        ).first()
        if is_new and done:
            changed.add(row.story_id)
    index_stories(changed)
    return len(rows)


def rerender_comments(most: int = CHUNK) -> int:
    """Render some comments of an older dialect anew, and return how many were looked at."""
    chosen = (
        sa.select(StoryComment.id, StoryComment.body, StoryComment.html)
        .where(StoryComment.render_version < text.RENDER_VERSION)
        .order_by(StoryComment.render_version, StoryComment.id)
        .limit(most)
    )
    rows = db.session.execute(chosen).all()
    for row in rows:
        html = _render_comment(row.id, row.body) or row.html
        change = sa.update(StoryComment).where(StoryComment.id == row.id, StoryComment.body == row.body)
        db.session.execute(
            change.values(html=html, render_version=text.RENDER_VERSION).execution_options(synchronize_session=False)
        )
    return len(rows)


def _render_version(version_id: int, story_id: int, content: str) -> dict[str, str] | None:
    """Return the new HTML by part, or None if there is no text or it cannot be rendered."""
    if not content:
        return None
    return text.render_anew("story_version", version_id, lambda: render_answers(from_json(content).answers, story_id))


def _render_comment(comment_id: int, body: str) -> str | None:
    return text.render_anew("story_comment", comment_id, lambda: text.to_html(body))
