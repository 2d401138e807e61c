"""What an edit changed, in parts that a page can mark. Knows no page."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models.accounts import Member
from models.forums import Post, PostRevision

# Words of spaced languages whole, everything else sign by sign: Japanese has no spaces to cut at.
_PIECE = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
# Comparing sign by sign is quadratic at worst; longer texts are compared line by line.
MOST_PIECES = 1_500

Parts = list[tuple[str, str]]  # ("same" | "gone" | "new", text)


@dataclass(frozen=True)
class Edit:
    """One edit: when, by whom, and the text with its changes. `title_parts` is empty where the title stayed."""

    replaced_at: datetime
    replaced_by: Member
    title_parts: Parts
    body_parts: Parts


def compare(post: Post, title: str, revisions: Sequence[PostRevision]) -> list[Edit]:
    """The edits of a post, newest first. `revisions`: what it said before each, oldest first."""
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


def parts_of(before: str, after: str) -> Parts:
    """The text with what is gone and what is new in their places."""
    old, new = _pieces(before, after)
    parts: Parts = []
    for kind, old_from, old_to, new_from, new_to in difflib.SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            parts.append(("same", "".join(new[new_from:new_to])))
            continue
        if old_to > old_from:
            parts.append(("gone", "".join(old[old_from:old_to])))
        if new_to > new_from:
            parts.append(("new", "".join(new[new_from:new_to])))
    return parts


def _pieces(before: str, after: str) -> tuple[list[str], list[str]]:
    fine = _PIECE.findall(before), _PIECE.findall(after)
    if max(map(len, fine)) <= MOST_PIECES:
        return fine
    return before.splitlines(keepends=True), after.splitlines(keepends=True)
