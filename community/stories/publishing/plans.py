"""Uses of a story that were planned, and may not take place any more: those who planned them are told."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from community.notifications.notices import notify, withdraw_all_but
from community.stories.consent.consent_notices import CALLED_OFF
from community.stories.consent.evidence import Evidence
from community.stories.consent.placed import is_called_off
from community.stories.turns.steps import desk_of
from models.base import db
from models.stories import StoryPlacement


def list_called_off(evidence: Evidence, on: date) -> Sequence[StoryPlacement]:
    """Return the uses that were planned for a day after this one, and are not permitted on theirs."""
    planned = sa.select(StoryPlacement).where(StoryPlacement.story_id == evidence.story.id, StoryPlacement.used_on > on)
    rows = db.session.scalars(planned.order_by(StoryPlacement.id)).all()
    return [row for row in rows if is_called_off(evidence, row, on)]


def tell_planners(evidence: Evidence, on: date) -> None:
    """Notify those who planned a use that may not take place any more; withdraw the notice of one that may again."""
    story_id = evidence.story.id
    called_off = {f"{_prefix_of(story_id)}{row.id}": row for row in list_called_off(evidence, on)}
    withdraw_all_but(CALLED_OFF, _prefix_of(story_id), list(called_off))
    for key, row in called_off.items():
        notify(CALLED_OFF, [row.placed_by_id], desk_of(story_id), key=key)


def _prefix_of(story_id: int) -> str:
    return f"story:{story_id}:plan:"
