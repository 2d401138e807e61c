"""Who may write, judge and read stories. Pure: the rows are loaded with their coauthors."""

from community.accounts import rules as accounts
from models.accounts import AccountKind, Member
from models.stories import CommentAudience, ConsentUse, Story, StoryState

from .consent.consents import GUEST_READING, MEMBER_READING

# Companies whose people tell stories; the vendor's tell none, its staff interview.
TELLING = frozenset({AccountKind.CUSTOMER, AccountKind.PARTNER})
# Staff know nothing of a draft that nobody has shown them.
PRIVATE = frozenset({StoryState.DRAFT})
EDITABLE = frozenset({StoryState.DRAFT, StoryState.CHANGES_ASKED, StoryState.UPDATE_ASKED})
# Whoever is named as an approver then is asked at once.
ASKING = frozenset({StoryState.APPROVAL, StoryState.APPROVED, StoryState.PUBLISHED})


def reading_uses(member: Member | None) -> tuple[ConsentUse, ...]:
    """Return the uses under which the member (None: a guest) reads stories, the widest content first."""
    if member is not None and (accounts.is_member(member) or accounts.is_staff(member)):
        return MEMBER_READING
    return GUEST_READING


def can_tell(member: Member) -> bool:
    """Return whether the person may begin a story: of a customer or partner whose contract runs."""
    account = member.account
    return account is not None and account.kind in TELLING and accounts.can_take_part(member)


def works_with_stories(member: Member) -> bool:
    """Return whether the person reviews, publishes and uses stories: customer success and community managers."""
    return accounts.is_cs(member) or accounts.is_community_manager(member)


def is_author(member: Member, story: Story) -> bool:
    """Return whether the person wrote the story, alone or with others, and is still of its company."""
    is_named = member.id == story.author_id or any(each.member_id == member.id for each in story.coauthors)
    return is_named and member.account is not None and member.account.id == story.account_id


def is_private(story: Story) -> bool:
    """Return whether staff know nothing of the story: a draft, also one that was withdrawn before it was submitted."""
    return story.state in PRIVATE or (story.state == StoryState.WITHDRAWN and story.withdrawn_as_draft)


def can_see_desk(member: Member, story: Story) -> bool:
    """Return whether the person sees how the story comes about: its authors, its interviewer, and staff.

    A draft that was not submitted yet is seen by its authors and its interviewer only, also once it is withdrawn.
    """
    if is_author(member, story):
        return True
    if not works_with_stories(member):
        return False
    return story.interviewer_id == member.id or not is_private(story)


def can_edit(member: Member, story: Story) -> bool:
    """Return whether the person may change the text: its authors and its interviewer, while it is with them."""
    if story.state not in EDITABLE or story.hidden_at is not None:
        return False
    if is_author(member, story):
        return accounts.can_take_part(member)
    return works_with_stories(member) and story.interviewer_id == member.id


def can_withdraw(member: Member, story: Story) -> bool:
    """Return whether the person may withdraw consents: authors, administrators of the company, and staff for them."""
    return speaks_for_company(member, story) or works_with_stories(member)


def speaks_for_company(member: Member, story: Story) -> bool:
    """Return whether the person withdraws consents in their own right: authors, and the company's administrators."""
    is_admin = accounts.is_named_company_admin(member)
    return is_author(member, story) or (
        is_admin and member.account is not None and member.account.id == story.account_id
    )


def can_name_approvers(member: Member, story: Story) -> bool:
    """Return whether the person may name approvers and ask them: authors, and staff who see the story's desk."""
    if story.hidden_at is not None or story.withdrawn_at is not None:
        return False
    if is_author(member, story):
        return accounts.can_take_part(member)
    return works_with_stories(member) and can_see_desk(member, story)


def is_askable(story: Story) -> bool:
    """Return whether approvers can be asked about the newest version as the story stands: it is not being rewritten."""
    # An update may have been asked for while what is published is renewed.
    return story.state in ASKING | {StoryState.REVIEW, StoryState.UPDATE_ASKED}


def can_ask_approvers(member: Member, story: Story) -> bool:
    """Return whether the person may mail all approvers: staff, once they have the submitted text to read."""
    is_there = story.state in ASKING or story.state == StoryState.REVIEW
    return is_there and works_with_stories(member) and can_name_approvers(member, story)


def can_ask_again(member: Member, story: Story) -> bool:
    """Return whether the person may mail one approver another link: who names approvers, once these are asked."""
    return story.state in ASKING and can_name_approvers(member, story)


def can_renew(member: Member, story: Story) -> bool:
    """Return whether the person may ask for longer consents to what is published: its authors, who consent anew."""
    is_shown = story.published_version_id is not None and story.hidden_at is None and story.withdrawn_at is None
    return is_shown and is_author(member, story) and accounts.can_take_part(member)


def can_see_withdrawal(member: Member, story: Story) -> bool:
    """Return whether the person is shown what withdraws the story, or its consents: who may, if they may know of it."""
    return can_withdraw(member, story) and (can_see_desk(member, story) or not is_private(story))


def can_comment(member: Member, story: Story, audience: CommentAudience) -> bool:
    """Return whether the member may write in the story's thread: shared, or for staff alone."""
    if not can_see_desk(member, story):
        return False
    if works_with_stories(member):
        return True
    return audience == CommentAudience.SHARED and is_author(member, story) and accounts.can_take_part(member)


def can_read_comment(member: Member, story: Story, audience: CommentAudience) -> bool:
    """Return whether the member reads comments of this audience: those of staff are for staff alone."""
    if not can_see_desk(member, story):
        return False
    return audience == CommentAudience.SHARED or works_with_stories(member)
