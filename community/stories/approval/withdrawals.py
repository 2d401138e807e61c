"""Taking consents back: by those who gave them, by the company, or by staff for them. It holds at once, everywhere.

What was handed out already cannot be called back; it is listed for the person who withdraws, and posts that
repeat the story are listed for staff.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from community import audit, text, things
from community.notifications.notices import notify
from community.room import Thing
from community.search import texts
from community.stories import queries, rules
from community.stories.consent import consent_ledger, consents
from community.stories.consent.consent_notices import WITHDRAWN
from community.stories.consent.consents import Party
from community.stories.locking import lock_story
from community.stories.publishing import publication
from community.stories.turns.owners import list_concerned
from community.stories.turns.turns import WrongStateError
from community.stories.versions.content import Content, from_json
from models.accounts import Member
from models.base import db, today
from models.stories import ConsentUse, Decision, Story, StoryApproval, StoryConsent, StoryVersion

from . import approvers

# Shorter ones are said by many: 「月に一度、全員で確認しています。」 has 16 characters.
SHORTEST_COPIED = 20
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?")


@dataclass(frozen=True)
class LiveUse:
    """A use that somebody allows. `until`: the earliest last day, None: none has an end."""

    use: ConsentUse
    until: date | None
    entries: tuple[StoryConsent, ...]


def list_live_uses(story_id: int, party: Party | None = None) -> list[LiveUse]:
    """Return what is allowed today by anybody (`party`: by them), for any version, in the order of the uses."""
    entries = queries.list_entries(story_id)
    versions = db.session.scalars(sa.select(StoryVersion).where(StoryVersion.story_id == story_id)).all()
    found: dict[ConsentUse, list[StoryConsent]] = {}
    for entry in _latest_words(versions, entries):
        if consents.is_granted(entry, today()) and (party is None or Party(entry.approver_id) == party):
            found.setdefault(ConsentUse(entry.use), []).append(entry)
    return [_live_use(use, found[use]) for use in ConsentUse if use in found]


def withdraw_uses(story: Story, uses: Collection[ConsentUse], by: Member, reason: str = "") -> set[ConsentUse]:
    """Withdraw all that anybody of the company allows for these uses, and return the uses that were still allowed.

    Everybody's word ends, so that no later consent of one of them brings the use back by itself. The story is loaded
    with its people. `reason`: needed where staff does it for the company. Raise WrongStateError if the member may not,
    or not any more.
    """
    lock_story(story.id, by)
    if not rules.can_see_withdrawal(by, story):
        raise WrongStateError
    return _withdraw(story, uses, None, by=by, reason=reason)


def withdraw_everything(story: Story, by: Member) -> None:
    """Withdraw every consent, as part of an act that withdraws the story and tells people itself; it is locked."""
    _end_consents(story, tuple(ConsentUse), None, by=by)


def withdraw_by_link(approval: StoryApproval, uses: Collection[ConsentUse]) -> set[ConsentUse]:
    """Withdraw what the approver of this request allows for these uses, and return the uses that were still allowed."""
    lock_story(approval.version.story_id)
    return _withdraw(approval.version.story, uses, Party(approval.approver_id), approval=approval)


def list_mentions(story: Story, seen_by: Member) -> list[Thing]:
    """Return things of other rooms that link to the story or repeat a sentence of one of its versions: for staff.

    Only what this member may see.
    """
    contents = [
        from_json(version.content)
        for version in db.session.scalars(sa.select(StoryVersion).where(StoryVersion.story_id == story.id))
        if version.content
    ]
    copied = {sentence for content in contents for sentence in list_sentences(content)}
    link = re.compile(rf"/stories/{story.id}(?![0-9])")
    repeating = texts.find_containing(copied, but_kind="story")
    found = things.find_things(repeating, seen_by=seen_by)
    for keys in texts.list_since(story.created_at, but_kind="story"):
        seen = things.find_things(keys, seen_by=seen_by)
        found |= {key: thing for key, thing in seen.items() if link.search(thing.html)}
    return [thing for thing in found.values() if thing.address]


def list_sentences(content: Content) -> Iterator[str]:
    """Yield the sentences of a version that are long enough to be recognised elsewhere, as plain words."""
    rendered = [text.to_plain(text.show_stored(part)) for part in (content.lead, *content.answers.values())]
    for words in (content.title, content.quote, *rendered):
        for sentence in _SENTENCE.findall(words):
            plain = sentence.strip()
            if len(plain) >= SHORTEST_COPIED:
                yield plain


def _withdraw(
    story: Story,
    uses: Collection[ConsentUse],
    party: Party | None,
    *,
    by: Member | None = None,
    approval: StoryApproval | None = None,
    reason: str = "",
) -> set[ConsentUse]:
    gone = _end_consents(story, uses, party, by=by, approval=approval)
    if not gone:
        return set()
    after: dict[str, object] = {"uses": approvers.join_uses(gone)}
    if approval is not None:
        after |= {"approver_id": approval.approver_id, "approver_role": approval.approver.role}
    action = "stories.withdraw_consents" if by is not None else "stories.withdraw_by_link"
    audit.record(by.id if by else None, action, "story", story.id, after=after, reason=reason)
    last = _get_last_entry_id(story.id)
    publication.follow_change(story)
    thing, key = (StoryConsent.__tablename__, last), f"story:{story.id}:gone:{last}"
    notify(WITHDRAWN, list_concerned(story), thing, key=key, by=by)
    return set(gone)


def _get_last_entry_id(story_id: int) -> int:
    return db.session.scalars(sa.select(sa.func.max(StoryConsent.id)).where(StoryConsent.story_id == story_id)).one()


def _end_consents(
    story: Story,
    uses: Collection[ConsentUse],
    party: Party | None,
    *,
    by: Member | None = None,
    approval: StoryApproval | None = None,
) -> dict[ConsentUse, int]:
    """Withdraw what is allowed for these uses; return each that was, with the last entry that was withdrawn."""
    gone: dict[ConsentUse, int] = {}
    for live in list_live_uses(story.id, party):
        if live.use in uses:
            for entry in live.entries:
                consent_ledger.withdraw(entry, by=by, approval=approval)
                gone[live.use] = entry.id
    return gone


def _live_use(use: ConsentUse, entries: Collection[StoryConsent]) -> LiveUse:
    ends = [entry.until_day for entry in entries if entry.until_day is not None]
    return LiveUse(use, min(ends, default=None), tuple(entries))


def _latest_words(versions: Collection[StoryVersion], entries: Collection[StoryConsent]) -> Iterator[StoryConsent]:
    """Yield what each party said last about each use of each version."""
    parties = {Party(entry.approver_id) for entry in entries if entry.decision != Decision.WITHDRAWN}
    for version in versions:
        of_version = [entry for entry in entries if entry.version_id == version.id]
        for party in parties:
            yield from consents.list_words(party, version, of_version).values()
