"""Requests that ask for more time: what the approver allowed before, what is wished now, and what a no would stop."""

from dataclasses import dataclass
from datetime import date

from community.stories import queries
from community.stories.consent import consents
from community.stories.consent.consents import AUTHOR, Party
from community.stories.labels import USES
from models.base import day_at, today
from models.stories import ConsentUse, Story, StoryApproval


@dataclass(frozen=True)
class RenewedUse:
    """A use that the approver allows today, through `until`; the author wishes it through `wished`.

    A day that is None: without end. `is_wished` False: the author wishes it no more.
    """

    label: str
    until: date | None
    wished: date | None
    is_wished: bool


@dataclass(frozen=True)
class Renewal:
    """A request about the published version, by somebody who approved it on the day `approved_on`."""

    approved_on: date
    uses: tuple[RenewedUse, ...]

    @property
    def labels(self) -> list[str]:
        """What the uses are called that go on today."""
        return [use.label for use in self.uses]


def read_renewal(approval: StoryApproval, story: Story) -> Renewal | None:
    """Return what the request asks to go on with; None where the approver allows nothing of what is published.

    The request is about this story, and loaded with its version.
    """
    version = approval.version
    if story.published_version_id != version.id or story.withdrawn_at is not None:
        return None
    entries, day = queries.list_entries(story.id), today()
    own = consents.list_words(Party(approval.approver_id), version, entries)
    allowed = {use: entry for use, entry in own.items() if consents.is_granted(entry, day)}
    if not allowed:
        return None
    authors = consents.list_words(AUTHOR, version, entries)
    wished = {use: entry.until_day for use, entry in authors.items() if consents.is_granted(entry, day)}
    uses = [
        RenewedUse(str(USES[use]), allowed[use].until_day, wished.get(use), use in wished)
        for use in ConsentUse
        if use in allowed
    ]
    return Renewal(day_at(max(entry.recorded_at for entry in allowed.values())), tuple(uses))
