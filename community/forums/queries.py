"""Reading the forum: viewers, single topics and posts with access checked, reactions, drafts and read marks."""

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
from models.forums import Category, Draft, Post, PostRevision, Reaction, ReactionKind, Topic, TopicRead
from models.moderation import visible

from . import rules
from .guest_scopes import category_scope
from .viewer import CategoryTree, Viewer


class Place(NamedTuple):
    """The topic that a post belongs to."""

    topic_id: int
    title: str


def get_viewer(member: Member | None) -> Viewer:
    """Return the person (None: a guest) as the forum sees them today. One query."""
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
    """Return these people as the forum sees them today, by member id. Two queries."""
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
    """Return the ids of the categories that the viewer may read."""
    return {category.id for category, _ in viewer.categories.walk() if rules.can_read_category(viewer, category)}


def writable_categories(viewer: Viewer) -> list[tuple[Category, int]]:
    """Return the categories in which the viewer may open a topic, each with its depth in the tree."""
    return [(category, depth) for category, depth in viewer.categories.walk() if rules.can_post_in(viewer, category)]


# --- single things


def get_topic(topic_id: int, *, seen_by: Viewer) -> Topic | None:
    """Return the topic, or None if there is none or the viewer may not see it. `topic.category` is not loaded."""
    topic = db.session.scalar(sa.select(Topic).where(Topic.id == topic_id).execution_options(populate_existing=True))
    return topic if topic is not None and rules.can_read_topic(seen_by, topic) else None


def list_topics_by_id(topic_ids: Collection[int], *, seen_by: Viewer) -> dict[int, Topic]:
    """Return those of the topics that the viewer may read, by id. One query."""
    topics = db.session.scalars(sa.select(Topic).where(Topic.id.in_(topic_ids)))
    return {topic.id: topic for topic in topics if rules.can_read_topic(seen_by, topic)}


def get_post(post_id: int, *, seen_by: Viewer) -> Post | None:
    """Return the post with topic, author and company loaded.

    Return None if there is none, it is hidden from the viewer, or the viewer may not read its topic.
    """
    post = get_post_or_its_place(post_id, seen_by=seen_by)
    return post if post is not None and (post.hidden_at is None or rules.can_see_hidden(seen_by, post)) else None


def get_post_or_its_place(post_id: int, *, seen_by: Viewer) -> Post | None:
    """Return the post as `get_post` does, also one that is hidden from the viewer: for its position, never its text."""
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
    """Return those of the posts whose topics the viewer may read, by id, with the topics. No query for no ids."""
    if not post_ids:
        return {}
    chosen = sa.select(Post).where(Post.id.in_(post_ids)).join(Post.topic).options(contains_eager(Post.topic))
    posts = db.session.scalars(chosen)
    return {post.id: post for post in posts if rules.can_read_topic(seen_by, post.topic)}


def places_of(post_ids: Collection[int]) -> dict[int, Place]:
    """Return the topic of each post, by the post's id. One query; whether the viewer may read it is not asked."""
    rows = db.session.execute(
        sa.select(Post.id, Post.topic_id, Topic.title)
        .join(Topic, Topic.id == Post.topic_id)
        .where(Post.id.in_(post_ids))
    )
    return {row.id: Place(*row[1:]) for row in rows}


def list_categories_by_id(category_ids: Collection[int]) -> dict[int, Category]:
    """Return these categories by id."""
    chosen = sa.select(Category).where(Category.id.in_(category_ids))
    return {category.id: category for category in db.session.scalars(chosen)}


def get_opening(topic_id: int, *, seen_by: Viewer) -> Post | None:
    """Return the topic's first post as `get_post` does."""
    first = db.session.scalar(sa.select(Post.id).where(Post.topic_id == topic_id, Post.position == 1))
    return get_post(first, seen_by=seen_by) if first is not None else None


def list_revisions(post: Post) -> list[PostRevision]:
    """Return the former texts of the post, oldest first, each with the person who replaced it."""
    wanted = sa.select(PostRevision).where(PostRevision.post_id == post.id).order_by(PostRevision.id)
    return list(db.session.scalars(wanted.options(joinedload(PostRevision.replaced_by))))


# --- reactions


def reactions_of(post_ids: Collection[int], member_id: int | None) -> dict[int, dict[ReactionKind, tuple[int, bool]]]:
    """Return for each post, by kind of reaction: how many there are, and whether this person's is among them.

    One query.
    """
    given = {"post_ids": list(post_ids), "viewer_id": member_id or 0}
    found: dict[int, dict[ReactionKind, tuple[int, bool]]] = {post_id: {} for post_id in post_ids}
    for post_id, kind, count, is_mine in db.session.execute(_select_reactions(), given):
        found[post_id][ReactionKind(kind)] = (count, bool(is_mine))
    return found


@cache
def _select_reactions() -> sa.Select[int, ReactionKind, int, int]:
    mine = sa.func.max(sa.case((Reaction.member_id == sa.bindparam("viewer_id", type_=sa.BigInteger), 1), else_=0))
    counted = sa.select(Reaction.post_id, Reaction.kind, sa.func.count(), mine)
    of_posts = Reaction.post_id.in_(sa.bindparam("post_ids", expanding=True))
    return counted.where(of_posts).group_by(Reaction.post_id, Reaction.kind)


# --- what a person has read and is writing


def read_to(member_id: int | None, topic_id: int) -> int:
    """Return the position up to which the person has read the topic; 0: not at all."""
    if member_id is None:
        return 0
    mark = sa.select(TopicRead.read_to).where(TopicRead.member_id == member_id, TopicRead.topic_id == topic_id)
    return db.session.scalar(mark) or 0


def first_unread(topic: Topic, after: int) -> Post | None:
    """Return the first visible post after position `after`, else the last visible one; None if no post is visible."""
    shown = sa.and_(Post.topic_id == topic.id, visible(Post))
    positions = sa.select(Post.position).where(shown)
    new = positions.where(Post.position > after).order_by(Post.position).limit(1)
    newest = positions.order_by(Post.position.desc()).limit(1)
    place = sa.func.coalesce(new.scalar_subquery(), newest.scalar_subquery())
    return db.session.scalar(
        sa.select(Post).where(shown, Post.position == place).options(defer(Post.body), defer(Post.html))
    )


def list_drafts_at(member_id: int, place: str) -> list[Draft]:
    """Return the person's drafts at the place, newest first, without those that were discarded or posted."""
    return list(db.session.scalars(_select_drafts(member_id).where(Draft.place == place)))


def list_drafts(member_id: int) -> list[Draft]:
    """Return all of the person's drafts, newest first, without those that were discarded or posted."""
    return list(db.session.scalars(_select_drafts(member_id)))


def get_draft(member_id: int | None, place: str, draft_id: int | None = None) -> Draft | None:
    """Return the person's draft with this id if it is at the place, else their newest one there, else None."""
    found = list_drafts_at(member_id, place) if member_id is not None else []
    return next((draft for draft in found if draft.id == draft_id), found[0] if found else None)


def get_own_draft(member_id: int, draft_id: int) -> Draft | None:
    """Return the person's draft with this id, discarded or not; None if it is somebody else's."""
    chosen = sa.select(Draft).where(Draft.id == draft_id, Draft.member_id == member_id)
    return db.session.scalar(chosen.execution_options(populate_existing=True))


def _select_drafts(member_id: int) -> sa.Select[Draft]:
    kept = sa.select(Draft).where(Draft.member_id == member_id, Draft.discarded_at.is_(None))
    return kept.order_by(Draft.saved_at.desc(), Draft.id.desc()).execution_options(populate_existing=True)


# --- what a text mentions and shows


def names_by_handle(handles: Collection[str]) -> Mapping[str, Member]:
    """Return the members with these handles, by handle; erased members are left out."""
    if not handles:
        return {}
    known = sa.select(Member).where(Member.handle.in_(handles), Member.erased_at.is_(None))
    return {member.handle: member for member in db.session.scalars(known)}
