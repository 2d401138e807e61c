"""Comments on a story that is coming about: shared by its authors and staff, or for staff alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from community import text
from community.notifications.notices import notify
from community.stories.locking import lock_story
from community.stories.notifications import REMARK
from community.stories.rules import can_comment, can_read_comment
from community.stories.turns.owners import find_in_charge, list_author_ids, list_staff
from community.stories.turns.steps import get_open_step
from models.accounts import Member
from models.base import db
from models.stories import (
    ApprovalAnswer,
    CommentAudience,
    Story,
    StoryApproval,
    StoryApprover,
    StoryComment,
    StoryStep,
    StoryVersion,
)

MOST_CHARACTERS = 4_000
KEY_LENGTH = 36  # of the column


class MayNotCommentError(Exception):
    """The member does not write for this audience."""


@dataclass(frozen=True)
class Remark:
    """What somebody wrote in the thread. `author` None: an approver, who has no log-in; then `name` says who.

    `html`: safe. `part`: the name of the part or figure that it is about, "" for the whole.
    """

    id: str
    author: Member | None
    name: str
    at: datetime
    html: str
    is_for_staff: bool
    part: str = ""


@dataclass(frozen=True)
class OwnComment:
    """A comment for its author's data export. `body`: as it was typed."""

    story_id: int
    audience: str
    part: str
    body: str
    created_at: datetime


def add_comment(
    story: Story, by: Member, body: str, audience: CommentAudience, *, part: str = "", form_key: str | None = None
) -> StoryComment:
    """Add a comment, tell those who read it, and return it; the same form sent twice adds one.

    Raise MayNotCommentError if the member may not write for the audience, BadTextError if the text cannot be shown.
    """
    lock_story(story.id, by)
    if not can_comment(by, story, audience):
        raise MayNotCommentError
    form_key = form_key[:KEY_LENGTH] if form_key else None
    earlier = _find_by_key(story.id, by.id, form_key)
    if earlier is not None:
        return earlier
    comment = write_comment(story, by, body, audience, part=part, form_key=form_key)
    _tell(story, comment, by)
    return comment


def write_comment(
    story: Story, by: Member, body: str, audience: CommentAudience, *, part: str = "", form_key: str | None = None
) -> StoryComment:
    """Write a comment and return it, as part of an act that tells people itself.

    Raise BadTextError if the text cannot be shown.
    """
    body = text.tidy(body).strip()
    comment = StoryComment(
        story_id=story.id,
        author_id=by.id,
        audience=audience,
        part=part,
        body=body,
        html=text.to_html(body),
        render_version=text.RENDER_VERSION,
        form_key=form_key,
    )
    db.session.add(comment)
    db.session.flush()
    return comment


def list_remarks(story: Story, seen_by: Member) -> list[Remark]:
    """Return what the member may read of the thread, the oldest first, with what approvers wrote to their answer."""
    audiences = [audience for audience in CommentAudience if can_read_comment(seen_by, story, audience)]
    chosen = (
        sa.select(StoryComment, Member)
        .join(Member, Member.id == StoryComment.author_id)
        .where(StoryComment.story_id == story.id, StoryComment.audience.in_(audiences))
    )
    remarks = [
        Remark(
            f"c{comment.id}",
            author,
            author.display_name,
            comment.created_at,
            comment.html,
            comment.audience == CommentAudience.STAFF,
            comment.part,
        )
        for comment, author in db.session.execute(chosen)
    ]
    if audiences:
        remarks += _list_notes(story)
    return sorted(remarks, key=lambda remark: (remark.at, remark.id))


def list_own(member: Member) -> Iterator[OwnComment]:
    """Yield every comment that the member wrote, the oldest first, for the data export."""
    chosen = sa.select(StoryComment).where(StoryComment.author_id == member.id).order_by(StoryComment.id)
    for each in db.session.scalars(chosen):
        yield OwnComment(each.story_id, each.audience, each.part, each.body, each.created_at)


def _list_notes(story: Story) -> Sequence[Remark]:
    """Return what approvers wrote to their answers: what to change, or why not."""
    chosen = (
        sa.select(StoryApproval, StoryApprover)
        .join(StoryApprover, StoryApprover.id == StoryApproval.approver_id)
        .join(StoryVersion, StoryVersion.id == StoryApproval.version_id)
        .where(
            StoryVersion.story_id == story.id,
            StoryApproval.note != "",
            StoryApproval.answer.in_((ApprovalAnswer.CHANGES, ApprovalAnswer.DECLINED)),
        )
    )
    return [
        Remark(f"a{approval.id}", None, approver.name, approval.answered_at, text.show_stored(approval.note), False)
        for approval, approver in db.session.execute(chosen)
        if approval.answered_at is not None
    ]


def _find_by_key(story_id: int, author_id: int, form_key: str | None) -> StoryComment | None:
    if form_key is None:
        return None
    sent = sa.select(StoryComment).where(
        StoryComment.story_id == story_id, StoryComment.author_id == author_id, StoryComment.form_key == form_key
    )
    return db.session.scalar(sent)


def _tell(story: Story, comment: StoryComment, by: Member) -> None:
    """Tell those who read the comment and work on the story. Of what is for staff, no customer hears."""
    step = get_open_step(story.id)
    if step is None:
        return
    in_charge = find_in_charge(story)
    staff = (in_charge,) if in_charge else list_staff()
    written = sa.select(StoryComment.author_id).where(StoryComment.story_id == story.id).distinct()
    concerned = {*list_author_ids(story), *(member.id for member in staff), *db.session.scalars(written)}
    people = db.session.scalars(sa.select(Member).where(Member.id.in_(concerned))).unique()
    audience = CommentAudience(comment.audience)
    readers = [member.id for member in people if can_read_comment(member, story, audience)]
    notify(REMARK, readers, (StoryStep.__tablename__, step.id), key=f"story:{story.id}:comment:{comment.id}", by=by)
