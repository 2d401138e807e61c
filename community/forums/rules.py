"""Who may read, write and decide what in the forum. Pure functions of a viewer and a thing."""

import re
from datetime import datetime, timedelta
from itertools import takewhile

from community.accounts.rules import is_community_manager, is_member, is_staff
from models.accounts import Member
from models.base import now
from models.forums import Audience, Category, Draft, Post, Topic, TopicKind
from models.moderation import Removal, RemovalReason

from .viewer import Viewer

# Long enough to correct a text, short enough that answers people rely on do not change.
EDIT_DAYS = 30
# How long a discarded draft can be restored, and a save is recognised that arrives after its text was posted.
DRAFT_REMEMBERED = timedelta(days=1)
# Not the author's own words: quoted lines, the line above them that names the quoted post, pictures and files.
NOT_ONES_OWN = re.compile(r"^(?:>.*|\[.*\]\(/forums/\S*\))$|!?\[[^\]\n]*\]\(/files/\w+\)", re.MULTILINE)


# --- reading


def can_read_category(viewer: Viewer, category: Category) -> bool:
    """Return whether the viewer may read the category: it and every category above it must admit them."""
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
    """Return whether the person belongs to the audience; each audience includes the narrower ones."""
    if audience == Audience.PUBLIC:
        return True
    if member is None:
        return False
    if audience == Audience.SIGNED_IN:
        return True
    return is_member(member) if audience == Audience.MEMBERS else is_staff(member)


def _is_among(value: str | None, listed: str) -> bool:
    """Return whether the value is in the comma-separated list; an empty list means any."""
    return not listed or value in listed.split(",")


def _company_of(member: Member | None) -> int | None:
    return member.membership.account_id if member and member.membership else None


def can_read_topic(viewer: Viewer, topic: Topic) -> bool:
    """Return whether the viewer may read the topic's category, and see the topic if it is hidden."""
    category = viewer.categories.get(topic.category_id)
    if category is None or not can_read_category(viewer, category):
        return False
    return topic.hidden_at is None or can_see_hidden(viewer, topic)


def can_see_hidden(viewer: Viewer, item: Topic | Post) -> bool:
    """Return whether the viewer sees a hidden thing and its reason: its author and moderators do.

    Others see at most that something was removed.
    """
    member = viewer.member
    return member is not None and (viewer.moderates or member.id == item.author_id)


# --- writing


def can_post_in(viewer: Viewer, category: Category) -> bool:
    """Return whether the viewer may open a topic in the category."""
    return (
        viewer.member is not None
        and viewer.takes_part
        and can_read_category(viewer, category)
        and belongs_to_audience(viewer.member, Audience(category.posters))
    )


def can_announce(viewer: Viewer) -> bool:
    """Return whether the viewer may open an announcement: the vendor's staff only."""
    return viewer.member is not None and is_staff(viewer.member)


def can_reply(viewer: Viewer, topic: Topic) -> bool:
    """Return whether the viewer may reply to the topic.

    Those who may write in the category may, and every member who may read it: also what only staff may announce is
    talked about by all.
    """
    category = viewer.categories.get(topic.category_id)
    if category is None or viewer.member is None or topic.hidden_at is not None:
        return False
    if not viewer.takes_part or not can_read_category(viewer, category):
        return False
    return belongs_to_audience(viewer.member, Audience(category.posters)) or is_member(viewer.member)


def can_edit(viewer: Viewer, post: Post, at: datetime | None = None) -> bool:
    """Return whether the viewer may edit the post: its author for EDIT_DAYS, and nobody else, not even moderators."""
    return (
        viewer.member is not None
        and viewer.member.id == post.author_id
        and viewer.takes_part
        and post.hidden_at is None
        and (at or now()) - post.created_at <= timedelta(days=EDIT_DAYS)
    )


def can_restore_draft(draft: Draft, at: datetime | None = None) -> bool:
    """Return whether the draft is there, or was discarded less than DRAFT_REMEMBERED ago. A posted one is empty."""
    is_recent = draft.discarded_at is None or (at or now()) - draft.discarded_at <= DRAFT_REMEMBERED
    return is_recent and bool(draft.title or draft.body)


def is_beginning(text: str, whole: str) -> bool:
    """Return whether the whole begins with the text, whatever the white space."""
    return " ".join(whole.split()).startswith(" ".join(text.split()))


def is_changed_version(before: str, after: str) -> bool:
    """Return whether two texts are versions of one: half of the shorter one or more is common at their ends.

    Quotations do not count, since two replies to one post begin alike with them; nor do files.
    """
    one, other = (" ".join(NOT_ONES_OWN.sub("", text).split()) for text in (before, after))
    start = _count_alike(one, other)
    end = _count_alike(one[start:][::-1], other[start:][::-1])
    return 2 * (start + end) >= min(len(one), len(other))


def _count_alike(one: str, other: str) -> int:
    """Return how many characters the two texts have in common at the beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def can_see_revisions(viewer: Viewer, post: Post) -> bool:
    """Return whether the viewer may see the post's former texts: anybody signed in who may see the post."""
    return viewer.member is not None and (post.hidden_at is None or can_see_hidden(viewer, post))


# --- deciding


def can_decide(viewer: Viewer, topic: Topic) -> bool:
    """Return whether the viewer may say what solved the question: its asker, or a community manager in their place."""
    member = viewer.member
    return (
        member is not None
        and viewer.takes_part
        and topic.kind == TopicKind.QUESTION
        and topic.hidden_at is None
        and (member.id == topic.author_id or is_community_manager(member))
    )


def can_accept(viewer: Viewer, topic: Topic, post: Post) -> bool:
    """Return whether the viewer may accept this post, a visible reply of the topic, as the answer."""
    return can_decide(viewer, topic) and post.topic_id == topic.id and post.position > 1 and post.hidden_at is None


def can_react(viewer: Viewer, post: Post) -> bool:
    """Return whether the viewer may react to the post: to what others wrote only."""
    return (
        viewer.member is not None
        and viewer.takes_part
        and viewer.member.id != post.author_id
        and post.hidden_at is None
    )


# --- removing


def can_remove(viewer: Viewer, item: Topic | Post, removal: Removal | None) -> bool:
    """Return whether the viewer, a moderator, may remove the thing: what is shown, or what another took back.

    A topic is removed whole, never its first post alone. Authors could restore at will what they took back themselves.
    """
    if not viewer.moderates or _is_opening(item):
        return False
    if item.hidden_at is None:
        return True
    return removal is not None and removal.reason == RemovalReason.AUTHOR and item.author_id != viewer.member_id


def can_remove_own(viewer: Viewer, item: Topic | Post) -> bool:
    """Return whether the viewer may take back the thing: a reply of their own.

    A topic carries the answers of others, so its author may not.
    """
    return (
        viewer.member is not None
        and isinstance(item, Post)
        and item.author_id == viewer.member.id
        and item.hidden_at is None
        and not _is_opening(item)
    )


def can_restore(viewer: Viewer, item: Topic | Post, removal: Removal | None) -> bool:
    """Return whether the viewer may restore the thing: moderators what was removed, an author what they took back."""
    if viewer.member is None or removal is None or item.hidden_at is None:
        return False
    if removal.reason == RemovalReason.AUTHOR:
        return viewer.member.id == item.author_id
    return viewer.moderates


def _is_opening(item: Topic | Post) -> bool:
    return isinstance(item, Post) and item.position == 1


def can_manage_categories(viewer: Viewer) -> bool:
    """Return whether the viewer may create, edit and move categories."""
    return viewer.member is not None and is_community_manager(viewer.member)
