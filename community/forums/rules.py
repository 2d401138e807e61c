"""Who may read, write and decide what in the forum. Pure: a viewer and a thing in, a judgement out."""

import re
from datetime import datetime, timedelta
from itertools import takewhile

from community.accounts.rules import is_community_manager, is_member, is_staff
from community.moderation.rules import can_moderate
from models.accounts import Member
from models.base import now
from models.forums import Audience, Category, Draft, Post, Topic, TopicKind
from models.moderation import Removal, RemovalReason

from .viewer import Viewer

# Long enough to mend what one wrote, short enough that an answer people rely on does not change under them.
EDIT_DAYS = 30
# How long giving up a draft can be undone, and a save may arrive late that was on its way when its text was sent.
DRAFT_REMEMBERED = timedelta(days=1)
# What is no word of a reply's own: quoted lines, the line above them that says whom, and pictures.
NOT_ONES_OWN = re.compile(r"^(?:>.*|\[.*\]\(/forums/\S*\))$|!\[[^\]\n]*\]\(/files/\w+\)", re.MULTILINE)


# --- reading


def can_read_category(viewer: Viewer, category: Category) -> bool:
    """What a category asks of its readers, the categories below it ask too."""
    return all(_lets_in(each, viewer) for each in viewer.categories.chain(category))


def _lets_in(category: Category, viewer: Viewer) -> bool:
    member = viewer.member
    if member is not None and is_staff(member):
        return True
    return (
        belongs_to_audience(member, Audience(category.readers))
        and _is_among(viewer.segment, category.segments)
        and _is_among(viewer.stage, category.stages)
        and (category.account_id is None or _company_of(member) == category.account_id)
    )


def belongs_to_audience(member: Member | None, audience: Audience) -> bool:
    """Whether the person is at least this; each audience includes the ones after it."""
    if audience == Audience.PUBLIC:
        return True
    if member is None:
        return False
    if audience == Audience.SIGNED_IN:
        return True
    return is_member(member) if audience == Audience.MEMBERS else is_staff(member)


def _is_among(value: str | None, listed: str) -> bool:
    """An empty list means any."""
    return not listed or value in listed.split(",")


def _company_of(member: Member | None) -> int | None:
    return member.membership.account_id if member and member.membership else None


def can_read_topic(viewer: Viewer, topic: Topic) -> bool:
    category = viewer.categories.get(topic.category_id)
    if category is None or not can_read_category(viewer, category):
        return False
    return topic.hidden_at is None or can_see_hidden(viewer, topic)


def can_see_hidden(viewer: Viewer, item: Topic | Post) -> bool:
    """What was removed, and why: its author and the moderators. Others see at most that something was removed."""
    member = viewer.member
    return member is not None and (can_moderate(member) or member.id == item.author_id)


# --- writing


def can_post_in(viewer: Viewer, category: Category) -> bool:
    """Open a topic there."""
    return (
        viewer.member is not None
        and viewer.takes_part
        and can_read_category(viewer, category)
        and belongs_to_audience(viewer.member, Audience(category.posters))
    )


def can_announce(viewer: Viewer) -> bool:
    """Announcements are the vendor's voice."""
    return viewer.member is not None and is_staff(viewer.member)


def can_reply(viewer: Viewer, topic: Topic) -> bool:
    """Who may write in a category may answer there; what staff announce, every member may talk about."""
    category = viewer.categories.get(topic.category_id)
    if category is None or viewer.member is None or topic.hidden_at is not None:
        return False
    if not viewer.takes_part or not can_read_category(viewer, category):
        return False
    return belongs_to_audience(viewer.member, Audience(category.posters)) or is_member(viewer.member)


def can_edit(viewer: Viewer, post: Post, at: datetime | None = None) -> bool:
    """Its author, for a while. Nobody rewrites the words of others, moderators neither."""
    return (
        viewer.member is not None
        and viewer.member.id == post.author_id
        and viewer.takes_part
        and post.hidden_at is None
        and (at or now()) - post.created_at <= timedelta(days=EDIT_DAYS)
    )


def can_restore_draft(draft: Draft, at: datetime | None = None) -> bool:
    """A draft that was given up, for a day; one that was sent holds nothing any more."""
    is_recent = draft.discarded_at is None or (at or now()) - draft.discarded_at <= DRAFT_REMEMBERED
    return is_recent and bool(draft.title or draft.body)


def is_beginning(text: str, whole: str) -> bool:
    """Whether the text, but for the spaces around it, is how the whole begins."""
    return " ".join(whole.split()).startswith(" ".join(text.split()))


def is_changed_version(before: str, after: str) -> bool:
    """Whether two texts are one that was changed: half of the shorter one or more stands at the ends of both.

    Quotations do not count, since two replies to one post begin alike with them; nor do pictures.
    """
    one, other = (" ".join(NOT_ONES_OWN.sub("", text).split()) for text in (before, after))
    start = _count_alike(one, other)
    end = _count_alike(one[start:][::-1], other[start:][::-1])
    return 2 * (start + end) >= min(len(one), len(other))


def _count_alike(one: str, other: str) -> int:
    """How many characters two texts begin with in common."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def can_see_revisions(viewer: Viewer, post: Post) -> bool:
    """Whoever is signed in and may read the post; of what is hidden only those who may see it."""
    return viewer.member is not None and (post.hidden_at is None or can_see_hidden(viewer, post))


# --- deciding


def can_decide(viewer: Viewer, topic: Topic) -> bool:
    """Say what solved a question: who asked it, or a community manager in their place."""
    member = viewer.member
    return (
        member is not None
        and viewer.takes_part
        and topic.kind == TopicKind.QUESTION
        and topic.hidden_at is None
        and (member.id == topic.author_id or is_community_manager(member))
    )


def can_accept(viewer: Viewer, topic: Topic, post: Post) -> bool:
    return can_decide(viewer, topic) and post.topic_id == topic.id and post.position > 1 and post.hidden_at is None


def can_react(viewer: Viewer, post: Post) -> bool:
    """To what others wrote."""
    return (
        viewer.member is not None
        and viewer.takes_part
        and viewer.member.id != post.author_id
        and post.hidden_at is None
    )


# --- removing


def can_remove(viewer: Viewer, item: Topic | Post, removal: Removal | None) -> bool:
    """Moderators what is shown, and what another has taken back, who could put it back at will.

    A topic is removed as a whole, never its first post alone.
    """
    if not can_moderate(viewer.member) or _is_opening(item):
        return False
    if item.hidden_at is None:
        return True
    return removal is not None and removal.reason == RemovalReason.AUTHOR and item.author_id != viewer.member_id


def can_remove_own(viewer: Viewer, item: Topic | Post) -> bool:
    """Take back one's own reply; a topic carries others' answers and is not its author's alone."""
    return (
        viewer.member is not None
        and isinstance(item, Post)
        and item.author_id == viewer.member.id
        and item.hidden_at is None
        and not _is_opening(item)
    )


def can_restore(viewer: Viewer, item: Topic | Post, removal: Removal | None) -> bool:
    """Moderators what was removed; an author what they took back by themselves."""
    if viewer.member is None or removal is None or item.hidden_at is None:
        return False
    if removal.reason == RemovalReason.AUTHOR:
        return viewer.member.id == item.author_id
    return can_moderate(viewer.member)


def _is_opening(item: Topic | Post) -> bool:
    return isinstance(item, Post) and item.position == 1


def can_manage_categories(viewer: Viewer) -> bool:
    return viewer.member is not None and is_community_manager(viewer.member)
