"""Warnings of the last days of what a published story may be used for: their keys, and which of them still hold."""

from datetime import date

from community.notifications.notices import withdraw_all_but
from community.stories.consent import consents
from community.stories.consent.consent_notices import ENDING
from community.stories.consent.evidence import Evidence

# Days before the last one, so that a renewal finds a board meeting, then a month's end, then the week.
WARNINGS = (60, 30, 7)


def list_ends(evidence: Evidence, on: date) -> set[date]:
    """Return the last days of what the published version may be used for on the day. Pure."""
    if evidence.version is None:
        return set()
    grants = consents.list_grants(evidence.version, evidence.approvers, evidence.entries, on)
    return {grant.until for grant in grants.values() if grant.until is not None}


def find_warning(end: date, on: date) -> int | None:
    """Return the warning that is due on the day, as days before the end; None: none is due yet, or the end is past."""
    left = (end - on).days
    return min((days for days in WARNINGS if 0 <= left <= days), default=None)


def key_of(story_id: int, end: date, days: int) -> str:
    """Return the key of the notice that warns of this end so many days before."""
    return f"{_prefix_of(story_id)}{end.isoformat()}:{days}"


def withdraw_void(evidence: Evidence, on: date) -> None:
    """Withdraw the story's warnings of days that are no ends any more."""
    story_id = evidence.story.id
    kept = [key_of(story_id, end, days) for end in list_ends(evidence, on) for days in WARNINGS]
    withdraw_all_but(ENDING, _prefix_of(story_id), kept)


def _prefix_of(story_id: int) -> str:
    return f"story:{story_id}:end:"
