"""What guests see of stories, and when their cached pages end.

All pages of stories depend on one scope, since each shows others beside its own: stories are published a few times a
week. Texts that are being written, steps and comments are seen by nobody who is a guest.
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import current_app

from community.public import get_versions
from community.room import EVERYTHING, GuestTable, Scope
from models.base import today
from models.stories import Story, StoryApprover, StoryConsent, StoryTag, StoryVersion

SCOPE: Scope = "stories"


def get_version() -> str:
    """Return the version of everything that may be shown of stories; one query."""
    versions = get_versions([SCOPE, EVERYTHING])
    return f"{versions[SCOPE]} {versions[EVERYTHING]}"


def end_of_day(day: date) -> datetime:
    """Return the first instant after the day in the community's time zone."""
    return datetime.combine(day + timedelta(days=1), time.min, current_app.config["COMMUNITY_ZONE"])


def end_of_today() -> datetime:
    """Return when what may be shown today is to be asked anew."""
    return end_of_day(today())


def _scopes_of_row(row: Any, changed: Collection[str]) -> list[Scope]:  # noqa: ANN401  a row of any of the tables
    del row, changed
    return [SCOPE]


# Columns of a story that no reader sees.
_UNSEEN = frozenset(
    {
        "interviewer_id",
        "state",
        "content_revision",
        "shown_revision",
        "origin_kind",
        "origin_id",
        "draft_key",
        "created_at",
        "changed_at",
    }
)
# A consent or a version of a story that was never published changes nothing either; it costs one fresh reading.
GUEST_TABLES = (
    GuestTable(Story, _UNSEEN, _scopes_of_row),
    GuestTable(StoryVersion, frozenset({"render_version", "created_by_id"}), _scopes_of_row),
    GuestTable(StoryConsent, frozenset(), _scopes_of_row),
    GuestTable(StoryApprover, frozenset({"role", "name", "title", "email", "added_by_id"}), _scopes_of_row),
    GuestTable(StoryTag, frozenset(), _scopes_of_row),
)
