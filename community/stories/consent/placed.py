"""Where a story was used beyond its pages, or is about to be: what cannot be called back, and what can."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from community.accounts import queries as accounts
from community.stories.labels import PLACEMENTS
from models.base import db, today
from models.stories import ConsentUse, PlacementKind, StoryPlacement

from .evidence import Evidence
from .permits import permit


@dataclass(frozen=True)
class Placed:
    """A use of the story: when, in what, and under which title. `by` and `note`: for staff alone, "" for others.

    `by` is "" as well where the person is known no more. `is_planned`: it is still to come, and can be called off;
    `is_called_off`: it is, and may not take place any more.
    """

    use: ConsentUse
    kind: PlacementKind
    on: date
    title: str
    is_planned: bool
    is_called_off: bool
    by: str = ""
    note: str = ""

    @property
    def label(self) -> str:
        """In what the story was used, in words."""
        return str(PLACEMENTS[self.kind])


def is_called_off(evidence: Evidence, placement: StoryPlacement, on: date) -> bool:
    """Return whether the use was planned for a day after this one, and is not permitted on its own."""
    return placement.used_on > on and permit(evidence, ConsentUse(placement.use), placement.used_on) is None


def list_placed(
    evidence: Evidence, uses: Collection[ConsentUse] = tuple(ConsentUse), *, for_staff: bool = False
) -> Sequence[Placed]:
    """Return where the story of this evidence is used beyond its pages, for one of these uses, the newest first.

    Notes and the names of who recorded them `for_staff` only: notes may be about another company.
    """
    of_story = StoryPlacement.story_id == evidence.story.id
    chosen = sa.select(StoryPlacement).where(of_story, StoryPlacement.use.in_(uses))
    rows = db.session.scalars(chosen.order_by(StoryPlacement.used_on.desc(), StoryPlacement.id.desc())).all()
    people = accounts.list_members_by_id([row.placed_by_id for row in rows]) if for_staff else {}
    return [
        Placed(
            ConsentUse(row.use),
            PlacementKind(row.kind),
            row.used_on,
            row.title,
            row.used_on > today(),
            is_called_off(evidence, row, today()),
            people[row.placed_by_id].display_name if row.placed_by_id in people else "",
            row.note if for_staff else "",
        )
        for row in rows
    ]
