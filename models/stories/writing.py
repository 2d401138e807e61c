"""What is being written: a story, its parts and figures, and the tags by which it is found."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account, Member
from models.base import Base, BigId, now, pk
from models.moderation import Moderated


class ExactNumber(sa.TypeDecorator[Decimal]):
    """A decimal number as it was typed. Stored as text: SQLite would keep a float."""

    impl = sa.String(32)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> str | None:
        """Return the number in words of digits, never with an exponent."""
        del dialect
        return None if value is None else format(value, "f")

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Decimal | None:
        """Return the number."""
        del dialect
        return None if value is None else Decimal(value)


class StoryState(StrEnum):
    """Where a story stands on its way. Whether it is shown is decided by its version and its consents, not by this."""

    DRAFT = "draft"
    REVIEW = "review"  # submitted; customer success reads it
    CHANGES_ASKED = "changes_asked"  # back with its author
    APPROVAL = "approval"  # the company's approvers are asked
    APPROVED = "approved"  # all have answered; customer success publishes it
    PUBLISHED = "published"
    UPDATE_ASKED = "update_asked"  # published; its author is asked to bring it up to date
    WITHDRAWN = "withdrawn"


class StoryPartName(StrEnum):
    """The parts of a story that are written one by one; the seven questions in their order, then what frames them."""

    COMPANY = "company"
    PROBLEM = "problem"
    CHOICE = "choice"
    INTRODUCTION = "introduction"
    USE = "use"
    RESULT = "result"
    NEXT = "next"
    TITLE = "title"
    LEAD = "lead"
    QUOTE = "quote"
    TRIES = "tries"  # what to try first: one line for each, 「文｜所要時間」


class ConsentUse(StrEnum):
    """What a story may be used for."""

    PUBLIC_WEB = "public_web"  # pages that everybody can read, search engines too
    MEMBERS = "members"  # pages for people of customers and partners, and the vendor's
    WEBINAR = "webinar"  # told in webinars, in their slides and hand-outs
    SALES_REFERENCE = "sales_reference"  # sent to a company that considers buying
    LOGO = "logo"  # the names of company and people; without it, trade and size stand for them
    QUOTE = "quote"  # the sentence that is quoted
    PRESS = "press"  # handed to newspapers and magazines


class ApproverRole(StrEnum):
    """For whom an approver speaks."""

    SELF = "self"  # 本人
    SUPERIOR = "superior"  # 上長
    PR = "pr"  # 広報


class ApprovalAnswer(StrEnum):
    """What an approver answered."""

    APPROVED = "approved"
    CHANGES = "changes"  # something must be changed first
    DECLINED = "declined"  # not this time


class Decision(StrEnum):
    """What one entry of the consent ledger says."""

    GRANTED = "granted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Counting(StrEnum):
    """How a figure was found."""

    COUNTED = "counted"  # from records
    MEASURED = "measured"
    ESTIMATED = "estimated"


class CommentAudience(StrEnum):
    """Who reads a comment."""

    SHARED = "shared"  # the story's authors and staff
    STAFF = "staff"


class TagKind(StrEnum):
    """What a tag names."""

    PROBLEM = "problem"
    FEATURE = "feature"  # of the vendor's product


class Story(Moderated, Base):
    """One story of one company (事例).

    `content_revision` is raised by every change of parts, figures and tags, `shown_revision` by every change of what
    may be shown; open pages hear of the latter. `published_version_id`: the version that
    readers see as far as it is consented to. `origin_kind`, `origin_id`: what it was started from, a topic for example.
    `withdrawn_as_draft`: it was thrown away before staff had been shown what it says.
    `draft_key` comes with the form that begins a story, so that a form sent twice begins one.
    """

    __tablename__ = "story"
    __table_args__ = (sa.UniqueConstraint("author_id", "draft_key"), sa.Index("ix_story_account_id", "account_id"))

    id: Mapped[pk]
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    interviewer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))  # of the vendor's staff
    state: Mapped[StoryState] = mapped_column(sa.String(16), default=StoryState.DRAFT, index=True)
    content_revision: Mapped[int] = mapped_column(default=1)
    shown_revision: Mapped[int] = mapped_column(default=1)
    published_version_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("story_version.id", use_alter=True, name="fk_story_published_version_id_story_version")
    )
    published_at: Mapped[datetime | None]  # first
    withdrawn_at: Mapped[datetime | None]
    withdrawn_as_draft: Mapped[bool] = mapped_column(default=False)
    origin_kind: Mapped[str | None] = mapped_column(sa.String(24))
    origin_id: Mapped[int | None] = mapped_column(BigId)
    draft_key: Mapped[str | None] = mapped_column(sa.String(36))
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)

    account: Mapped[Account] = relationship(lazy="raise")
    author: Mapped[Member] = relationship(foreign_keys=[author_id], lazy="raise")
    interviewer: Mapped[Member | None] = relationship(foreign_keys=[interviewer_id], lazy="raise")
    coauthors: Mapped[list["StoryCoauthor"]] = relationship(order_by="StoryCoauthor.id", lazy="raise")


class StoryCoauthor(Base):
    """Somebody of the same company who writes the story too."""

    __tablename__ = "story_coauthor"
    __table_args__ = (sa.UniqueConstraint("story_id", "member_id"),)

    id: Mapped[pk]
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"))
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    added_by_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    added_at: Mapped[datetime] = mapped_column(default=now)

    member: Mapped[Member] = relationship(foreign_keys=[member_id], lazy="raise")


class StoryPart(Base):
    """One part of the text that is being written.

    `revision` is raised by every save; a save that began from an older one is a conflict. `held_by_id` is writing it
    until `held_until`.
    """

    __tablename__ = "story_part"
    __table_args__ = (sa.UniqueConstraint("story_id", "name"),)

    id: Mapped[pk]
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"))
    name: Mapped[StoryPartName] = mapped_column(sa.String(16))
    body: Mapped[str] = mapped_column(sa.Text, default="")
    revision: Mapped[int] = mapped_column(default=0)
    # The key of the form's last save and what it saved, so that a repeated or late save is recognised.
    saved_key: Mapped[str] = mapped_column(sa.String(48), default="")
    saved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))
    saved_at: Mapped[datetime | None]
    held_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))
    held_until: Mapped[datetime | None]


class StoryPartText(Base):
    """A text that a part had before it was replaced; nothing that somebody wrote is lost."""

    __tablename__ = "story_part_text"

    id: Mapped[pk]
    part_id: Mapped[int] = mapped_column(sa.ForeignKey("story_part.id"), index=True)
    body: Mapped[str] = mapped_column(sa.Text)
    revision: Mapped[int]
    written_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))
    replaced_by_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    replaced_at: Mapped[datetime] = mapped_column(default=now)


class StoryFigure(Base):
    """A claim in figures, with what it rests on; `evidence_key`: of a stored file.

    `removed_at`: taken out by its authors, who can put it back.
    """

    __tablename__ = "story_figure"

    id: Mapped[pk]
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    label: Mapped[str] = mapped_column(sa.String(80))
    baseline: Mapped[Decimal] = mapped_column(ExactNumber)
    result: Mapped[Decimal] = mapped_column(ExactNumber)
    unit: Mapped[str] = mapped_column(sa.String(24), default="")
    counting: Mapped[Counting] = mapped_column(sa.String(16))
    period: Mapped[str] = mapped_column(sa.String(120), default="")
    method: Mapped[str] = mapped_column(sa.String(200), default="")
    as_of: Mapped[date]
    evidence_key: Mapped[str | None] = mapped_column(sa.String(32))
    confirmed_by: Mapped[str] = mapped_column(sa.String(80), default="")
    revision: Mapped[int] = mapped_column(default=1)
    removed_at: Mapped[datetime | None]


class StoryTag(Base):
    """A problem or a feature by which stories are found. Managed by staff; `archived_at`: no longer offered."""

    __tablename__ = "story_tag"

    id: Mapped[pk]
    kind: Mapped[TagKind] = mapped_column(sa.String(16))
    slug: Mapped[str] = mapped_column(sa.String(48), unique=True)
    name: Mapped[str] = mapped_column(sa.String(40))
    name_en: Mapped[str] = mapped_column(sa.String(60), default="")
    position: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None]


class StoryTagging(Base):
    """A tag that the authors have given the story."""

    __tablename__ = "story_tagging"

    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(sa.ForeignKey("story_tag.id"), primary_key=True)
