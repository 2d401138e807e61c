"""Consents that end: warnings before the last day, and their renewal for the same version.

Days are the community's: a consent "until 31 March" holds that whole day there.
"""

from collections.abc import Mapping
from datetime import date

from community import audit
from community.notifications.notices import notify
from community.stories import queries, rules
from community.stories.consent import consent_ledger, consents
from community.stories.consent.consent_notices import ENDING
from community.stories.consent.consents import AUTHOR
from community.stories.locking import lock_story
from community.stories.publishing import end_warnings, publication, unshown
from community.stories.turns.owners import list_concerned
from community.stories.turns.steps import desk_of
from community.stories.turns.turns import WrongStateError
from community.stories.versions import versions
from models.accounts import Member
from models.base import today
from models.stories import ConsentUse, Story, StoryApproval

from . import approvals, approvers


class NotRenewableError(Exception):
    """The published version is not the newest: approvers will be asked about that one."""


def warn_of_ends(on: date) -> int:
    """Notify those concerned of each published story whose consents end soon; return how many ends there are.

    Once for each of `end_warnings.WARNINGS`, whenever this runs and however often; a warning that was missed is left
    out where the next one is due already. Of a story whose last end is past they are told that nobody reads it.
    """
    found = 0
    for story_id, evidence in queries.list_evidence(is_published=True).items():
        if unshown.is_unshown(evidence, on):
            unshown.tell_unshown(queries.load_with_people(story_id), evidence, on)
        for end in sorted(end_warnings.list_ends(evidence, on)):
            days = end_warnings.find_warning(end, on)
            if days is not None:
                found += 1
                warned = list_concerned(queries.load_with_people(story_id))
                notify(ENDING, warned, desk_of(story_id), key=end_warnings.key_of(story_id, end, days))
    return found


def renew(
    story: Story, by: Member, wishes: Mapping[ConsentUse, date | None], due_on: date, *, basis: str | None = None
) -> list[StoryApproval]:
    """Record what the author allows from now on for the published version, and ask its approvers to allow it too.

    Return the requests. What the approvers have allowed so far holds until its end. `basis`: of the page on which the
    uses were chosen (`read_basis`). Raise NotRenewableError, OutdatedError, and WrongStateError if
    it is not, or not any more, the member's to renew.
    """
    lock_story(story.id, by)
    if not rules.can_renew(by, story):
        raise WrongStateError
    version = versions.get_last_version(story.id)
    asked = approvers.list_approvers(story.id)
    if version is None or version.id != story.published_version_id or not asked:
        raise NotRenewableError
    consent_ledger.refuse_outdated(story.id, basis)
    consent_ledger.record_author_consents(version, by, wishes)
    audit.record(by.id, "stories.renew_consents", "story", story.id, after={"uses": approvers.join_uses(wishes)})
    publication.follow_change(story)
    return approvals.ask(story, by, asked, due_on)


def read_author_consents(story: Story) -> dict[ConsentUse, date | None]:
    """Return what the author allows for the published version today, through which day."""
    evidence = queries.get_evidence(story.id)
    if evidence.version is None:
        return {}
    said = consents.list_words(AUTHOR, evidence.version, evidence.entries)
    return {use: entry.until_day for use, entry in said.items() if consents.is_granted(entry, today())}
