"""What the forum hands over on this floor: topics, posts and categories as things."""

from collections.abc import Collection, Mapping
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import contains_eager

from community.room import Room, ScheduledTask, Thing, ThingKind, WorkerTasks
from models.base import db
from models.forums import Category, Post, Topic

from . import queries, rules
from .erasures import ERASURES
from .labels import category_name
from .reader import Reader
from .transfers import follow_transfer

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


def _can_see_post(reader: Reader, post: Post) -> bool:
    shown = post.hidden_at is None or rules.can_see_hidden(reader, post)
    return shown and rules.can_read_topic(reader, post.topic)


def _describe_category(category: Category) -> Thing:
    return Thing(CATEGORY.name, category.id, category_name(category), f"/forums/c/{category.slug}")


TOPIC = ThingKind(
    name=Topic.__tablename__,
    label=_l("話題"),
    icon="message",
    load=_load_topics,
    describe=_describe_topic,
    viewer=queries.get_reader,
    viewers=queries.list_readers,
    can_see=lambda reader, opened: rules.can_read_topic(reader, opened[0]),
)
POST = ThingKind(
    name=Post.__tablename__,
    label=_l("投稿"),
    icon="reply",
    load=_load_posts,
    describe=_describe_post,
    viewer=queries.get_reader,
    viewers=queries.list_readers,
    can_see=_can_see_post,
)
CATEGORY = ThingKind(
    name=Category.__tablename__,
    label=_l("カテゴリ"),
    icon="book",
    load=queries.list_categories_by_id,
    describe=_describe_category,
    viewer=queries.get_reader,
    viewers=queries.list_readers,
    can_see=rules.can_read_category,
)
TASKS = WorkerTasks(
    modules=("community.forums.tasks",),
    schedule=(
        # Finds nothing but after an upgrade; then what a killed worker left is taken up again.
        ScheduledTask("rerender posts", "forums.rerender_posts", timedelta(minutes=5)),
        ScheduledTask("forget drafts", "forums.forget_drafts", timedelta(hours=1)),
        ScheduledTask("count views", "forums.count_views", timedelta(seconds=15)),
    ),
    at_start=("forums.rerender_posts",),  # posts look as the new version shows them
)
FORUMS = Room(
    name="forums",
    things=(TOPIC, POST, CATEGORY),
    transfer_followers=(follow_transfer,),
    erasures=ERASURES,
    tasks=TASKS,
)
