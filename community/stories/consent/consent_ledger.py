"""Writing the consent ledger. Entries are only added; a withdrawal is an entry, too."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

import sqlalchemy as sa

from models.accounts import Member
from models.base import db, now
from models.stories import ConsentUse, Decision, StoryApproval, StoryConsent, StoryVersion


class OutdatedError(Exception):
    """What the authors allow has changed since the page was made on which they were asked."""


def read_basis(story_id: int) -> str:
    """Return a sign of what the story's authors have said so far, another one once any of it is withdrawn; "" of none.

    A page that is filled from their words carries it, so that it does not undo what happened while it was open.
    """
    newest = sa.select(sa.func.max(StoryConsent.id)).where(
        StoryConsent.story_id == story_id, StoryConsent.approver_id.is_(None)
    )
    return str(db.session.scalar(newest) or "")


def refuse_outdated(story_id: int, basis: str | None) -> None:
    """Raise OutdatedError if the authors have said anything since; None: nobody was asked on a page.

    The story is locked.
    """
    if basis is not None and basis != read_basis(story_id):
        raise OutdatedError


def record_author_consents(
    version: StoryVersion,
    author: Member,
    wishes: Mapping[ConsentUse, date | None],
    at: datetime | None = None,
    *,
    uses: Collection[ConsentUse] = tuple(ConsentUse),
) -> None:
    """Record what the author allows for this version: each use in `wishes` through its day (None: without end).

    Each of `uses` that is missing there is recorded as declined. Written when the author submits, signed in.
    """
    for use in (use for use in ConsentUse if use in uses):
        entry = _entry(version, use, wishes, at)
        entry.member_id = author.id
        db.session.add(entry)
    db.session.flush()


def record_approver_consents(
    approval: StoryApproval,
    granted: Mapping[ConsentUse, date | None],
    asked: Collection[ConsentUse],
    at: datetime | None = None,
) -> None:
    """Record the uses that an approver granted, and those of `asked` that they declined.

    The consents are the approver's, also where somebody else is signed in. `approval` is loaded with its version.
    """
    for use in (use for use in ConsentUse if use in asked):
        entry = _entry(approval.version, use, granted, at)
        entry.approver_id, entry.approval_id = approval.approver_id, approval.id
        db.session.add(entry)
    db.session.flush()


def withdraw(
    entry: StoryConsent,
    *,
    by: Member | None = None,
    approval: StoryApproval | None = None,
    at: datetime | None = None,
) -> bool:
    """Withdraw a grant. Return whether anything was written: nothing is if it was withdrawn before.

    `by`: who withdrew it, signed in; else `approval`, by whose link it was withdrawn.
    """
    known = db.session.scalar(sa.select(StoryConsent.id).where(StoryConsent.withdraws_id == entry.id))
    if known is not None or entry.decision != Decision.GRANTED:
        return False
    added = StoryConsent(
        story_id=entry.story_id,
        version_id=entry.version_id,
        content_hash=entry.content_hash,
        use=entry.use,
        decision=Decision.WITHDRAWN,
        until_day=None,
        approver_id=entry.approver_id,
        approval_id=approval.id if approval else None,
        member_id=by.id if by else entry.member_id,
        withdraws_id=entry.id,
        recorded_at=at or now(),
    )
    db.session.add(added)
    db.session.flush()
    return True


def _entry(
    version: StoryVersion, use: ConsentUse, granted: Mapping[ConsentUse, date | None], at: datetime | None
) -> StoryConsent:
    return StoryConsent(
        story_id=version.story_id,
        version_id=version.id,
        content_hash=version.content_hash,
        use=use,
        decision=Decision.GRANTED if use in granted else Decision.DECLINED,
        until_day=granted.get(use),
        recorded_at=at or now(),
    )
