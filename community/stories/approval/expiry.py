"""Consents that end: warnings before the last day, and their renewal for the same version.

Days are the community's: a consent "until 31 March" holds that whole day there.
"""

from collections.abc import Collection, Mapping
from datetime import date

from community import audit
from community.accounts import rules as accounts
from community.notifications.notices import notify, withdraw
from community.stories import queries, rules
from community.stories.consent import consent_ledger, consents
from community.stories.consent.consent_notices import ENDING
from community.stories.consent.consents import AUTHOR
from community.stories.publishing import publication
from community.stories.turns.owners import list_author_ids
from community.stories.turns.steps import desk_of
from community.stories.versions import versions
from models.accounts import Account, Member
from models.base import db, today
from models.stories import ConsentUse, Story, StoryApproval

from . import approvals, approvers

# Days before the last one, so that a renewal finds a board meeting, then a month's end, then the week.
WARNINGS = (60, 30, 7)


class NotRenewableError(Exception):
    """The published version is not the newest: approvers will be asked about that one."""


def warn_of_ends(on: date) -> int:
    """Notify authors and CSM of each published story whose consents end soon; return how many ends there are.

    Once for each of `WARNINGS`, whenever this runs and however often; a warning that was missed is left out where the
    next one is due already.
    """
    found = 0
    for story_id, evidence in queries.list_evidence(is_published=True).items():
        if evidence.version is None:
            continue
        grants = consents.list_grants(evidence.version, evidence.approvers, evidence.entries, on)
        ends = {grant.until for grant in grants.values() if grant.until is not None}
        for end, days in ((end, find_warning(end, on)) for end in sorted(ends)):
            if days is not None:
                found += 1
                notify(ENDING, _list_warned(story_id), desk_of(story_id), key=_key_of(story_id, end, days))
    return found


def find_warning(end: date, on: date) -> int | None:
    """Return the warning that is due on the day, as days before the end; None: none is due yet, or the end is past."""
    left = (end - on).days
    return min((days for days in WARNINGS if 0 <= left <= days), default=None)


def list_ends(story: Story) -> set[date]:
    """Return the last days of what the published version may be used for today."""
    evidence = queries.get_evidence(story.id)
    if evidence.version is None:
        return set()
    grants = consents.list_grants(evidence.version, evidence.approvers, evidence.entries, today())
    return {grant.until for grant in grants.values() if grant.until is not None}


def withdraw_old_warnings(story: Story, ends: Collection[date]) -> None:
    """Withdraw the warnings of those of these ends that are none any more."""
    for end in set(ends) - list_ends(story):
        for days in WARNINGS:
            withdraw(ENDING, _key_of(story.id, end, days))


def renew(story: Story, by: Member, wishes: Mapping[ConsentUse, date | None], due_on: date) -> list[StoryApproval]:
    """Record what the author allows from now on for the published version, and ask its approvers to allow it too.

    Return the requests. What the approvers have allowed so far holds until its end. Raise NotRenewableError.
    """
    queries.lock_story(story)
    version = versions.get_last_version(story.id)
    asked = approvers.list_approvers(story.id)
    if version is None or version.id != story.published_version_id or not asked:
        raise NotRenewableError
    ends = list_ends(story)
    consent_ledger.record_author_consents(version, by, wishes)
    audit.record(by.id, "stories.renew_consents", "story", story.id, after={"uses": approvers.join_uses(wishes)})
    publication.follow_change(story)
    requests = approvals.ask(story, by, asked, due_on)
    # Last: for whom a notice changes, the story's rows are read anew, without its people.
    withdraw_old_warnings(story, ends)
    return requests


def read_author_consents(story: Story) -> dict[ConsentUse, date | None]:
    """Return what the author allows for the published version today, through which day."""
    evidence = queries.get_evidence(story.id)
    if evidence.version is None:
        return {}
    said = {use: consents.find_entry(AUTHOR, use, evidence.version, evidence.entries) for use in ConsentUse}
    return {use: entry.until_day for use, entry in said.items() if entry and consents.is_granted(entry, today())}


def list_warned(story: Story, account: Account) -> list[int]:
    """Return the ids of whom an end concerns: the story's authors, and the company's CSM or the interviewer.

    Nobody who has left. The story is loaded with its people.
    """
    staff = [db.session.get(Member, member_id) for member_id in (account.csm_id, story.interviewer_id) if member_id]
    working = [each.id for each in staff if each and rules.works_with_stories(each) and not accounts.is_suspended(each)]
    return [*list_author_ids(story), *working[:1]]


def _list_warned(story_id: int) -> list[int]:
    story = queries.load_with_people(story_id)
    return list_warned(story, story.account)


def _key_of(story_id: int, end: date, days: int) -> str:
    return f"story:{story_id}:end:{end.isoformat()}:{days}"
