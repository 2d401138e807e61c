"""Submitting a story: its text becomes a version, and its author says what it may be used for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from community.ledger.actions import record_signal
from community.ledger.queries import list_acts_on
from community.stories import queries
from community.stories.approval import approvals, approvers, expiry, withdrawals
from community.stories.consent import consents
from community.stories.consent.consent_ledger import record_author_consents, refuse_outdated
from community.stories.locking import lock_story
from community.stories.publishing.publication import follow_change
from community.stories.turns.acts import JUDGED, StoryAct, is_for, is_possible
from community.stories.turns.owners import find_credited, find_in_charge
from community.stories.turns.turns import KIND, WrongStateError, log, pass_on
from community.stories.versions.content import Content, fingerprint, to_json
from community.stories.versions.versions import freeze, get_last_version, read_content, render_answers
from models.accounts import Member
from models.base import db
from models.ledger import SignalKind
from models.stories import ConsentUse, Decision, Story, StoryPartName, StoryState, StoryVersion

NEEDED = (StoryPartName.PROBLEM, StoryPartName.USE, StoryPartName.RESULT)
Wishes = Mapping[ConsentUse, date | None]


class NotReadyError(Exception):
    """Something that a story cannot do without is not written yet."""


class ChangedError(Exception):
    """The text is no longer the one that was shown."""


class OtherWishesError(Exception):
    """The text has been submitted already, and its author allowed other uses than this form does."""


@dataclass(frozen=True)
class Proof:
    """The text as it will be submitted. `seen`: the hash that the version will have; `html`: its answers, safe."""

    content: Content
    html: Mapping[str, str]
    seen: str
    missing: tuple[StoryPartName, ...]
    is_as_before: bool


def read_proof(story: Story) -> Proof:
    """Return the text as it stands. The story is loaded with its company and people."""
    content = read_content(story)
    seen, last = fingerprint(to_json(content)), get_last_version(story.id)
    return Proof(
        content=content,
        html=render_answers(content.answers, story.id),
        seen=seen,
        missing=list_missing(content),
        is_as_before=last is not None and last.content_hash == seen,
    )


def list_missing(content: Content) -> tuple[StoryPartName, ...]:
    """Return the parts that a story cannot do without and that are empty. Pure."""
    head = {StoryPartName.TITLE: content.title, StoryPartName.LEAD: content.lead}
    written = head | {name: content.answers.get(name, "") for name in NEEDED}
    return tuple(name for name, text in written.items() if not text.strip())


def submit(story: Story, by: Member, wishes: Wishes, *, seen: str, basis: str | None = None) -> StoryVersion:
    """Submit the text whose hash is `seen`, with what its author allows, and return the version.

    The same form sent twice submits once. The same text is the same version, but where that could never be shown again
    (`approvers.is_stuck`). What it allows less than the published version ends at once, for that one
    too. `basis`: of the page on which the uses were chosen (`read_basis`). Raise ChangedError if the text is another
    one by now, OutdatedError if what its authors allow is, NotReadyError if something is missing, OtherWishesError if
    it was submitted with other wishes, WrongStateError if there is nothing to submit, or not by
    them.
    """
    lock_story(story.id, by)
    if not is_for(StoryAct.SUBMIT, by, story):
        raise WrongStateError
    last = get_last_version(story.id)
    if story.state in JUDGED and last is not None and last.content_hash == seen:
        if list_wishes(story) != wishes:
            raise OtherWishesError
        return last
    if not is_possible(StoryAct.SUBMIT, story):
        raise WrongStateError
    content = read_content(story)
    if fingerprint(to_json(content)) != seen:
        raise ChangedError
    if list_missing(content):
        raise NotReadyError
    refuse_outdated(story.id, basis)
    _narrow_published(story, by, wishes)
    version = freeze(story, by, is_anew=last is not None and approvers.is_stuck(last))
    record_author_consents(version, by, wishes)
    approvals.revoke_open(story, except_about=version)
    credited = find_credited(story)
    if credited and not any(act.kind == SignalKind.STORY_SUBMITTED for act in list_acts_on(KIND, story.id)):
        record_signal(SignalKind.STORY_SUBMITTED, credited, subject=story)
    log(story, "submit", by.id, version=version.number)
    in_charge = find_in_charge(story)
    pass_on(story, StoryState.REVIEW, by_id=by.id, owner_id=in_charge.id if in_charge else None)
    follow_change(story)
    return version


def narrow(story: Story, by: Member, wishes: Wishes, *, seen: str) -> bool:
    """Take of these wishes what allows less than was allowed for the text with the hash `seen`.

    Return whether anything became less. Raise WrongStateError if that text is not with the staff or the approvers.
    """
    lock_story(story.id, by)
    last = get_last_version(story.id)
    is_open = is_for(StoryAct.SUBMIT, by, story) and story.state in JUDGED and story.hidden_at is None
    if not is_open or last is None or last.content_hash != seen:
        raise WrongStateError
    before = list_wishes(story)
    after = _narrower(before, wishes)
    if after == before:
        return False
    record_author_consents(last, by, after)
    log(story, "withdraw_consents", by.id, uses=approvers.join_uses(_list_narrowed(before, after)))
    follow_change(story)
    return True


def list_published_wishes(story: Story) -> dict[ConsentUse, date | None]:
    """Return what the author allows for the published version today; empty while nothing is published."""
    return expiry.read_author_consents(story)


def _narrow_published(story: Story, by: Member, wishes: Wishes) -> None:
    """Withdraw from the published version the uses that its author no longer wants, and bring forward its ends."""
    before = list_published_wishes(story)
    version = db.session.get(StoryVersion, story.published_version_id) if before else None
    if version is None:
        return
    after = _narrower(before, wishes)
    earlier = _list_narrowed(before, after) & after.keys()
    if earlier:
        record_author_consents(version, by, after, uses=earlier)
        log(story, "withdraw_consents", by.id, uses=approvers.join_uses(earlier))
    withdrawals.withdraw_uses(story, before.keys() - after.keys(), by)


def _narrower(before: Wishes, wishes: Wishes) -> dict[ConsentUse, date | None]:
    """Return what both allow, each use through the earlier of both days. Pure."""
    return {
        use: min((day for day in (until, wishes[use]) if day is not None), default=None)
        for use, until in before.items()
        if use in wishes
    }


def _list_narrowed(before: Wishes, after: Wishes) -> set[ConsentUse]:
    """Return the uses that are allowed no longer, or for less long. Pure."""
    return {use for use, _until in before.items() - after.items()}


def list_wishes(story: Story) -> dict[ConsentUse, date | None]:
    """Return what the author allowed when the story was last submitted, as far as it was not withdrawn since."""
    last = get_last_version(story.id)
    if last is None:
        return {}
    said = consents.list_words(consents.AUTHOR, last, queries.list_entries(story.id))
    return {use: entry.until_day for use, entry in said.items() if entry.decision == Decision.GRANTED}
