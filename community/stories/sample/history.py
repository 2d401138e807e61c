"""Writes the sample's stories as if everybody had told, read and approved them on the days that the files say."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from community import audit, text
from community.files.actions import attach, store_file
from community.files.uploads import read_upload
from community.ledger.actions import record_signal
from community.moderation import actions as moderation
from community.room import SampleCommunity
from community.stories.consent import consent_ledger
from community.stories.publishing import indexing
from community.stories.turns import steps
from community.stories.versions import content, versions
from models.accounts import Account, Member
from models.base import db
from models.ledger import SignalKind
from models.moderation import RemovalReason
from models.stories import (
    ApprovalAnswer,
    ConsentUse,
    Story,
    StoryApproval,
    StoryApprover,
    StoryCoauthor,
    StoryComment,
    StoryConsent,
    StoryFigure,
    StoryPart,
    StoryPartName,
    StoryState,
    StoryTag,
    StoryTagging,
    StoryVersion,
)

from .texts import SampleApprover, SampleFigure, SampleStory, read_stories, read_tags

# Manages the sample's community: hides what must not stay, and owns what no interviewer does.
MODERATOR = "hayasaka"
AT = time(15, 0)
A_MINUTE = timedelta(minutes=1)
A_DAY = timedelta(days=1)
KEY_LENGTH = 32  # of a stored file
# What each point of the way leads to.
REACHED = {
    "begun": StoryState.DRAFT,
    "submitted": StoryState.REVIEW,
    "changes_asked": StoryState.CHANGES_ASKED,
    "approval_asked": StoryState.APPROVAL,
    "approved": StoryState.APPROVED,
    "published": StoryState.PUBLISHED,
    "update_asked": StoryState.UPDATE_ASKED,
    "withdrawn": StoryState.WITHDRAWN,
}
# What the log calls each, and whether it is the author who does it.
LOGGED = {
    "submitted": ("submit", True),
    "changes_asked": ("ask_changes", False),
    "approval_asked": ("begin_approval", False),
    "approved": ("answer_approved", False),
    "published": ("publish", False),
    "update_asked": ("ask_update", False),
    "withdrawn": ("withdraw", True),
}
# Calendar days for a step of the sample; only the open one's day is shown.
DAYS_FOR_A_STEP = 14


def write_sample(community: SampleCommunity) -> str:
    """Write the sample's tags and stories. Return how many stories there are, for the operator."""
    tags = _write_tags()
    stories = read_stories()
    for sample in stories:
        _Telling(community, sample, tags).write()
    indexing.index_stories([story.id for story in db.session.scalars(sa.select(Story))])
    return f"{len(stories)} stories"


def _write_tags() -> Mapping[str, StoryTag]:
    tags = {
        each.slug: StoryTag(kind=each.kind, slug=each.slug, name=each.name, name_en=each.name_en, position=number)
        for number, each in enumerate(read_tags())
    }
    db.session.add_all(tags.values())
    db.session.flush()
    return tags


class _Telling:
    """One story, as it came about."""

    def __init__(self, community: SampleCommunity, sample: SampleStory, tags: Mapping[str, StoryTag]) -> None:
        self.sample = sample
        self.day, self.zone = community.day, community.zone
        self.people = community.people
        self.account: Account = community.accounts[sample.company]
        self.author = community.people[sample.author]
        self.staff: Member = community.people[sample.interviewer or MODERATOR]
        self.tags = tags
        self.story = Story(
            account_id=self.account.id,
            author_id=self.author.id,
            interviewer_id=self.staff.id if sample.interviewer else None,
            created_at=self._at(sample.days["begun"]),
        )

    def write(self) -> None:
        """Write the story, its way and what was said of it."""
        self._write_text()
        version = None
        for point, days in self.sample.days.items():
            at = self._at(days)
            if point == "submitted":
                version = self._submit(at)
            self._log(point, at)
            self._begin_step(point, at)
            if point == "published":
                self._publish(version, at)
        if version is not None:
            self._ask_approvers(version)
        if "withdrawn" in self.sample.days:
            self._withdraw(self._at(self.sample.days["withdrawn"]))
        self._write_comments()
        if self.sample.is_hidden:
            self._hide(self._at(self.sample.days["published"]) + A_DAY)

    def _hide(self, at: datetime) -> None:
        note = "取引先のお店の名前が出ています。"
        removal = moderation.remove(self.story, self.people[MODERATOR], RemovalReason.PERSONAL_DATA, note)
        self.story.hidden_at = removal.removed_at = at

    # --- what is written

    def _write_text(self) -> None:
        story = self.story
        story.account, story.author, story.coauthors = self.account, self.author, []
        db.session.add(story)
        db.session.flush()
        for handle in self.sample.coauthors:
            member = self.people[handle]
            added = StoryCoauthor(story_id=story.id, member_id=member.id, member=member)
            added.added_by_id, added.added_at = self.author.id, story.created_at
            story.coauthors.append(added)
        saved = {"revision": 1, "saved_by_id": self.author.id, "saved_at": story.created_at}
        for name in StoryPartName:
            body = self.sample.bodies.get(name, "")
            db.session.add(StoryPart(story_id=story.id, name=name, body=body, **(saved if body else {})))
        for number, figure in enumerate(self.sample.figures):
            self._add_figure(number, figure)
        for slug in self.sample.tags:
            db.session.add(StoryTagging(story_id=story.id, tag_id=self.tags[slug].id))
        db.session.flush()

    def _add_figure(self, number: int, figure: SampleFigure) -> None:
        row = StoryFigure(
            story_id=self.story.id,
            position=number,
            label=figure.label,
            baseline=figure.baseline,
            result=figure.result,
            unit=figure.unit,
            counting=figure.counting,
            period=figure.period,
            method=figure.method,
            as_of=self._day(figure.as_of),
            confirmed_by=figure.confirmed_by,
        )
        db.session.add(row)
        db.session.flush()
        if figure.evidence:
            upload = read_upload(_table_of(figure).encode("utf-8-sig"), figure.evidence)
            # The same on each day of loading, as everything in the sample; who may see it is asked all the same.
            key = content.fingerprint(f"{self.sample.key} {number}")[:KEY_LENGTH]
            stored = store_file(self.author, upload, key)
            stored.created_at = self.story.created_at
            row.evidence_key = stored.key
            attach([stored.key], self.author, row)

    # --- its way

    def _begin_step(self, point: str, at: datetime) -> None:
        owner = {"begun": self.author, "changes_asked": self.author, "update_asked": self.author}.get(point, self.staff)
        is_over = point in {"published", "withdrawn"}
        steps.begin_step(
            self.story,
            REACHED[point],
            by_id=(self.author if point in {"begun", "submitted"} else self.staff).id,
            owner_id=None if is_over else owner.id,
            due_on=None if is_over or point == "begun" else at.date() + timedelta(days=DAYS_FOR_A_STEP),
            at=at,
        )

    def _submit(self, at: datetime) -> StoryVersion:
        version = versions.freeze(self.story, self.author)
        version.created_at = at
        wishes = {use: self._until(days) for use, days in self.sample.wishes.items()}
        consent_ledger.record_author_consents(version, self.author, wishes, at)
        record_signal(SignalKind.STORY_SUBMITTED, self.author, subject=self.story, at=at)
        return version

    def _ask_approvers(self, version: StoryVersion) -> None:
        for sample in self.sample.approvers:
            asked_at = self._at(self.sample.days["approval_asked"])
            approver = StoryApprover(
                story_id=self.story.id,
                role=sample.role,
                name=sample.name,
                title=sample.title,
                email=sample.email,
                uses=[use.value for use in ConsentUse if use in self.sample.wishes],
                added_by_id=self.staff.id,
                added_at=asked_at,
            )
            db.session.add(approver)
            db.session.flush()
            self._ask(approver, sample, version, asked_at)

    def _ask(self, approver: StoryApprover, sample: SampleApprover, version: StoryVersion, at: datetime) -> None:
        answered_at = None if sample.answered is None else self._at(sample.answered)
        approval = StoryApproval(
            approver_id=approver.id,
            version_id=version.id,
            # No token has this hash: the links of the sample's letters were never sent.
            token_hash=content.fingerprint(f"{self.sample.key} {approver.id}"),
            asked_by_id=self.staff.id,
            asked_at=at,
            due_on=at.date() + timedelta(days=DAYS_FOR_A_STEP),
            expires_at=at + timedelta(days=2 * DAYS_FOR_A_STEP),
            opened_at=answered_at,
            answered_at=answered_at,
            answer=ApprovalAnswer.APPROVED if answered_at else None,
        )
        approval.approver, approval.version = approver, version
        db.session.add(approval)
        db.session.flush()
        if answered_at:
            granted = {use: self._until(days) for use, days in sample.granted.items()}
            asked = [ConsentUse(use) for use in approver.uses]
            consent_ledger.record_approver_consents(approval, granted, asked, answered_at)

    def _publish(self, version: StoryVersion | None, at: datetime) -> None:
        assert version is not None  # noqa: S101  submitted before it was published
        self.story.published_version_id, self.story.published_at = version.id, at
        record_signal(SignalKind.STORY_PUBLISHED, self.author, subject=self.story, by=self.staff, at=at)

    def _withdraw(self, at: datetime) -> None:
        self.story.withdrawn_at = at
        said = sa.select(StoryConsent).where(StoryConsent.story_id == self.story.id).order_by(StoryConsent.id)
        for entry in db.session.scalars(said).all():
            consent_ledger.withdraw(entry, by=self.author, at=at)

    def _log(self, point: str, at: datetime) -> None:
        """Add the act to the log as of then."""
        if point not in LOGGED:
            return
        act, is_authors = LOGGED[point]
        after = {"version": 1} if point in {"submitted", "published"} else {}
        if point == "approval_asked":
            after = {"due_on": (at.date() + timedelta(days=DAYS_FOR_A_STEP)).isoformat()}
        before = {"state": StoryState.PUBLISHED.value} if point == "withdrawn" else None
        by = self.author if is_authors else self.staff
        entry = audit.record(by.id, f"stories.{act}", "story", self.story.id, before=before, after=after or None)
        entry.at = at

    def _write_comments(self) -> None:
        for number, comment in enumerate(self.sample.comments):
            at = self._at(comment.days) + number * A_MINUTE
            db.session.add(
                StoryComment(
                    story_id=self.story.id,
                    author_id=self.people[comment.by].id,
                    audience=comment.audience,
                    body=comment.text,
                    html=text.to_html(comment.text),
                    render_version=text.RENDER_VERSION,
                    created_at=at,
                )
            )
        db.session.flush()

    # --- times

    def _day(self, days: int) -> date:
        return self.day - timedelta(days=days)

    def _at(self, days: int) -> datetime:
        return datetime.combine(self._day(days), AT, self.zone)

    def _until(self, days: int) -> date | None:
        return self.day + timedelta(days=days) if days else None


def _table_of(figure: SampleFigure) -> str:
    """Return what the file behind the figure holds, as a table."""
    return f"項目,{figure.label}\r\n導入前,{figure.baseline}\r\nいま,{figure.result}\r\n単位,{figure.unit}\r\n"
