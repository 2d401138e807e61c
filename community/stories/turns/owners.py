"""Whose turn a step is: its owner, or who stands in where the owner can do nothing any more."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from community.accounts import rules as accounts
from community.stories import rules
from models.accounts import Member, holds_role
from models.base import db
from models.stories import Story, StoryState, StoryStep

from .acts import JUDGED

# Who works with stories, as a query finds them; `rules.works_with_stories` judges.
_ROLES = accounts.CS_ROLES | accounts.MANAGING_ROLES


@dataclass(frozen=True)
class Turn:
    """Whose turn it is. `people`: one, or all of the staff where nobody in particular is in charge.

    `instead_of`: the step's owner, where they can do nothing any more: they left, are suspended, or lost their role.
    """

    people: tuple[Member, ...]
    instead_of: Member | None = None


def find_turn(story: Story, step: StoryStep) -> Turn:
    """Return whose turn the step is."""
    owner = db.session.get(Member, step.owner_id) if step.owner_id is not None else None
    if owner is not None and is_able(owner, story, StoryState(step.state)):
        return Turn((owner,))
    in_charge = find_in_charge(story)
    return Turn((in_charge,) if in_charge else tuple(list_staff()), owner)


def is_able(owner: Member, story: Story, state: StoryState) -> bool:
    """Return whether the owner can still do what the step asks: is here, and of the company or of the staff."""
    if not accounts.can_sign_in(owner):
        return False
    is_writing = rules.is_author(owner, story) and accounts.can_take_part(owner)
    if state in rules.EDITABLE:
        return is_writing
    # An author may have asked the approvers.
    return rules.works_with_stories(owner) or (state in JUDGED and is_writing)


def find_in_charge(story: Story) -> Member | None:
    """Return who of the staff looks after the story: its interviewer, else who is in charge of the company, or None."""
    for member_id in (story.interviewer_id, story.account.csm_id):
        member = db.session.get(Member, member_id) if member_id is not None else None
        if member is not None and accounts.can_sign_in(member) and rules.works_with_stories(member):
            return member
    return None


def list_concerned(story: Story) -> list[int]:
    """Return the ids of whom it concerns what becomes of the story: its authors, and who of the staff is in charge.

    Nobody who has left, and no staff where the story is private.
    """
    in_charge = find_in_charge(story)
    knows = in_charge is not None and rules.can_see_desk(in_charge, story)
    return [*list_author_ids(story), *([in_charge.id] if in_charge and knows else [])]


def list_staff() -> Sequence[Member]:
    """Return everybody of the staff who works with stories, in the order of their readings."""
    chosen = sa.select(Member).where(holds_role(_ROLES), Member.erased_at.is_(None))
    ordered = chosen.order_by(Member.family_reading, Member.given_reading, Member.id)
    people = db.session.scalars(ordered)
    return [each for each in people if accounts.can_sign_in(each) and rules.works_with_stories(each)]


def find_credited(story: Story) -> Member | None:
    """Return the first of the story's authors who is still of its company: acts count for that one and the company.

    None where all have left: what their new company does not know of raises no score of it.
    """
    named = [story.author, *(each.member for each in story.coauthors)]
    return next((member for member in named if rules.is_author(member, story)), None)


def list_author_ids(story: Story) -> list[int]:
    """Return the ids of the story's authors who are still of its company."""
    named = [story.author, *(each.member for each in story.coauthors)]
    return [member.id for member in named if rules.is_author(member, story)]
