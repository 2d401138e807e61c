"""Requests to approvers for tests: a story that was submitted, and what reaches the approver's mailbox."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from community.stories import queries
from community.stories.approval import answers, approvals
from community.stories.consent import consent_ledger
from community.stories.labels import USES
from community.stories.versions import versions
from models.accounts import Account
from models.base import db, today
from models.mail import Mail
from models.stories import ApprovalAnswer, ConsentUse, Story, StoryApproval, StoryApprover, StoryState, StoryVersion
from tests.cast import Cast
from tests.stories.telling import FOREVER, add_approver, give_domain, write_story

DOMAIN = "asahi.example.jp"
ADDRESS = f"onishi@{DOMAIN}"
CANARY = "カナリアの本文"


def own_domain(account: Account, domain: str = DOMAIN) -> None:
    """Give the company a mail domain, if nobody has it."""
    give_domain(account.id, domain)


def submit(cast: Cast, wishes: Mapping[ConsentUse, date | None] = FOREVER, **bodies: str) -> tuple[Story, StoryVersion]:
    """Write a story whose text holds the canary, and submit it with the author's wishes; approvers may be asked."""
    story = write_story(cast.a, cast.owner, **{"lead": CANARY, **bodies})
    version = versions.freeze(story, cast.owner)
    consent_ledger.record_author_consents(version, cast.owner, wishes)
    version.story, story.state = story, StoryState.APPROVAL
    db.session.flush()
    return story, version


def ask(story: Story, cast: Cast, approver: StoryApprover | None = None, due_in: int = 10) -> StoryApproval:
    """Ask one approver of the story, and return the request."""
    approver = approver or add_approver(story, cast.cs, email=ADDRESS)
    return approvals.ask(story, cast.cs, [approver], today() + timedelta(days=due_in))[0]


def answer(
    approval: StoryApproval,
    said: ApprovalAnswer,
    allowed: Mapping[ConsentUse, date | None] | None = None,
    note: str = "",
) -> Story:
    """Answer the request as its approver does, and return its story with its people."""
    story = queries.load_with_people(approval.version.story_id)
    approval.version.story = story
    answers.answer_request(approval, approvals.renew_token(approval), said, allowed, note)
    story = queries.load_with_people(approval.version.story_id)
    approval.version.story = story
    return story


def mails(kind: str) -> list[Mail]:
    """Return the mails of this kind, the first one first."""
    return list(db.session.scalars(sa.select(Mail).where(Mail.kind == kind).order_by(Mail.id)))


def path_of(approval: StoryApproval) -> str:
    """Return the path of the request's page."""
    return f"/stories/approve/{approvals.renew_token(approval)}"


def basis_of(wishes: Mapping[ConsentUse, date | None] = FOREVER) -> str:
    """Return what the request's page, made from these wishes, sends back of them."""
    return " ".join(f"{use}:{wishes[use] or ''}" for use in USES if use in wishes)


def read_code() -> str:
    """Return the code in the newest mail."""
    found = re.search(r"(\d{6})", mails("story_code")[-1].text)
    assert found is not None
    return found[1]


def open_page(app: Flask, path: str, client: FlaskClient | None = None, purpose: str = "") -> FlaskClient:
    """Return a browser in which the code was typed."""
    client = client or app.test_client()
    assert client.post(f"{path}/code", data={"purpose": purpose}).status_code == 302
    assert client.post(f"{path}/open", data={"purpose": purpose, "code": read_code()}).status_code == 302
    return client
