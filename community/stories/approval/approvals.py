"""Requests to approvers about a version: who is asked until when, and what a mailed link still opens.

The link's token follows from the request and the installation's key, so that a reminder holds the same link; the
database keeps its SHA-256 alone.
"""

import base64
import hashlib
import hmac
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from enum import Enum, auto

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from community import audit
from community.signin.tokens import fingerprint
from community.stories import queries, rules
from community.stories.locking import lock_story
from community.stories.publishing.guest_scopes import end_of_day
from community.stories.turns.turns import WrongStateError
from community.stories.versions import versions
from models.accounts import Member
from models.base import db, now, today
from models.stories import Story, StoryApproval, StoryApprover, StoryCoauthor, StoryState, StoryVersion

from . import approval_mails, approvers

# Long enough for somebody who is away for a week; at least a week beyond the day by which the answer is wanted.
LINK_DAYS, DAYS_AFTER_DUE = 14, 7


class NothingToAskError(Exception):
    """Nothing was submitted yet, or nobody is named who could be asked."""


class CannotBeAskedError(Exception):
    """Somebody on the list may not be asked any more. `str(error)` is the sentence that says who, and why."""


class LinkState(Enum):
    """What a mailed link opens."""

    OPEN = auto()
    ANSWERED = auto()  # only what was answered, and its withdrawal
    EXPIRED = auto()
    REWRITTEN = auto()  # somebody wants changes: asked again once there is another text
    REVOKED = auto()  # asked anew, or about a version that is not the newest any more


def ask(story: Story, by: Member, asked: Collection[StoryApprover], due_on: date) -> list[StoryApproval]:
    """Mail these approvers a link to the newest version, and return the new requests.

    Who has a link to it that is still open gets no other; open requests about former versions end. The story is loaded
    with its author and coauthors. Raise NothingToAskError, CannotBeAskedError, and WrongStateError where nobody is to
    be asked as the story stands, or not any more by this member.
    """
    version = _lock_to_ask(story, by)
    present = [each for each in _read_anew(asked) if each.removed_at is None and each.story_id == story.id]
    if not present:
        raise NothingToAskError
    revoke_open(story, except_about=version)
    still_open = {each.approver_id: each for each in _list_open(version)}
    requests = []
    for approver in present:
        known = still_open.get(approver.id)
        if known is not None and known.expires_at > now():
            continue
        if known is not None:
            _revoke([known.id])
        _refuse_unfit(story, approver)
        requests.append(_request(story, version, approver, by, due_on))
    return requests


def ask_again(story: Story, by: Member, approver: StoryApprover, due_on: date) -> StoryApproval:
    """Mail the approver a new link to the newest version and return its request; the link before it opens nothing.

    Raise NothingToAskError, CannotBeAskedError, and WrongStateError as `ask` does.
    """
    version = _lock_to_ask(story, by)
    if not any(each.removed_at is None for each in _read_anew([approver])):
        raise NothingToAskError
    _refuse_unfit(story, approver)
    _revoke([each.id for each in _list_open(version) if each.approver_id == approver.id])
    return _request(story, version, approver, by, due_on)


def revoke_open(story: Story, *, except_about: StoryVersion | None = None) -> None:
    """End the open requests about the story's versions, but those about this one."""
    of_story = sa.select(StoryVersion.id).where(StoryVersion.story_id == story.id)
    if except_about is not None:
        of_story = of_story.where(StoryVersion.id != except_about.id)
    still_open = sa.select(StoryApproval.id).where(StoryApproval.version_id.in_(of_story), queries.IS_OPEN)
    _revoke(db.session.scalars(still_open).all())


def link_state(approval: StoryApproval, newest_id: int, at: datetime) -> LinkState:
    """Return what the request's link opens at that moment. `newest_id`: of the story's newest version.

    The request is loaded with its approver and its version's story.
    """
    story = approval.version.story
    if approval.answered_at is not None and approval.version.content:
        return LinkState.ANSWERED
    has_ended = approval.revoked_at is not None or approval.approver.removed_at is not None
    is_shut = story.hidden_at is not None or story.withdrawn_at is not None or not approval.version.content
    if has_ended or is_shut or approval.version_id != newest_id:
        is_named = approval.approver.removed_at is None and not is_shut and approval.version_id == newest_id
        return LinkState.REWRITTEN if is_named and story.state == StoryState.CHANGES_ASKED else LinkState.REVOKED
    return LinkState.EXPIRED if at >= approval.expires_at else LinkState.OPEN


def find_later_request(token: str) -> StoryApproval | None:
    """Return what the approver of this answered request was asked later and has not answered yet, or None."""
    before = sa.select(StoryApproval).where(StoryApproval.token_hash == fingerprint(token)).subquery()
    later = sa.select(StoryApproval).where(
        StoryApproval.approver_id == before.c.approver_id,
        StoryApproval.id > before.c.id,
        before.c.answered_at.is_not(None),
        StoryApproval.expires_at > now(),
        queries.IS_OPEN,
    )
    return db.session.scalar(later.order_by(StoryApproval.id.desc()).limit(1))


def get_newest_version_id(approval: StoryApproval) -> int:
    """Return the id of the newest version of the story that the request is about."""
    newest = sa.select(sa.func.max(StoryVersion.id)).where(StoryVersion.story_id == approval.version.story_id)
    return db.session.scalar(newest) or 0


def get_by_token(token: str) -> StoryApproval | None:
    """Return the request with this token, whatever it opens; None without one. All that its page shows is loaded."""
    chosen = with_story().where(StoryApproval.token_hash == fingerprint(token))
    return db.session.scalar(chosen.execution_options(populate_existing=True))


def lock(approval: StoryApproval) -> None:
    """Lock the request's story and the request, in this order, and read them anew."""
    lock_story(approval.version.story_id)
    db.session.refresh(approval, ["answered_at", "revoked_at", "answer", "expires_at"], with_for_update=True)


def list_requests(story_id: int) -> Sequence[StoryApproval]:
    """Return all requests about the story's versions, the newest first, with their approvers."""
    chosen = with_story().join(StoryVersion, StoryVersion.id == StoryApproval.version_id)
    return db.session.scalars(chosen.where(StoryVersion.story_id == story_id).order_by(StoryApproval.id.desc())).all()


def list_unanswered() -> Sequence[StoryApproval]:
    """Return the requests that are neither answered nor ended nor over, of all stories, in their order."""
    chosen = with_story().where(queries.IS_OPEN, StoryApproval.expires_at > now())
    return db.session.scalars(chosen.order_by(StoryApproval.id)).all()


def with_story() -> sa.Select[StoryApproval]:
    """Return a select of requests with their approvers, versions, stories and the stories' people."""
    story = joinedload(StoryApproval.version).joinedload(StoryVersion.story)
    return sa.select(StoryApproval).options(
        joinedload(StoryApproval.approver),
        story.joinedload(Story.account),
        story.joinedload(Story.author),
        story.joinedload(Story.interviewer),
        story.selectinload(Story.coauthors).joinedload(StoryCoauthor.member),
    )


def token_of(approval: StoryApproval) -> str:
    """Return the token of the request's link: after a new key of the installation another one than was mailed."""
    said = f"approval of a story|{approval.approver_id}|{approval.version_id}|{approval.asked_at.isoformat()}"
    digest = hmac.digest(str(current_app.secret_key).encode(), said.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def renew_token(approval: StoryApproval) -> str:
    """Let the link that is made with the key of today open the request. Return its token, which is to be mailed."""
    token = token_of(approval)
    if approval.token_hash != fingerprint(token):
        approval.token_hash = fingerprint(token)
    return token


def end_of_link(asked_on: date, due_on: date) -> datetime:
    """Return when a link that was asked for on the day ends: with the end of a day in the community's time zone."""
    last_day = max(asked_on + timedelta(days=LINK_DAYS), due_on + timedelta(days=DAYS_AFTER_DUE))
    return end_of_day(last_day)


def _lock_to_ask(story: Story, by: Member) -> StoryVersion:
    lock_story(story.id, by)
    version = versions.get_last_version(story.id)
    if version is None:
        raise NothingToAskError
    if not (rules.can_name_approvers(by, story) and rules.is_askable(story)):
        raise WrongStateError
    return version


def _refuse_unfit(story: Story, approver: StoryApprover) -> None:
    why = approvers.explain_standing(story, approver)
    if why:
        raise CannotBeAskedError(_("%(name)sさんには、いまはお願いできません。%(why)s", name=approver.name, why=why))


def _read_anew(asked: Collection[StoryApprover]) -> Sequence[StoryApprover]:
    """Return these approvers as they are under the story's lock: somebody may have taken one off meanwhile."""
    chosen = sa.select(StoryApprover).where(StoryApprover.id.in_([each.id for each in asked]))
    return db.session.scalars(chosen.order_by(StoryApprover.id).execution_options(populate_existing=True)).all()


def _list_open(version: StoryVersion) -> Sequence[StoryApproval]:
    return db.session.scalars(
        sa.select(StoryApproval).where(StoryApproval.version_id == version.id, queries.IS_OPEN).with_for_update()
    ).all()


def _revoke(ids: Collection[int]) -> None:
    ended = sa.update(StoryApproval).where(StoryApproval.id.in_(ids)).values(revoked_at=now())
    db.session.execute(ended.execution_options(synchronize_session="fetch"))
    approval_mails.drop_unsent(ids)


def _request(story: Story, version: StoryVersion, approver: StoryApprover, by: Member, due_on: date) -> StoryApproval:
    approval = StoryApproval(
        approver_id=approver.id,
        version_id=version.id,
        token_hash="",
        asked_by_id=by.id,
        asked_at=now(),
        due_on=due_on,
        expires_at=end_of_link(today(), due_on),
    )
    approval.approver, approval.version = approver, version
    token = renew_token(approval)
    db.session.add(approval)
    db.session.flush()
    approval_mails.mail_request(approval, token, by.display_name, story)
    after = {"approver_id": approver.id, "version": version.number, "due_on": due_on.isoformat()}
    audit.record(by.id, "stories.ask_approver", "story", story.id, after=after)
    return approval
