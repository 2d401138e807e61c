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
from models.stories import ConsentUse, Story, StoryApproval, StoryVersion

from . import approvals, approvers


class NotRenewableError(Exception):
    """The published version is not the newest: approvers will be asked about that one."""


class NothingLongerError(Exception):
    """Nothing that was allowed would be allowed for longer, and nothing for less long."""


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
    uses were chosen (`read_basis`). Raise NotRenewableError, NothingLongerError, OutdatedError, and WrongStateError if
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
    if wishes == read_author_consents(story) and not _list_longer(version, wishes):
        raise NothingLongerError
    consent_ledger.record_author_consents(version, by, wishes)
    audit.record(by.id, "stories.renew_consents", "story", story.id, after={"uses": approvers.join_uses(wishes)})
    publication.follow_change(story)
    return approvals.ask(story, by, asked, due_on)


def propose(story: Story) -> dict[ConsentUse, date | None]:
    """Return what the author allows for the published version today, each use that ends through a year more."""
    return {use: until and _a_year_after(until) for use, until in read_author_consents(story).items()}


def read_author_consents(story: Story) -> dict[ConsentUse, date | None]:
    """Return what the author allows for the published version today, through which day."""
    evidence = queries.get_evidence(story.id)
    if evidence.version is None:
        return {}
    said = consents.list_words(AUTHOR, evidence.version, evidence.entries)
    return {use: entry.until_day for use, entry in said.items() if consents.is_granted(entry, today())}


def _list_longer(version: StoryVersion, wishes: Mapping[ConsentUse, date | None]) -> set[ConsentUse]:
    """Return the uses that could be permitted for longer than they are, if their approvers wish so, too."""
    named, entries = queries.get_approvers_and_consents(version.story_id)
    permitted = consents.list_grants(version, named, entries, today())
    asked = {use for use in wishes if consents.parties_of(use, named)}
    return {use for use in asked if use not in permitted or _is_later(wishes[use], permitted[use].until)}


def _is_later(until: date | None, than: date | None) -> bool:
    return than is not None and (until is None or until > than)


def _a_year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year + 1, day=28)
