"""Rules of consent: what a version may be used for on a day. Pure: they read the rows that they are given.

A use is permitted while everybody whose consent it needs has granted it for this very version: the author, and each
approver who is asked about the use. Whatever is unclear is not permitted.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from models.stories import ConsentUse, Decision, StoryApprover, StoryConsent, StoryVersion

# Uses by which a story is read: of the first, every member's pages are one; guests and prospects have the second only.
MEMBER_READING = (ConsentUse.MEMBERS, ConsentUse.PUBLIC_WEB)
GUEST_READING = (ConsentUse.PUBLIC_WEB,)


class Party(NamedTuple):
    """Somebody whose consent is needed: an approver by id; None: the story's author."""

    approver_id: int | None


@dataclass(frozen=True)
class Grant:
    """A permitted use. `until`: its last day, None: without end."""

    use: ConsentUse
    until: date | None


AUTHOR = Party(None)


def parties_of(
    use: ConsentUse, approvers: Iterable[StoryApprover], spoken: Collection[int] = frozenset()
) -> list[Party]:
    """Return everybody whose consent the use needs; empty while nobody of the company is asked about it but the author.

    The author alone cannot let a story out: at least one approver must be asked about the use. `spoken`: ids of those
    who have said anything about the version; their word on it counts also after they were taken off the list.
    """
    asked = [
        Party(each.id)
        for each in approvers
        if use.value in each.uses and (each.removed_at is None or each.id in spoken)
    ]
    return [AUTHOR, *asked] if asked else []


def list_spoken(version: StoryVersion, entries: Iterable[StoryConsent]) -> frozenset[int]:
    """Return the ids of the approvers who have said anything about the version."""
    return frozenset(
        entry.approver_id for entry in entries if entry.version_id == version.id and entry.approver_id is not None
    )


def find_entry(
    party: Party, use: ConsentUse, version: StoryVersion, entries: Iterable[StoryConsent]
) -> StoryConsent | None:
    """Return what the party last said about the use of this version, or None; withdrawals are entries too."""
    said = [
        entry
        for entry in entries
        if entry.version_id == version.id
        and entry.content_hash == version.content_hash
        and entry.use == use
        and _party_of(entry, entries) == party
    ]
    return max(said, key=lambda entry: entry.id, default=None)


def find_grant(
    use: ConsentUse,
    version: StoryVersion,
    approvers: Collection[StoryApprover],
    entries: Collection[StoryConsent],
    on: date,
) -> Grant | None:
    """Return the grant by which the version may be put to this use on the day, or None. It ends with the earliest."""
    parties = parties_of(use, approvers, list_spoken(version, entries))
    said = [find_entry(party, use, version, entries) for party in parties]
    if not said or any(entry is None or not is_granted(entry, on) for entry in said):
        return None
    ends = [entry.until_day for entry in said if entry is not None and entry.until_day is not None]
    return Grant(use, min(ends, default=None))


def list_grants(
    version: StoryVersion, approvers: Collection[StoryApprover], entries: Collection[StoryConsent], on: date
) -> Mapping[ConsentUse, Grant]:
    """Return every use that the version may be put to on the day."""
    found = (find_grant(use, version, approvers, entries, on) for use in ConsentUse)
    return {grant.use: grant for grant in found if grant is not None}


def is_granted(entry: StoryConsent, on: date) -> bool:
    """Return whether the entry grants its use on the day; the last day belongs to it, whole."""
    return entry.decision == Decision.GRANTED and (entry.until_day is None or on <= entry.until_day)


def _party_of(entry: StoryConsent, entries: Iterable[StoryConsent]) -> Party:
    """Return whose word the entry is; a withdrawal ends the word of the one who granted."""
    if entry.withdraws_id is None:
        return Party(entry.approver_id)
    return next(
        (Party(each.approver_id) for each in entries if each.id == entry.withdraws_id), Party(entry.approver_id)
    )
