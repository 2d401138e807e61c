"""Recording that a story was used outside its pages, within consent. What was recorded: `consent/placed.py`."""

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa

from community import audit
from community.ledger.actions import record_signal
from community.stories import queries
from community.stories.consent.permits import permit
from community.stories.consent.placed import is_called_off
from community.stories.publishing.guest_scopes import end_of_day
from community.stories.turns.owners import find_credited
from models.accounts import Member
from models.base import db, today
from models.ledger import SignalKind
from models.stories import ConsentUse, PlacementKind, Story, StoryPlacement

# A use that was forgotten is recorded afterwards; further back nobody remembers the day.
MOST_DAYS_BACK = MOST_DAYS_AHEAD = 366


USE_OF: Mapping[PlacementKind, ConsentUse] = {
    PlacementKind.WEBINAR: ConsentUse.WEBINAR,
    PlacementKind.DECK: ConsentUse.WEBINAR,
    PlacementKind.MAIL: ConsentUse.SALES_REFERENCE,
    PlacementKind.REFERENCE: ConsentUse.SALES_REFERENCE,
    PlacementKind.INTRODUCTION: ConsentUse.SALES_REFERENCE,
}


class BeyondConsentError(ValueError):
    """The story may not be put to this use on that day."""


def record_placement(
    story: Story, kind: PlacementKind, used_on: date, note: str, *, by: Member, title: str = ""
) -> StoryPlacement:
    """Record that the story was, or will be, used on the day, and return the row. The story is locked.

    `title`: what the story's company reads of it; `note`: for staff alone. That it was used enters the ledger as an act
    of an author's who is still of its company. What was recorded in the same words is recorded once.
    Raise BeyondConsentError where the consents do not allow it.
    """
    version_id = _find_version_id(story.id, kind, used_on)
    if version_id is None:
        raise BeyondConsentError(kind.value)
    values = {
        "story_id": story.id,
        "kind": kind.value,
        "used_on": used_on,
        "title": title,
        "note": note,
        "placed_by_id": by.id,
    }
    known = db.session.scalar(sa.select(StoryPlacement).filter_by(**values))
    if known is not None:
        return known
    placement = StoryPlacement(version_id=version_id, use=USE_OF[kind], **values)
    db.session.add(placement)
    db.session.flush()
    credited = find_credited(story)
    if credited is not None:
        record_signal(SignalKind.STORY_QUOTED, credited, subject=story, by=by)
    after = {"placement_kind": kind.value, "used_on": used_on.isoformat()}
    audit.record(by.id, "stories.record_placement", "story", story.id, after=after)
    return placement


def _find_version_id(story_id: int, kind: PlacementKind, used_on: date) -> int | None:
    """Return the version that may be used so on the day, or None."""
    told_before = end_of_day(used_on) if used_on < today() else None
    evidence = queries.list_evidence([story_id], told_before=told_before).get(story_id)
    version = evidence.version if evidence is not None else None
    if evidence is None or version is None:
        return None
    return version.id if permit(evidence, USE_OF[kind], used_on) is not None else None


def list_last_uses(on: date) -> dict[int, date]:
    """Return the last day on which each story was used, up to the day; stories that never were are missing."""
    last = sa.select(StoryPlacement.story_id, sa.func.max(StoryPlacement.used_on))
    return dict(db.session.execute(last.where(StoryPlacement.used_on <= on).group_by(StoryPlacement.story_id)).all())


def list_next_uses(on: date) -> dict[int, date]:
    """Return the first day after this one on which each story is to be used, and may be; the others are missing."""
    planned = sa.select(StoryPlacement).where(StoryPlacement.used_on > on).order_by(StoryPlacement.used_on.desc())
    rows = db.session.scalars(planned).all()
    evidence = queries.list_evidence({row.story_id for row in rows}) if rows else {}
    return {row.story_id: row.used_on for row in rows if not is_called_off(evidence[row.story_id], row, on)}
