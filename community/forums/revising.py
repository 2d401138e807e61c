"""The edits of a post: when and by whom each was made, and what it changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from community.text.differences import Parts, parts_of
from models.accounts import Member
from models.forums import Post, PostRevision


@dataclass(frozen=True)
class Edit:
    """One edit, with the differences of the text. `title_parts` is empty if the title stayed."""

    replaced_at: datetime
    replaced_by: Member
    title_parts: Parts
    body_parts: Parts


def compare(post: Post, title: str, revisions: Sequence[PostRevision]) -> list[Edit]:
    """Return the edits of a post, newest first. `revisions`: its former texts, oldest first; `title`: today's."""
    bodies = [*(revision.body for revision in revisions), post.body]
    titles = [*(revision.title for revision in revisions), title]
    edits = [
        Edit(
            revision.replaced_at,
            revision.replaced_by,
            _title_parts(titles[place], titles[place + 1]),
            parts_of(bodies[place], bodies[place + 1]),
        )
        for place, revision in enumerate(revisions)
    ]
    return edits[::-1]


def _title_parts(before: str | None, after: str | None) -> Parts:
    return parts_of(before, after) if before and after and before != after else []
