"""Reading the forum: who reads, single things with access checked, drafts and read marks."""

from collections.abc import Collection, Mapping

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import contains_eager, joinedload

from community.accounts.queries import phase_on, phases_on
from community.ledger.rules import day_of
from models.accounts import Member
from models.base import db, now
from models.files import StoredImage
from models.forums import Category, Draft, Post, PostRevision, Reaction, ReactionKind, Topic, TopicRead

from . import rules
from .reader import Reader, Shelves


def get_reader(member: Member | None) -> Reader:
    """The person (None: a guest) as the forum sees them today. Two queries."""
    shelves = Shelves(db.session.scalars(sa.select(Category)))
    if member is None or member.membership is None:
        return Reader(member, shelves=shelves)
    phase = phase_on(member.membership.account_id, day_of(now(), current_app.config["COMMUNITY_ZONE"]))
    return Reader(member, phase.segment if phase else None, phase.stage if phase else None, shelves)


def list_readers(members: Collection[Member]) -> dict[int, Reader]:
    """Many people as the forum sees them today, by id. Two queries."""
    shelves = Shelves(db.session.scalars(sa.select(Category)))
    companies = {member.id: member.membership.account_id for member in members if member.membership}
    phases = phases_on(set(companies.values()), day_of(now(), current_app.config["COMMUNITY_ZONE"]))
    found = {member.id: Reader(member, shelves=shelves) for member in members}
    for member in members:
        phase = phases.get(companies[member.id]) if member.id in companies else None
        if phase is not None:
            found[member.id] = Reader(member, phase.segment, phase.stage, shelves)
    return found


def readable_category_ids(reader: Reader) -> set[int]:
    return {shelf.id for shelf, _ in reader.shelves.walk() if rules.can_read_category(reader, shelf)}


def writable_categories(reader: Reader) -> list[tuple[Category, int]]:
    """Where the person may open a topic, with the depth in the tree."""
    return [(shelf, depth) for shelf, depth in reader.shelves.walk() if rules.can_post_in(reader, shelf)]


# --- single things


def get_topic(topic_id: int, *, seen_by: Reader) -> Topic | None:
    """With category, author and company loaded; None also where the reader may not know of it."""
    topic = db.session.scalar(
        sa.select(Topic)
        .where(Topic.id == topic_id)
        .options(joinedload(Topic.category), joinedload(Topic.author), joinedload(Topic.account))
        .execution_options(populate_existing=True)
    )
    return topic if topic is not None and rules.can_read_topic(seen_by, topic) else None


def list_topics_by_id(topic_ids: Collection[int], *, seen_by: Reader) -> dict[int, Topic]:
    """Those of the topics that the reader may read, by id. One query."""
    topics = db.session.scalars(sa.select(Topic).where(Topic.id.in_(topic_ids)))
    return {topic.id: topic for topic in topics if rules.can_read_topic(seen_by, topic)}


def get_post(post_id: int, *, seen_by: Reader) -> Post | None:
    """With topic, author and company loaded; None where the reader may not read the topic, or the post is hidden."""
    post = db.session.scalar(
        sa.select(Post)
        .where(Post.id == post_id)
        .join(Post.topic)
        .options(
            contains_eager(Post.topic).options(joinedload(Topic.category), joinedload(Topic.author)),
            joinedload(Post.author),
            joinedload(Post.account),
        )
        .execution_options(populate_existing=True)
    )
    if post is None or not rules.can_read_topic(seen_by, post.topic):
        return None
    return post if post.hidden_at is None or rules.can_see_hidden(seen_by, post) else None


def positions_of(post_ids: Collection[int]) -> dict[int, int]:
    """Where these posts stand in their topics, by id, for addresses. One query."""
    return dict(db.session.execute(sa.select(Post.id, Post.position).where(Post.id.in_(post_ids))).all())


def find_post_by_form(author_id: int, form_key: str | None) -> Post | None:
    """What the same form made when it was sent before."""
    if not form_key:
        return None
    return db.session.scalar(sa.select(Post).where(Post.author_id == author_id, Post.form_key == form_key))


def list_revisions(post: Post) -> list[PostRevision]:
    """What the post said before each edit, oldest first, with who replaced it."""
    wanted = sa.select(PostRevision).where(PostRevision.post_id == post.id).order_by(PostRevision.id)
    return list(db.session.scalars(wanted.options(joinedload(PostRevision.replaced_by))))


# --- reactions


def reactions_of(post_ids: Collection[int], member_id: int | None) -> dict[int, dict[ReactionKind, tuple[int, bool]]]:
    """For each post the number of each reaction, and whether this person's is among them. One query."""
    mine = sa.func.max(sa.case((Reaction.member_id == (member_id or 0), 1), else_=0))
    counted = (
        sa.select(Reaction.post_id, Reaction.kind, sa.func.count(), mine)
        .where(Reaction.post_id.in_(post_ids))
        .group_by(Reaction.post_id, Reaction.kind)
    )
    found: dict[int, dict[ReactionKind, tuple[int, bool]]] = {post_id: {} for post_id in post_ids}
    for post_id, kind, count, is_mine in db.session.execute(counted):
        found[post_id][ReactionKind(kind)] = (count, bool(is_mine))
    return found


# --- what a person has read and is writing


def read_to(member_id: int | None, topic_id: int) -> int:
    """The position up to which the person has read; 0: not at all."""
    if member_id is None:
        return 0
    mark = sa.select(TopicRead.read_to).where(TopicRead.member_id == member_id, TopicRead.topic_id == topic_id)
    return db.session.scalar(mark) or 0


def first_unread(topic: Topic, member_id: int | None) -> int:
    """The position of the first visible post after what was read; the newest one's where all is read."""
    after = read_to(member_id, topic.id)
    position = db.session.scalar(
        sa.select(sa.func.min(Post.position)).where(
            Post.topic_id == topic.id, Post.position > after, Post.hidden_at.is_(None)
        )
    )
    return position or max(topic.last_position, 1)


def get_draft(member_id: int | None, place: str) -> Draft | None:
    return db.session.get(Draft, (member_id, place)) if member_id is not None else None


# --- what a text names


def names_by_handle(handles: Collection[str]) -> Mapping[str, Member]:
    """The people behind the handles; erased ones are nobody."""
    if not handles:
        return {}
    known = sa.select(Member).where(Member.handle.in_(handles), Member.erased_at.is_(None))
    return {member.handle: member for member in db.session.scalars(known)}


def sizes_of_images(keys: Collection[str]) -> dict[str, tuple[int, int]]:
    """Width and height by key."""
    if not keys:
        return {}
    rows = db.session.execute(
        sa.select(StoredImage.key, StoredImage.width, StoredImage.height).where(StoredImage.key.in_(keys))
    )
    return {key: (width, height) for key, width, height in rows}
