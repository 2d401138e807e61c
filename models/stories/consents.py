"""Versions of stories, who approves them, the ledger of consents, and where stories were used."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId, now, pk

from .writing import ApprovalAnswer, ApproverRole, ConsentUse, Decision, Story


class StoryVersion(Base):
    """The whole content of a story as it was submitted. Never changed, but blanked when it must be erased.

    `content`: canonical JSON (`community/stories/versions/content.py`), `content_hash` its SHA-256, to which consents
    bind. `html`: its texts rendered, by part, with the dialect of `render_version`; a newer one renders them anew.
    """

    __tablename__ = "story_version"
    __table_args__ = (
        sa.UniqueConstraint("story_id", "number"),
        sa.Index("ix_story_version_render_version_id", "render_version", "id"),
    )

    id: Mapped[pk]
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"))
    number: Mapped[int]
    content: Mapped[str] = mapped_column(sa.Text)
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    html: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    render_version: Mapped[int]
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)

    story: Mapped[Story] = relationship(foreign_keys=[story_id], lazy="raise")


class StoryApprover(Base):
    """Somebody of the company whose consent the story needs, besides its author's.

    `uses`: those that need this person's consent (`ConsentUse`), as a list. The person needs no log-in.
    """

    __tablename__ = "story_approver"

    id: Mapped[pk]
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), index=True)
    role: Mapped[ApproverRole] = mapped_column(sa.String(16))
    name: Mapped[str] = mapped_column(sa.String(80))
    title: Mapped[str] = mapped_column(sa.String(80), default="")
    email: Mapped[str] = mapped_column(sa.String(254))
    uses: Mapped[list[str]] = mapped_column(sa.JSON)
    added_by_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    added_at: Mapped[datetime] = mapped_column(default=now)
    removed_at: Mapped[datetime | None]


class StoryApproval(Base):
    """One request to one approver about one version, by a mailed link; only the token's SHA-256 is stored.

    `note`: what the approver wants changed, or why not.
    """

    __tablename__ = "story_approval"
    __table_args__ = (
        sa.Index(
            "uq_story_approval_open",
            "approver_id",
            "version_id",
            unique=True,
            sqlite_where=sa.text("answered_at IS NULL AND revoked_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL AND revoked_at IS NULL"),
        ),
    )

    id: Mapped[pk]
    approver_id: Mapped[int] = mapped_column(sa.ForeignKey("story_approver.id"))
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("story_version.id"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    due_on: Mapped[date]
    expires_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]  # first, by whoever had the code
    answered_at: Mapped[datetime | None]
    answer: Mapped[ApprovalAnswer | None] = mapped_column(sa.String(16))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    revoked_at: Mapped[datetime | None]

    approver: Mapped[StoryApprover] = relationship(lazy="raise")
    version: Mapped[StoryVersion] = relationship(lazy="raise")


class StoryVisit(Base):
    """One browser with an approval's link: the code that was mailed for it, and whether it was typed in."""

    __tablename__ = "story_visit"

    id: Mapped[pk]
    approval_id: Mapped[int] = mapped_column(sa.ForeignKey("story_approval.id"), index=True)
    key_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)  # of the browser's cookie
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    code_until: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class StoryConsent(Base):
    """One entry of the consent ledger; append-only, ids and days only.

    Of an approver (`approver_id`, `approval_id`: the record of how it was given) or of the author (`member_id` alone).
    `until_day`: the last day, None: without end. A withdrawal names the grant it ends (`withdraws_id`); `member_id` is
    then who withdrew it while signed in.
    """

    __tablename__ = "story_consent"
    __table_args__ = (
        sa.UniqueConstraint("withdraws_id"),
        sa.Index("ix_story_consent_story_id", "story_id"),
        sa.CheckConstraint("(decision = 'withdrawn') = (withdraws_id IS NOT NULL)", name="withdrawal_names_grant"),
        sa.CheckConstraint("approver_id IS NOT NULL OR member_id IS NOT NULL", name="somebody"),
    )

    id: Mapped[pk]
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"))
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("story_version.id"))
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    use: Mapped[ConsentUse] = mapped_column(sa.String(24))
    decision: Mapped[Decision] = mapped_column(sa.String(16))
    until_day: Mapped[date | None]
    approver_id: Mapped[int | None] = mapped_column(sa.ForeignKey("story_approver.id"))
    approval_id: Mapped[int | None] = mapped_column(sa.ForeignKey("story_approval.id"))
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))
    withdraws_id: Mapped[int | None] = mapped_column(sa.ForeignKey("story_consent.id"))
    recorded_at: Mapped[datetime] = mapped_column(default=now)


class StoryStep(Base):
    """One step on a story's way: who has to act, until when. One is open at a time (`ended_at` NULL).

    `state` is the story's while it lasts. `owner_id` None: nobody in particular, as after the publication.
    """

    __tablename__ = "story_step"
    __table_args__ = (
        sa.Index(
            "uq_story_step_open",
            "story_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: Mapped[pk]
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"))
    state: Mapped[str] = mapped_column(sa.String(16))
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))
    due_on: Mapped[date | None]
    begun_at: Mapped[datetime] = mapped_column(default=now)
    begun_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))  # None: an approver's answer
    ended_at: Mapped[datetime | None]


class StoryComment(Base):
    """A remark in a story's thread. `part`: the part or the figure that it is about, "" for the whole."""

    __tablename__ = "story_comment"
    __table_args__ = (sa.Index("ix_story_comment_render_version_id", "render_version", "id"),)

    id: Mapped[pk]
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), index=True)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    audience: Mapped[str] = mapped_column(sa.String(16))
    part: Mapped[str] = mapped_column(sa.String(24), default="")
    body: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text)
    render_version: Mapped[int] = mapped_column(default=0, server_default="0")
    form_key: Mapped[str | None] = mapped_column(sa.String(36))
    created_at: Mapped[datetime] = mapped_column(default=now)


class PlacementKind(StrEnum):
    """In what a story was used outside its pages."""

    WEBINAR = "webinar"
    DECK = "deck"
    MAIL = "mail"
    REFERENCE = "reference"
    INTRODUCTION = "introduction"


class StoryPlacement(Base):
    """One use of a story outside its pages: told in a webinar, put into a deck, mailed, introduced.

    It cannot be called back, and is listed when a consent is withdrawn. `place_kind`, `place_id`: the thing in which it
    was used (a webinar), once there are such things; `title` says it in words until then, to the story's company, too.
    `note` is for staff alone: it may name another company.
    """

    __tablename__ = "story_placement"

    id: Mapped[pk]
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), index=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("story_version.id"))
    use: Mapped[ConsentUse] = mapped_column(sa.String(24))
    kind: Mapped[PlacementKind] = mapped_column(sa.String(16))
    place_kind: Mapped[str | None] = mapped_column(sa.String(24))
    place_id: Mapped[int | None] = mapped_column(BigId)
    title: Mapped[str] = mapped_column(sa.String(120), default="")
    note: Mapped[str] = mapped_column(sa.Text, default="")
    used_on: Mapped[date]
    placed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    placed_at: Mapped[datetime] = mapped_column(default=now)


class StoryFilter(Base):
    """A filter of the library that somebody of the staff has saved; `query` as in the address."""

    __tablename__ = "story_filter"
    __table_args__ = (sa.UniqueConstraint("owner_id", "name"),)

    id: Mapped[pk]
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    name: Mapped[str] = mapped_column(sa.String(60))
    query: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(default=now)
