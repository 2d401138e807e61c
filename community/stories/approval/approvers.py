"""The people of a company who are asked whether a story may be used: naming them, and taking them off the list.

Nothing here lets a story out that somebody has held back: who declined or withdrew stays on the list of that version,
and where taking somebody off would permit anything, the person who does it is told and must say so.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask_babel import gettext as _

from community import audit
from community.accounts import queries as accounts
from community.accounts.mail_addresses import is_address, is_free_mail
from community.stories import queries
from community.stories.consent import consents
from community.stories.consent.consents import Party
from community.stories.locking import lock_story
from community.stories.publishing import publication
from community.stories.versions.content import from_json
from community.stories.versions.versions import get_last_version
from models.accounts import Member
from models.address_keys import address_key
from models.base import db, now, today
from models.stories import (
    ApprovalAnswer,
    ApproverRole,
    ConsentUse,
    Decision,
    Story,
    StoryApproval,
    StoryApprover,
    StoryConsent,
    StoryVersion,
)

from . import approval_mails

# What each is asked about unless somebody chooses otherwise: public relations decide what everybody sees.
USUAL_USES: Mapping[ApproverRole, tuple[ConsentUse, ...]] = {
    ApproverRole.SELF: tuple(ConsentUse),
    ApproverRole.SUPERIOR: tuple(ConsentUse),
    ApproverRole.PR: (ConsentUse.PUBLIC_WEB, ConsentUse.LOGO, ConsentUse.PRESS),
}


class ApproverRefusedError(Exception):
    """The person cannot be named, or not be taken off the list. `str(error)` is the sentence that says why."""


@dataclass(frozen=True)
class ApproverFacts:
    """What is typed about an approver."""

    role: ApproverRole
    name: str
    title: str
    email: str
    uses: frozenset[ConsentUse]


@dataclass(frozen=True)
class Removal:
    """What taking an approver off the list would do. `refusal`: why it cannot be done, or ""; `widened`: new uses."""

    refusal: str
    widened: tuple[ConsentUse, ...] = ()


def explain_address(
    email: str, role: ApproverRole, *, domains: Collection[str], authors: Collection[str], taken: Collection[str]
) -> str:
    """Return why this person cannot be asked under this address, or "".

    `domains`: the company's; `authors`: addresses of those who write the story; `taken`: of those who are asked.
    """
    return _explain_domain(email, domains) or _explain_person(email, role, authors, taken)


def _explain_domain(email: str, domains: Collection[str]) -> str:
    domain = email.rpartition("@")[2]
    if not is_address(email):
        return _("メールアドレスの形になっていません。例：onishi@example.jp")
    if is_free_mail(domain):
        return _("フリーメールのアドレスには送れません。会社のメールアドレスを書いてください。")
    if not domains:
        return _("会社のメールドメインが、まだ登録されていません。担当者に登録を頼んでください。")
    if domain not in domains:
        listed = "、".join(f"@{each}" for each in domains)
        return _("会社のメールアドレスを書いてください。使えるのは %(domains)s です。", domains=listed)
    return ""


def _explain_person(email: str, role: ApproverRole, authors: Collection[str], taken: Collection[str]) -> str:
    key = address_key(email)
    if role != ApproverRole.SELF and key in map(address_key, authors):
        return _("書いた方のアドレスです。上長や広報には、別の方のアドレスを書いてください。")
    if key in map(address_key, taken):
        return _("このアドレスの方には、もうお願いすることになっています。")
    return ""


def _list_authors_under(email: str, story: Story) -> list[str]:
    """Return the addresses of those who write the story, and this one if its person wrote the newest version.

    Who has left since is an author of that version all the same; the version keeps their names alone.
    """
    present = [story.author.email, *(each.member.email for each in story.coauthors)]
    version = get_last_version(story.id)
    if version is None or not version.content:
        return present
    named = from_json(version.content).people
    found = db.session.scalars(sa.select(Member).where(Member.address_key == address_key(email))).unique()
    wrote = any(each.id == version.created_by_id or each.display_name in named for each in found)
    return [*present, email] if wrote else present


def name_approver(story: Story, by: Member, facts: ApproverFacts) -> StoryApprover:
    """Name somebody who is asked about these uses, which are no longer permitted until they consent; return the row.

    The story is loaded with its author and coauthors. Raise ApproverRefusedError.
    """
    lock_story(story.id, by)
    authors = _list_authors_under(facts.email, story)
    taken = [each.email for each in list_approvers(story.id)]
    domains = list_domains(story)
    refusal = explain_address(facts.email, facts.role, domains=domains, authors=authors, taken=taken)
    if refusal:
        raise ApproverRefusedError(refusal)
    approver = StoryApprover(
        story_id=story.id,
        role=facts.role,
        name=facts.name,
        title=facts.title,
        email=facts.email,
        uses=[use.value for use in ConsentUse if use in facts.uses],
        added_by_id=by.id,
    )
    db.session.add(approver)
    db.session.flush()
    after = {"approver_id": approver.id, "approver_role": facts.role.value, "uses": join_uses(facts.uses)}
    audit.record(by.id, "stories.name_approver", "story", story.id, after=after)
    publication.follow_change(story)
    return approver


def explain_standing(story: Story, approver: StoryApprover) -> str:
    """Return why somebody on the list may not be asked, or not answer, any more; "" if they may.

    Between naming, asking and answering, authors and their addresses change, and a company may lose a domain; who wrote
    the version that is asked about stays its author. The story is loaded with its author and coauthors.
    """
    authors = _list_authors_under(approver.email, story)
    return explain_address(approver.email, approver.role, domains=list_domains(story), authors=authors, taken=())


def is_named(story: Story, member: Member) -> bool:
    """Return whether the member's address is asked in another role than as who wrote the story."""
    key = address_key(member.email)
    asked = (each for each in list_approvers(story.id) if each.role != ApproverRole.SELF)
    return any(address_key(each.email) == key for each in asked)


def remove_approver(story: Story, approver: StoryApprover, by: Member, *, told: Collection[str] = ()) -> None:
    """Take the approver off the list; open requests to them end. Idempotent.

    `told`: the uses that `by` was told this permits. Raise ApproverRefusedError, also where it permits others.
    """
    lock_story(story.id, by)
    db.session.refresh(approver, with_for_update=True)
    if approver.removed_at is not None:
        return
    removal = judge_removal(story, approver)
    if removal.refusal or not set(removal.widened) <= set(told):
        raise ApproverRefusedError(removal.refusal or _("許諾の状態が変わりました。もう一度確かめてください。"))
    approver.removed_at = now()
    ended = (
        sa.update(StoryApproval)
        .where(StoryApproval.approver_id == approver.id, queries.IS_OPEN)
        .values(revoked_at=approver.removed_at)
    )
    approval_mails.drop_unsent(db.session.scalars(ended.returning(StoryApproval.id)).all())
    after = {"approver_id": approver.id, "uses": join_uses(removal.widened)}
    audit.record(by.id, "stories.remove_approver", "story", story.id, after=after)
    publication.follow_change(story)


def judge_removal(story: Story, approver: StoryApprover) -> Removal:
    """Return what taking the approver off the list would do today.

    What they have said of a version stays in force for it, so only where they have said nothing can a use widen.
    """
    current = list_current_versions(story.id)
    named, entries = queries.get_approvers_and_consents(story.id)
    newest = current[-1] if current else None
    if newest is not None and _has_refused(approver, newest, entries):
        return Removal(_("断った方や取り下げた方は、いまの版では外せません。文を直して新しい版にすると、外せます。"))
    widened: set[ConsentUse] = set()
    for version in current:
        if approver.id not in consents.list_spoken(version, entries):
            widened |= _widened_uses(approver, version, named, entries, today())
    return Removal("", tuple(use for use in ConsentUse if use in widened))


def is_stuck(version: StoryVersion) -> bool:
    """Return whether the version waits for the word of somebody who is off the list and cannot be asked any more.

    Their word was withdrawn by others, with the story or its use. Who held it back in person still does.
    """
    named, entries = queries.get_approvers_and_consents(version.story_id)
    gone = [Party(each.id) for each in named if each.removed_at is not None]
    said = [entry for party in gone for entry in consents.list_words(party, version, entries).values()]
    ended = [entry for entry in said if entry.decision == Decision.WITHDRAWN]
    is_held_back = any(entry.decision == Decision.DECLINED for entry in said)
    # A withdrawal by the approver's own link names its request.
    return bool(ended) and not is_held_back and all(entry.approval_id is None for entry in ended)


def list_approvers(story_id: int) -> list[StoryApprover]:
    """Return those who are asked, in the order in which they were named."""
    asked = sa.select(StoryApprover).where(StoryApprover.story_id == story_id, StoryApprover.removed_at.is_(None))
    return list(db.session.scalars(asked.order_by(StoryApprover.id)))


def list_domains(story: Story) -> list[str]:
    """Return the mail domains in which the story's approvers have their addresses."""
    return [domain for domain in accounts.list_mail_domains(story.account_id) if not is_free_mail(domain)]


def get_approver(story: Story, approver_id: int) -> StoryApprover | None:
    """Return the approver of this story with this id, or None."""
    approver = db.session.get(StoryApprover, approver_id)
    return approver if approver is not None and approver.story_id == story.id else None


def list_current_versions(story_id: int) -> list[StoryVersion]:
    """Return the newest version and the published one, each once."""
    of_story = sa.select(StoryVersion).where(StoryVersion.story_id == story_id)
    newest = sa.select(sa.func.max(StoryVersion.id)).where(StoryVersion.story_id == story_id).scalar_subquery()
    published = sa.select(Story.published_version_id).where(Story.id == story_id).scalar_subquery()
    return list(db.session.scalars(of_story.where(StoryVersion.id.in_([newest, published])).order_by(StoryVersion.id)))


def join_uses(uses: Collection[ConsentUse]) -> str:
    """Return the uses as the log of privileged acts keeps them."""
    return ",".join(use.value for use in ConsentUse if use in uses)


def _has_refused(approver: StoryApprover, version: StoryVersion, entries: Collection[StoryConsent]) -> bool:
    """Return whether the approver declined or withdrew a use of the version, or last answered that it must change."""
    said = consents.list_words(Party(approver.id), version, entries).values()
    if any(entry.decision != Decision.GRANTED for entry in said):
        return True
    last = (
        sa.select(StoryApproval.answer)
        .where(StoryApproval.approver_id == approver.id, StoryApproval.version_id == version.id)
        .where(StoryApproval.answered_at.is_not(None))
        .order_by(StoryApproval.id.desc())
        .limit(1)
    )
    return db.session.scalar(last) in (ApprovalAnswer.CHANGES, ApprovalAnswer.DECLINED)


def _widened_uses(
    approver: StoryApprover,
    version: StoryVersion,
    approvers: Collection[StoryApprover],
    entries: Collection[StoryConsent],
    on: date,
) -> set[ConsentUse]:
    """Return the uses that would be permitted without the approver and are not with them."""
    others = [each for each in approvers if each.id != approver.id]
    before = consents.list_grants(version, approvers, entries, on)
    after = consents.list_grants(version, others, entries, on)
    return after.keys() - before.keys()
