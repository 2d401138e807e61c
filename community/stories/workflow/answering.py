"""What approvers answer, and how the story goes on by it: one act each, for those who answer and who is taken off."""

from collections.abc import Collection, Mapping
from datetime import date

from community.stories.approval import answers, approvers
from models.accounts import Member
from models.stories import ApprovalAnswer, ConsentUse, Story, StoryApproval, StoryApprover

from .workflow import follow_answers


def answer(
    approval: StoryApproval,
    token: str,
    said: ApprovalAnswer,
    granted: Mapping[ConsentUse, date | None] | None = None,
    note: str = "",
) -> None:
    """Record the approver's answer, and hand the story on as all answers say.

    Raise AnswerClosedError, NotTheirsError, and BeyondWishesError for a consent beyond the author's.
    """
    answers.answer_request(approval, token, said, granted, note)
    follow_answers(approval.version.story)


def take_off(story: Story, approver: StoryApprover, by: Member, *, told: Collection[str] = ()) -> None:
    """Take the approver off the list, and hand the story on if it waited for nobody else.

    `told`: the uses that `by` was told this permits. Raise ApproverRefusedError.
    """
    approvers.remove_approver(story, approver, by, told=told)
    follow_answers(story, by.id)
