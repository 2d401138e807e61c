"""What permits are judged by, as columns: thousands of stories are judged without making the ORM's objects of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from models.stories import ConsentUse, Decision, StoryState


class StoryRow(NamedTuple):
    """What is judged of a story."""

    id: int
    state: StoryState
    account_id: int
    author_id: int
    published_at: datetime | None
    hidden_at: datetime | None
    withdrawn_at: datetime | None
    published_version_id: int | None
    shown_revision: int


class VersionRow(NamedTuple):
    """What is judged, and shown, of a version."""

    id: int
    story_id: int
    number: int
    content: str
    content_hash: str
    html: Mapping[str, Any]
    created_at: datetime


class ApproverRow(NamedTuple):
    """Whom a story needs for which uses."""

    id: int
    story_id: int
    uses: list[str]
    removed_at: datetime | None


class ConsentRow(NamedTuple):
    """One entry of the ledger of consents."""

    id: int
    story_id: int
    version_id: int
    content_hash: str
    use: ConsentUse
    decision: Decision
    until_day: date | None
    approver_id: int | None
    withdraws_id: int | None


@dataclass(frozen=True)
class Evidence:
    """What a story's permits are judged by: its published version, its approvers, its consents."""

    story: StoryRow
    version: VersionRow | None
    approvers: Collection[ApproverRow]
    entries: Collection[ConsentRow]
