"""Who may read, write and decide what in the forum. Pure: a reader and a thing in, a judgement out."""

import re
from datetime import datetime, timedelta
from itertools import takewhile

from community.accounts.rules import is_community_manager, is_member, is_staff
from community.moderation.rules import can_moderate
from models.accounts import Member
from models.base import now
from models.forums import Audience, Category, Draft, Post, Topic, TopicKind
from models.moderation import Removal, RemovalReason

from .reader import Reader

# Long enough to mend what one wrote, short enough that an answer people rely on does not change under them.
EDIT_DAYS = 30
# How long giving up a draft can be undone, and a save may arrive late that was on its way when its text was sent.
DRAFT_REMEMBERED = timedelta(days=1)
# What is no word of a reply's own: quoted lines, the line above them that says whom, and pictures.
NOT_ONES_OWN = re.compile(r"^(?:>.*|\[.*\]\(/forums/\S*\))$|!\[[^\]\n]*\]\(/files/\w+\)", re.MULTILINE)


# --- reading


def can_read_category(reader: Reader, category: Category) -> bool:
    """What a shelf asks of its readers, the shelves in it ask too."""
    return all(_lets_in(shelf, reader) for shelf in reader.shelves.chain(category))


def _lets_in(shelf: Category, reader: Reader) -> bool:
    member = reader.member
    if member is not None and is_staff(member):
        return True
    return (
        belongs_to_audience(member, Audience(shelf.readers))
        and _is_among(reader.segment, shelf.segments)
        and _is_among(reader.stage, shelf.stages)
        and (shelf.account_id is None or _company_of(member) == shelf.account_id)
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


def can_read_topic(reader: Reader, topic: Topic) -> bool:
    category = reader.shelves.get(topic.category_id)
    if category is None or not can_read_category(reader, category):
        return False
    return topic.hidden_at is None or can_see_hidden(reader, topic)


def can_see_hidden(reader: Reader, item: Topic | Post) -> bool:
    """What was removed, and why: its author and the moderators. Others see at most that something was removed."""
    member = reader.member
    return member is not None and (can_moderate(member) or member.id == item.author_id)


# --- writing


def can_post_in(reader: Reader, category: Category) -> bool:
    """Open a topic there."""
    return (
        reader.member is not None
        and reader.takes_part
        and can_read_category(reader, category)
        and belongs_to_audience(reader.member, Audience(category.posters))
    )


def can_announce(reader: Reader) -> bool:
    """Announcements are the vendor's voice."""
    return reader.member is not None and is_staff(reader.member)


def can_reply(reader: Reader, topic: Topic) -> bool:
    """Who may write on a shelf may answer there; what staff announce, every member may talk about."""
    category = reader.shelves.get(topic.category_id)
    if category is None or reader.member is None or topic.hidden_at is not None:
        return False
    if not reader.takes_part or not can_read_category(reader, category):
        return False
    return belongs_to_audience(reader.member, Audience(category.posters)) or is_member(reader.member)


def can_edit(reader: Reader, post: Post, at: datetime | None = None) -> bool:
    """Its author, for a while. Nobody rewrites the words of others, moderators neither."""
    return (
        reader.member is not None
        and reader.member.id == post.author_id
        and reader.takes_part
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


def can_see_revisions(reader: Reader, post: Post) -> bool:
    """Whoever is signed in and may read the post; of what is hidden only those who may see it."""
    return reader.member is not None and (post.hidden_at is None or can_see_hidden(reader, post))


# --- deciding


def can_decide(reader: Reader, topic: Topic) -> bool:
    """Say what solved a question: who asked it, or a community manager in their place."""
    member = reader.member
    return (
        member is not None
        and reader.takes_part
        and topic.kind == TopicKind.QUESTION
        and topic.hidden_at is None
        and (member.id == topic.author_id or is_community_manager(member))
    )


def can_accept(reader: Reader, topic: Topic, post: Post) -> bool:
    return can_decide(reader, topic) and post.topic_id == topic.id and post.position > 1 and post.hidden_at is None


def can_react(reader: Reader, post: Post) -> bool:
    """To what others wrote."""
    return (
        reader.member is not None
        and reader.takes_part
        and reader.member.id != post.author_id
        and post.hidden_at is None
    )


# --- removing


def can_remove(reader: Reader, item: Topic | Post) -> bool:
    """Moderators. A topic is removed as a whole, never its first post alone."""
    return can_moderate(reader.member) and item.hidden_at is None and not _is_opening(item)


def can_remove_own(reader: Reader, item: Topic | Post) -> bool:
    """Take back one's own reply; a topic carries others' answers and is not its author's alone."""
    return (
        reader.member is not None
        and isinstance(item, Post)
        and item.author_id == reader.member.id
        and item.hidden_at is None
        and not _is_opening(item)
    )


def can_restore(reader: Reader, item: Topic | Post, removal: Removal | None) -> bool:
    """Moderators what was removed; an author what they took back by themselves."""
    if reader.member is None or removal is None or item.hidden_at is None:
        return False
    if removal.reason == RemovalReason.AUTHOR:
        return reader.member.id == item.author_id
    return can_moderate(reader.member)


def _is_opening(item: Topic | Post) -> bool:
    return isinstance(item, Post) and item.position == 1


def can_manage_categories(reader: Reader) -> bool:
    return reader.member is not None and is_community_manager(reader.member)
