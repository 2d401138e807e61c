"""What the forum hands over on this floor: its things, and how they are searched, notified of and moderated."""

from collections.abc import Collection, Mapping
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import contains_eager

from community.room import Moderation, Room, ScheduledTask, Searchable, SearchKind, Thing, ThingKind, WorkerTasks
from models.base import db
from models.forums import Category, Post, Topic
from models.ledger import SignalKind

from . import actions, drafts, indexing, queries, rules
from .audit_words import WORDS
from .erasures import ERASURES
from .guest_scopes import GUEST_TABLES
from .labels import category_name
from .notifications import NOTIFICATIONS
from .sample import write_sample
from .transfers import follow_transfer
from .viewer import Viewer

Opened = tuple[Topic, str]  # a topic and the HTML that it began with


def _load_topics(ids: Collection[int]) -> Mapping[int, Opened]:
    opening = sa.and_(Post.topic_id == Topic.id, Post.position == 1)
    rows = db.session.execute(
        sa.select(Topic, Post.html)
        .outerjoin(Post, opening)
        .where(Topic.id.in_(ids))
        .execution_options(populate_existing=True)
    )
    return {topic.id: (topic, html or "") for topic, html in rows}


def _describe_topic(opened: Opened) -> Thing:
    topic, html = opened
    return Thing(
        kind=TOPIC.name,
        id=topic.id,
        title=topic.title,
        address=f"/forums/topics/{topic.id}",
        author_id=topic.author_id,
        is_hidden=topic.hidden_at is not None,
        html=html,
    )


def _load_posts(ids: Collection[int]) -> Mapping[int, Post]:
    chosen = sa.select(Post).where(Post.id.in_(ids)).join(Post.topic).options(contains_eager(Post.topic))
    return {post.id: post for post in db.session.scalars(chosen.execution_options(populate_existing=True))}


def _describe_post(post: Post) -> Thing:
    return Thing(
        kind=POST.name,
        id=post.id,
        title=_("「%(title)s」の投稿", title=post.topic.title),
        address=f"/forums/posts/{post.id}",
        author_id=post.author_id,
        is_hidden=post.hidden_at is not None or post.topic.hidden_at is not None,
        html=post.html,
    )


def _can_see_post(viewer: Viewer, post: Post) -> bool:
    shown = post.hidden_at is None or rules.can_see_hidden(viewer, post)
    return shown and rules.can_read_topic(viewer, post.topic)


def _describe_category(category: Category) -> Thing:
    return Thing(CATEGORY.name, category.id, category_name(category), f"/forums/c/{category.slug}")


TOPIC = ThingKind(
    name=Topic.__tablename__,
    label=_l("話題"),
    icon="message",
    load=_load_topics,
    describe=_describe_topic,
    viewer=queries.get_viewer,
    viewers=queries.list_viewers,
    can_see=lambda viewer, opened: rules.can_read_topic(viewer, opened[0]),
    is_live=True,
)
POST = ThingKind(
    name=Post.__tablename__,
    label=_l("投稿"),
    icon="reply",
    load=_load_posts,
    describe=_describe_post,
    viewer=queries.get_viewer,
    viewers=queries.list_viewers,
    can_see=_can_see_post,
)
CATEGORY = ThingKind(
    name=Category.__tablename__,
    label=_l("カテゴリ"),
    icon="book",
    load=queries.list_categories_by_id,
    describe=_describe_category,
    viewer=queries.get_viewer,
    viewers=queries.list_viewers,
    can_see=rules.can_read_category,
)
SEARCH = Searchable(
    kinds=(
        SearchKind(TOPIC.name, _l("話題"), position=10),
        SearchKind(POST.name, _l("返信"), position=20),
    ),
    viewer=queries.get_viewer,
    tokens_of=indexing.tokens_of,
    indexers=(indexing.index_after,),
    preferred_states=frozenset({indexing.SOLVED}),
)
TOPIC_MODERATION = Moderation(
    kind=TOPIC.name,
    question=_l("話題ごと取り下げますか"),
    viewer=queries.get_viewer,
    get=lambda topic_id, viewer: queries.get_topic(topic_id, seen_by=viewer),
    address=lambda topic: f"/forums/topics/{topic.id}",
    can_remove=rules.can_remove,
    can_take_back=rules.can_remove_own,
    can_restore=rules.can_restore,
    lock=actions.lock_moderated,
    after_hide=actions.follow_moderated,
    after_restore=actions.follow_moderated,
)
POST_MODERATION = Moderation(
    kind=POST.name,
    question=_l("この投稿を取り下げますか"),
    viewer=queries.get_viewer,
    get=lambda post_id, viewer: queries.get_post(post_id, seen_by=viewer),
    address=lambda post: f"/forums/posts/{post.id}",
    can_remove=rules.can_remove,
    can_take_back=rules.can_remove_own,
    can_restore=rules.can_restore,
    lock=actions.lock_moderated,
    after_hide=actions.follow_moderated,
    after_restore=actions.follow_moderated,
)
SIGNALS = (
    SignalKind.TOPIC_OPENED,
    SignalKind.REPLY_POSTED,
    SignalKind.ANSWER_ACCEPTED,
    SignalKind.ANSWER_ACCEPTED_INSIDE,
    SignalKind.REACTION_RECEIVED,
    SignalKind.REACTION_RECEIVED_INSIDE,
)
TASKS = WorkerTasks(
    modules=("community.forums.tasks",),
    schedule=(
        # Finds something only after an upgrade; goes on where a killed worker stopped.
        ScheduledTask("rerender posts", "forums.rerender_posts", timedelta(minutes=5)),
        ScheduledTask("forget drafts", "forums.forget_drafts", timedelta(hours=1)),
        ScheduledTask("count views", "forums.count_views", timedelta(seconds=15)),
    ),
    at_start=("forums.rerender_posts",),  # after an upgrade, old posts soon look like new ones
)
FORUMS = Room(
    name="forums",
    things=(TOPIC, POST, CATEGORY),
    signals=SIGNALS,
    notifications=NOTIFICATIONS,
    audit_words=WORDS,
    find_held_files=drafts.list_files_held,
    guest_tables=GUEST_TABLES,
    search=SEARCH,
    moderation=(TOPIC_MODERATION, POST_MODERATION),
    transfer_followers=(follow_transfer,),
    erasures=ERASURES,
    tasks=TASKS,
    sample=write_sample,
)
