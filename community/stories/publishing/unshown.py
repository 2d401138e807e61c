"""Published stories that nobody reads any more, for want of a consent: authors and the person in charge are told."""

from collections.abc import Collection
from datetime import date

from community.notifications.notices import notify, withdraw_all_but
from community.stories import queries
from community.stories.consent import consents
from community.stories.consent.consent_notices import UNSHOWN
from community.stories.consent.evidence import Evidence
from community.stories.turns.owners import list_concerned
from community.stories.turns.steps import desk_of
from models.stories import Story


def is_unshown(evidence: Evidence, on: date) -> bool:
    """Return whether the story is published, and may be read by nobody on the day for want of a consent. Pure.

    Stories that were withdrawn or hidden are none of them: the people who did it know.
    """
    story, version = evidence.story, evidence.version
    if version is None or story.withdrawn_at is not None or story.hidden_at is not None:
        return False
    granted = consents.list_grants(version, evidence.approvers, evidence.entries, on)
    return not any(use in granted for use in consents.MEMBER_READING)


def list_unshown(on: date) -> Collection[int]:
    """Return the ids of the published stories that nobody may read on the day."""
    published = queries.list_evidence(is_published=True)
    return [story_id for story_id, evidence in published.items() if is_unshown(evidence, on)]


def tell_unshown(story: Story, evidence: Evidence, on: date) -> None:
    """Notify authors and the person in charge that nobody reads the story any more, once; withdraw it when it is read.

    The story is loaded with its people.
    """
    prefix = f"story:{story.id}:unshown:"
    key = f"{prefix}{story.published_version_id}"
    is_down = is_unshown(evidence, on)
    withdraw_all_but(UNSHOWN, prefix, [key] if is_down else [])
    if is_down:
        notify(UNSHOWN, list_concerned(story), desk_of(story.id), key=key)
