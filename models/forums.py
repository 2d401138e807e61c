"""The forum: categories, topics, posts and what people do with them."""

from datetime import datetime
from enum import StrEnum
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .accounts import Account, Member
from .base import Base, BigId, now, pk
from .moderation import Moderated


class Audience(StrEnum):
    """Who may read or write, from the widest to the narrowest."""

    PUBLIC = "public"  # everybody, without signing in
    SIGNED_IN = "signed_in"  # prospects too
    MEMBERS = "members"  # people of customers and partners, and staff
    STAFF = "staff"  # the vendor's people


class TopicKind(StrEnum):
    """What a topic is for."""

    QUESTION = "question"
    DISCUSSION = "discussion"
    ANNOUNCEMENT = "announcement"


class ReactionKind(StrEnum):
    """What a member can express with one tap."""

    THANKS = "thanks"  # ありがとう
    HELPFUL = "helpful"  # 参考になった
    SAME = "same"  # うちも同じ


class Category(Base):
    """A category of topics (カテゴリ), in a tree. The requirements of a category apply to its children as well.

    `segments` and `stages`: comma-separated; empty means any. `account_id`: only for that company (and the vendor's
    staff).
    """

    __tablename__ = "category"
    __table_args__ = (sa.UniqueConstraint("parent_id", "position"),)

    id: Mapped[pk]
    slug: Mapped[str] = mapped_column(sa.String(64), unique=True)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("category.id"))
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(sa.String(80))
    name_en: Mapped[str] = mapped_column(sa.String(80), default="")
    description: Mapped[str] = mapped_column(sa.Text, default="")
    readers: Mapped[Audience] = mapped_column(sa.String(16), default=Audience.MEMBERS)
    posters: Mapped[Audience] = mapped_column(sa.String(16), default=Audience.MEMBERS)
    segments: Mapped[str] = mapped_column(sa.String(64), default="")
    stages: Mapped[str] = mapped_column(sa.String(120), default="")
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))


class Topic(Moderated, Base):
    """A question or a talk (トピック). Its first post has position 1; `last_position` is that of its newest post.

    `version` is raised whenever anything visible of the topic changes, and is pushed with it. `about_kind`, `about_id`:
    the thing of another room that the topic is a question about.
    """

    __tablename__ = "topic"
    __table_args__ = (
        sa.Index("ix_topic_category_id_last_post_at", "category_id", "last_post_at"),
        sa.Index(
            "ix_topic_about",
            "about_kind",
            "about_id",
            sqlite_where=sa.text("about_kind IS NOT NULL"),
            postgresql_where=sa.text("about_kind IS NOT NULL"),
        ),
    )

    id: Mapped[pk]
    category_id: Mapped[int] = mapped_column(sa.ForeignKey("category.id"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))  # the author's company when opened
    kind: Mapped[TopicKind] = mapped_column(sa.String(16), default=TopicKind.QUESTION)
    title: Mapped[str] = mapped_column(sa.String(120))
    last_position: Mapped[int] = mapped_column(default=0)
    last_post_at: Mapped[datetime] = mapped_column(default=now, index=True)
    accepted_post_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("post.id", use_alter=True, name="fk_topic_accepted_post_id_post")
    )
    accepted_at: Mapped[datetime | None]
    views: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    about_kind: Mapped[str | None] = mapped_column(sa.String(24))
    about_id: Mapped[int | None] = mapped_column(BigId)
    created_at: Mapped[datetime] = mapped_column(default=now)

    category: Mapped[Category] = relationship(lazy="raise")
    author: Mapped[Member] = relationship(lazy="raise")
    account: Mapped[Account | None] = relationship(lazy="raise")
    accepted_post: Mapped["Post | None"] = relationship(foreign_keys=[accepted_post_id], lazy="raise")


class Post(Moderated, Base):
    """One contribution to a topic (投稿). `body` as typed, `html` rendered when written."""

    __tablename__ = "post"
    __table_args__ = (
        sa.UniqueConstraint("topic_id", "position"),
        sa.UniqueConstraint("author_id", "form_key"),
        sa.Index("ix_post_author_id_created_at", "author_id", "created_at"),
        sa.Index("ix_post_render_version_id", "render_version", "id"),
        # For the counts on every page and in every row of a list.
        sa.Index(
            "ix_post_shown",
            "topic_id",
            "position",
            sqlite_where=sa.text("hidden_at IS NULL"),
            postgresql_where=sa.text("hidden_at IS NULL"),
        ),
    )

    id: Mapped[pk]
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topic.id"))
    position: Mapped[int]
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))  # the author's company when posted
    body: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text)
    render_version: Mapped[int] = mapped_column(sa.SmallInteger)
    form_key: Mapped[str | None] = mapped_column(sa.String(36))  # of the form: a form that is sent twice posts once
    edited_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    topic: Mapped[Topic] = relationship(foreign_keys=[topic_id], lazy="raise")
    author: Mapped[Member] = relationship(lazy="raise")
    account: Mapped[Account | None] = relationship(lazy="raise")


class PostRevision(Base):
    """What a post said before an edit. Its HTML is as it was then, and is not shown again."""

    __tablename__ = "post_revision"

    id: Mapped[pk]
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"), index=True)
    body: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text)
    title: Mapped[str | None] = mapped_column(sa.String(120))  # the topic's, where its first post was edited
    replaced_by_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    replaced_at: Mapped[datetime] = mapped_column(default=now)

    replaced_by: Mapped[Member] = relationship(lazy="raise")


class Reaction(Base):
    """One member's reaction to a post. `signal_id`: the act with which the post's author is credited."""

    __tablename__ = "reaction"

    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    kind: Mapped[ReactionKind] = mapped_column(sa.String(16), primary_key=True)
    signal_id: Mapped[int | None] = mapped_column(sa.ForeignKey("signal.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)


class TopicRead(Base):
    """How far a person has read a topic: the position of the last post seen."""

    __tablename__ = "topic_read"

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topic.id"), primary_key=True, index=True)
    read_to: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=now)


class PendingView(Base):
    """A member's first view of a topic that is not yet counted in its `views`. Written with the read mark."""

    __tablename__ = "pending_view"

    id: Mapped[pk]
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topic.id"))


class Draft(Base):
    """What a person is still writing (下書き). `place`: "topic:7" (a reply), "new" (a topic), "post:9" (an edit).

    Each showing of a form, named by its `form_key`, writes to a row of its own, so a place may have several.
    `save_number` rises with each save of that form: an older one that arrives late changes nothing. `version` rises
    with each change of the row: a page that shows the draft says which version it shows. `discarded_at`: given up, or
    sent (then without its text); the row stays for a while, so that giving up can be undone and late saves are known.
    """

    __tablename__ = "draft"
    __table_args__ = (
        sa.UniqueConstraint("member_id", "form_key"),
        sa.Index("ix_draft_member_id_place", "member_id", "place"),
    )

    id: Mapped[pk]
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    place: Mapped[str] = mapped_column(sa.String(40))
    form_key: Mapped[str] = mapped_column(sa.String(36), default=lambda: str(uuid4()))
    save_number: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(sa.String(200), default="")
    body: Mapped[str] = mapped_column(sa.Text, default="")
    category_id: Mapped[int | None] = mapped_column(sa.ForeignKey("category.id"))
    kind: Mapped[str] = mapped_column(sa.String(16), default="")
    topic_title: Mapped[str] = mapped_column(sa.String(120), default="")  # as its writer last saw it
    seen: Mapped[str] = mapped_column(sa.String(64), default="")  # of an edit: what the post said when it was begun
    saved_at: Mapped[datetime] = mapped_column(default=now)
    discarded_at: Mapped[datetime | None]

    @property
    def mark(self) -> str:
        """What a form says of the draft it shows: which one, in which version."""
        return f"{self.id}-{self.version}"
