"""Rules of consent: what a version may be used for on a day. Pure: they read the rows that they are given.

A use is permitted while everybody whose consent it needs has granted it for this very version: the author, and each
approver who is asked about the use. Whatever is unclear is not permitted.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypeVar

from models.stories import ConsentUse, Decision, StoryApprover, StoryConsent, StoryVersion

from .evidence import ApproverRow, ConsentRow, VersionRow

AnyVersion = StoryVersion | VersionRow
AnyApprover = StoryApprover | ApproverRow
AnyEntry = StoryConsent | ConsentRow
Entry = TypeVar("Entry", bound=AnyEntry)

# Uses by which a story is read: of the first, every member's pages are one; guests and prospects have the second only.
MEMBER_READING = (ConsentUse.MEMBERS, ConsentUse.PUBLIC_WEB)
GUEST_READING = (ConsentUse.PUBLIC_WEB,)
# From so many days before its end on, a consent is one to be renewed: a quarter, in which a board meets.
SOON_DAYS = 90


class Party(NamedTuple):
    """Somebody whose consent is needed: an approver by id; None: the story's author."""

    approver_id: int | None


@dataclass(frozen=True)
class Grant:
    """A permitted use. `until`: its last day, None: without end."""

    use: ConsentUse
    until: date | None


AUTHOR = Party(None)


def ends_soon(until: date | None, on: date) -> bool:
    """Return whether a consent with this last day is one to be renewed, or has ended, on the day."""
    return until is not None and (until - on).days <= SOON_DAYS


def parties_of(use: ConsentUse, approvers: Iterable[AnyApprover], spoken: Collection[int] = frozenset()) -> list[Party]:
    """Return everybody whose consent the use needs; empty while no approver is asked about it.

    Submitting lets nothing out: at least one approver must be asked about the use, be it the author, by mail (本人).
    `spoken`: ids of those who have said anything about the version; their word on it counts also after they were taken
    off the list.
    """
    asked = [
        Party(each.id)
        for each in approvers
        if use.value in each.uses and (each.removed_at is None or each.id in spoken)
    ]
    return [AUTHOR, *asked] if asked else []


def list_spoken(version: AnyVersion, entries: Iterable[AnyEntry]) -> frozenset[int]:
    """Return the ids of the approvers who have said anything about the version."""
    return frozenset(
        entry.approver_id for entry in entries if entry.version_id == version.id and entry.approver_id is not None
    )


def find_entry(party: Party, use: ConsentUse, version: AnyVersion, entries: Collection[Entry]) -> Entry | None:
    """Return what the party last said about the use of this version, or None; withdrawals are entries too."""
    return _find_last_words(version, entries).get((party.approver_id, use))


def list_words(party: Party, version: AnyVersion, entries: Collection[Entry]) -> dict[ConsentUse, Entry]:
    """Return what the party last said about each use of this version; uses on which they said nothing are missing."""
    words = _find_last_words(version, entries)
    return {use: words[party.approver_id, use] for use in ConsentUse if (party.approver_id, use) in words}


def list_grants(
    version: AnyVersion, approvers: Collection[AnyApprover], entries: Collection[AnyEntry], on: date
) -> Mapping[ConsentUse, Grant]:
    """Return every use that the version may be put to on the day. Each ends with the earliest of its consents."""
    words, spoken = _find_last_words(version, entries), list_spoken(version, entries)
    grants: dict[ConsentUse, Grant] = {}
    for use in ConsentUse:
        said = [words.get((party.approver_id, use)) for party in parties_of(use, approvers, spoken)]
        standing = [entry for entry in said if entry is not None and is_granted(entry, on)]
        if said and len(standing) == len(said):
            ends = [entry.until_day for entry in standing if entry.until_day is not None]
            grants[use] = Grant(use, min(ends, default=None))
    return grants


def is_granted(entry: AnyEntry, on: date) -> bool:
    """Return whether the entry grants its use on the day; the last day belongs to it, whole."""
    return entry.decision == Decision.GRANTED and (entry.until_day is None or on <= entry.until_day)


def _find_last_words(version: AnyVersion, entries: Collection[Entry]) -> Mapping[tuple[int | None, ConsentUse], Entry]:
    """Return what was said last about the version, by approver (None: the author) and use.

    A withdrawal ends the word of the one who granted, also where somebody else withdraws.
    """
    granted_by = {entry.id: entry.approver_id for entry in entries}
    words: dict[tuple[int | None, ConsentUse], Entry] = {}
    for entry in entries:
        if entry.version_id != version.id or entry.content_hash != version.content_hash:
            continue
        withdraws = entry.withdraws_id
        who = entry.approver_id if withdraws is None else granted_by.get(withdraws, entry.approver_id)
        known = words.get((who, entry.use))
        if known is None or entry.id > known.id:
            words[who, entry.use] = entry
    return words
