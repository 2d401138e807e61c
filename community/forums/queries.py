"""Reading the forum: who reads, single things with access checked, drafts and read marks."""

from collections.abc import Collection, Mapping
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import contains_eager, defer, joinedload

from community.accounts.queries import phases_on, phases_until
from community.ledger.rules import day_of
from community.public import version_of
from community.room import EVERYTHING
from models.accounts import Member
from models.base import db, now
from models.files import StoredImage
from models.forums import Category, Draft, Post, PostRevision, Reaction, ReactionKind, Topic, TopicRead
from models.moderation import visible

from . import rules
from .guest_scopes import category_scope
from .viewer import CategoryTree, Viewer


class Place(NamedTuple):
    """Where a post stands."""

    topic_id: int
    title: str


def get_viewer(member: Member | None) -> Viewer:
    """The person (None: a guest) as the forum sees them today. One query."""
    account_id = member.membership.account_id if member and member.membership else None
    today = day_of(now(), current_app.config["COMMUNITY_ZONE"])
    rows = db.session.execute(_categories_and_phase(), {"account_id": account_id, "day": today}).all()
    _, segment, stage, everything, _ = rows[0] if rows else (None, None, None, "", "")
    version = ",".join([everything, *(row[4] for row in rows)])
    return Viewer(member, segment, stage, CategoryTree(row[0] for row in rows), version)


@cache
def _categories_and_phase() -> sa.Select[Category, str | None, str | None, str, str]:
    account_id = sa.bindparam("account_id", type_=sa.BigInteger)
    phase = phases_until(account_id, sa.bindparam("day", type_=sa.Date)).limit(1).subquery()
    of_lists = version_of(sa.literal(category_scope("")) + sa.cast(Category.id, sa.String))
    chosen = sa.select(Category, phase.c.segment, phase.c.stage, version_of(EVERYTHING), of_lists)
    return chosen.outerjoin(phase, sa.true()).order_by(Category.id)


def list_viewers(members: Collection[Member]) -> dict[int, Viewer]:
    """Many people as the forum sees them today, by id. Two queries."""
    categories = CategoryTree(db.session.scalars(sa.select(Category)))
    companies = {member.id: member.membership.account_id for member in members if member.membership}
    phases = phases_on(set(companies.values()), day_of(now(), current_app.config["COMMUNITY_ZONE"]))
    found = {member.id: Viewer(member, categories=categories) for member in members}
    for member in members:
        phase = phases.get(companies[member.id]) if member.id in companies else None
        if phase is not None:
            found[member.id] = Viewer(member, phase.segment, phase.stage, categories)
    return found


def readable_category_ids(viewer: Viewer) -> set[int]:
    return {category.id for category, _ in viewer.categories.walk() if rules.can_read_category(viewer, category)}


def writable_categories(viewer: Viewer) -> list[tuple[Category, int]]:
    """Where the person may open a topic, with the depth in the tree."""
    return [(category, depth) for category, depth in viewer.categories.walk() if rules.can_post_in(viewer, category)]


# --- single things


def get_topic(topic_id: int, *, seen_by: Viewer) -> Topic | None:
    """By itself; its category stands in the viewer's. None also where the viewer may not know of it."""
    topic = db.session.scalar(sa.select(Topic).where(Topic.id == topic_id).execution_options(populate_existing=True))
    return topic if topic is not None and rules.can_read_topic(seen_by, topic) else None


def list_topics_by_id(topic_ids: Collection[int], *, seen_by: Viewer) -> dict[int, Topic]:
    """Those of the topics that the viewer may read, by id. One query."""
    topics = db.session.scalars(sa.select(Topic).where(Topic.id.in_(topic_ids)))
    return {topic.id: topic for topic in topics if rules.can_read_topic(seen_by, topic)}


def get_post(post_id: int, *, seen_by: Viewer) -> Post | None:
    """With topic, author and company loaded; None where the viewer may not read the topic, or the post is hidden."""
    post = get_post_or_its_place(post_id, seen_by=seen_by)
    return post if post is not None and (post.hidden_at is None or rules.can_see_hidden(seen_by, post)) else None


def get_post_or_its_place(post_id: int, *, seen_by: Viewer) -> Post | None:
    """The same, also where the viewer may know only where the post stood: for its place, never for its words."""
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
    return post if post is not None and rules.can_read_topic(seen_by, post.topic) else None


def list_posts_by_id(post_ids: Collection[int], *, seen_by: Viewer) -> dict[int, Post]:
    """Those of the posts that the viewer may read, by id, with their topics. One query, none for none."""
    if not post_ids:
        return {}
    chosen = sa.select(Post).where(Post.id.in_(post_ids)).join(Post.topic).options(contains_eager(Post.topic))
    posts = db.session.scalars(chosen)
    return {post.id: post for post in posts if rules.can_read_topic(seen_by, post.topic)}


def places_of(post_ids: Collection[int]) -> dict[int, Place]:
    """Where these posts stand, by id; whether they may be read was asked before. One query."""
    rows = db.session.execute(
        sa.select(Post.id, Post.topic_id, Topic.title)
        .join(Topic, Topic.id == Post.topic_id)
        .where(Post.id.in_(post_ids))
    )
    return {row.id: Place(*row[1:]) for row in rows}


def list_categories_by_id(category_ids: Collection[int]) -> dict[int, Category]:
    """Return these categories, by id."""
    chosen = sa.select(Category).where(Category.id.in_(category_ids))
    return {category.id: category for category in db.session.scalars(chosen)}


def get_opening(topic_id: int, *, seen_by: Viewer) -> Post | None:
    """What the topic began with, as `get_post` gives it."""
    first = db.session.scalar(sa.select(Post.id).where(Post.topic_id == topic_id, Post.position == 1))
    return get_post(first, seen_by=seen_by) if first is not None else None


def list_revisions(post: Post) -> list[PostRevision]:
    """What the post said before each edit, oldest first, with who replaced it."""
    wanted = sa.select(PostRevision).where(PostRevision.post_id == post.id).order_by(PostRevision.id)
    return list(db.session.scalars(wanted.options(joinedload(PostRevision.replaced_by))))


# --- reactions


def reactions_of(post_ids: Collection[int], member_id: int | None) -> dict[int, dict[ReactionKind, tuple[int, bool]]]:
    """For each post the number of each reaction, and whether this person's is among them. One query."""
    given = {"post_ids": list(post_ids), "reader": member_id or 0}
    found: dict[int, dict[ReactionKind, tuple[int, bool]]] = {post_id: {} for post_id in post_ids}
    for post_id, kind, count, is_mine in db.session.execute(_counted_reactions(), given):
        found[post_id][ReactionKind(kind)] = (count, bool(is_mine))
    return found


@cache
def _counted_reactions() -> sa.Select[int, ReactionKind, int, int]:
    mine = sa.func.max(sa.case((Reaction.member_id == sa.bindparam("reader", type_=sa.BigInteger), 1), else_=0))
    counted = sa.select(Reaction.post_id, Reaction.kind, sa.func.count(), mine)
    of_posts = Reaction.post_id.in_(sa.bindparam("post_ids", expanding=True))
    return counted.where(of_posts).group_by(Reaction.post_id, Reaction.kind)


# --- what a person has read and is writing


def read_to(member_id: int | None, topic_id: int) -> int:
    """The position up to which the person has read; 0: not at all."""
    if member_id is None:
        return 0
    mark = sa.select(TopicRead.read_to).where(TopicRead.member_id == member_id, TopicRead.topic_id == topic_id)
    return db.session.scalar(mark) or 0


def first_unread(topic: Topic, after: int) -> Post | None:
    """The first shown post after position `after`; where there is none, the last shown one. None: nothing is shown."""
    shown = sa.and_(Post.topic_id == topic.id, visible(Post))
    positions = sa.select(Post.position).where(shown)
    new = positions.where(Post.position > after).order_by(Post.position).limit(1)
    newest = positions.order_by(Post.position.desc()).limit(1)
    place = sa.func.coalesce(new.scalar_subquery(), newest.scalar_subquery())
    return db.session.scalar(
        sa.select(Post).where(shown, Post.position == place).options(defer(Post.body), defer(Post.html))
    )


def list_drafts_at(member_id: int, place: str) -> list[Draft]:
    """The person's drafts at the place, newest first; not those that were given up or sent."""
    return list(db.session.scalars(_drafts(member_id).where(Draft.place == place)))


def list_drafts(member_id: int) -> list[Draft]:
    """All of the person's drafts, newest first."""
    return list(db.session.scalars(_drafts(member_id)))


def get_draft(member_id: int | None, place: str, draft_id: int | None = None) -> Draft | None:
    """The person's draft at the place that was asked for, else their newest one there."""
    found = list_drafts_at(member_id, place) if member_id is not None else []
    return next((draft for draft in found if draft.id == draft_id), found[0] if found else None)


def get_own_draft(member_id: int, draft_id: int) -> Draft | None:
    """The draft by its id, given up or not, if it is the person's own."""
    chosen = sa.select(Draft).where(Draft.id == draft_id, Draft.member_id == member_id)
    return db.session.scalar(chosen.execution_options(populate_existing=True))


def _drafts(member_id: int) -> sa.Select[Draft]:
    kept = sa.select(Draft).where(Draft.member_id == member_id, Draft.discarded_at.is_(None))
    return kept.order_by(Draft.saved_at.desc(), Draft.id.desc()).execution_options(populate_existing=True)


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
