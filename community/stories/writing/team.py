"""Who writes a story: its author, coauthors of the same company, and an interviewer of the vendor's staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from community import text
from community.accounts import rules as accounts
from community.accounts.queries import list_members_of
from community.notifications.notices import notify, withdraw
from community.stories import rules
from community.stories.approval import approvers
from community.stories.notifications import TEAM
from community.stories.versions.names_within import list_names
from models.accounts import Member
from models.base import db, now, today
from models.stories import Story, StoryCoauthor

from .editing import note_change

# How many may write a story beside its author: a bound, not a measure; and how many are found by a name.
MOST_COAUTHORS, MOST_FOUND = 8, 20


class TooManyCoauthorsError(Exception):
    """The story has MOST_COAUTHORS already."""


class NamedApproverError(Exception):
    """Who approves as a superior, or for public relations, writes nothing of what they approve."""


@dataclass(frozen=True)
class Teammate:
    """Somebody who writes the story. `has_left`: no longer of its company, and cannot write any more."""

    member: Member
    is_author: bool
    has_left: bool


@dataclass(frozen=True)
class Team:
    """The author first, then the coauthors in the order in which they came."""

    writers: Sequence[Teammate]
    interviewer: Member | None


def describe_team(story: Story) -> Team:
    """Return who writes the story. It is loaded with its people."""
    members = [story.author, *(each.member for each in story.coauthors)]
    writers = [Teammate(each, each.id == story.author_id, not rules.is_author(each, story)) for each in members]
    return Team(writers, story.interviewer)


def list_team_names(story: Story) -> list[str]:
    """Return the names of the story's company and writers, as people write them."""
    return list_names(story.account.name, [each.member.display_name for each in describe_team(story).writers])


def find_colleagues(story: Story, typed: str) -> list[Member]:
    """Return people of the story's company whose name or handle contains what was typed, who do not write it yet.

    At most MOST_FOUND, in the order of their readings; all of them for "". Nobody of another company.
    """
    wanted = text.fold(typed).replace(" ", "")
    writing = {story.author_id, *(each.member_id for each in story.coauthors)}
    there = (each for each in list_members_of(story.account_id, today()) if each.id not in writing)
    found = (each for each in there if accounts.can_take_part(each) and _is_meant(each, wanted))
    return [each for each, _n in zip(found, range(MOST_FOUND), strict=False)]


def add_coauthor(story: Story, member: Member, *, by: Member) -> bool:
    """Let somebody of the story's company write it too, and notify them. Return whether they are new.

    Nobody of another company is added. Raise TooManyCoauthorsError, NamedApproverError.
    """
    is_there = member.id == story.author_id or any(each.member_id == member.id for each in story.coauthors)
    is_colleague = member.account is not None and member.account.id == story.account_id
    if is_there or not is_colleague or not accounts.can_take_part(member):
        return False
    if len(story.coauthors) >= MOST_COAUTHORS:
        raise TooManyCoauthorsError
    if approvers.is_named(story, member):
        raise NamedApproverError
    added = StoryCoauthor(story_id=story.id, member_id=member.id, added_by_id=by.id, added_at=now())
    added.member = member
    story.coauthors.append(added)
    db.session.flush()
    note_change(story)
    _tell(story, member, by, added.added_at)
    return True


def remove_coauthor(story: Story, member_id: int) -> bool:
    """Take a coauthor out, or let one leave. Return whether they wrote the story."""
    found = next((each for each in story.coauthors if each.member_id == member_id), None)
    if found is None:
        return False
    withdraw(TEAM, _key_of(story, member_id, found.added_at))
    story.coauthors.remove(found)
    db.session.delete(found)
    db.session.flush()
    note_change(story)
    return True


def leave(story: Story, member: Member) -> bool:
    """Let a coauthor or the interviewer leave the story. Return whether they wrote it."""
    if story.interviewer_id == member.id:
        return choose_interviewer(story, None, by=member)
    return remove_coauthor(story, member.id)


def choose_interviewer(story: Story, member: Member | None, *, by: Member) -> bool:
    """Name the interviewer and notify them; None: nobody. Return whether it is another one than before."""
    if member is not None and not rules.works_with_stories(member):
        return False
    if story.interviewer_id == (member.id if member else None):
        return False
    story.interviewer_id, story.interviewer = (member.id, member) if member else (None, None)
    story.changed_at = now()
    db.session.flush()
    if member is not None:
        _tell(story, member, by, now())
    return True


def _tell(story: Story, member: Member, by: Member, at: datetime) -> None:
    notify(TEAM, [member.id], (Story.__tablename__, story.id), key=_key_of(story, member.id, at), by=by)


def _key_of(story: Story, member_id: int, at: datetime) -> str:
    """Return the notice's key: who leaves and is added again is told again."""
    return f"story:{story.id}:team:{member_id}:{int(at.timestamp())}"


def _is_meant(member: Member, wanted: str) -> bool:
    names = (member.display_name, f"{member.family_reading or ''}{member.given_reading or ''}", member.handle)
    return any(wanted in text.fold(name).replace(" ", "") for name in names)
