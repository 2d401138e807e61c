"""Stories at a point of their way, and what was told to whom."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from community.stories import queries
from community.stories.workflow import submission
from models.accounts import Member
from models.base import db, now
from models.forums import Audience, Category
from models.ledger import Signal
from models.notifications import Notice
from models.stories import ApprovalAnswer, ConsentUse, Story, StoryApproval, StoryState, StoryStep, StoryVersion
from tests.cast import Cast
from tests.stories.telling import FOREVER, add_approver, consent, write_story


@pytest.fixture
def story(cast: Cast) -> Story:
    """A draft of company A's owner."""
    return write_story(cast.a, cast.owner)


@pytest.fixture
def public_category() -> int:
    """The id of a category of the forum that everybody reads and members write in."""
    category = Category(slug="stories-questions", name="質問", readers=Audience.PUBLIC, posters=Audience.MEMBERS)
    db.session.add(category)
    db.session.flush()
    return category.id


@pytest.fixture
def draft(cast: Cast) -> Story:
    """A's, by the owner; customer success is in charge of the company."""
    cast.a.csm_id = cast.cs.id
    return load(write_story(cast.a, cast.owner))


@pytest.fixture
def submitted(draft: Story, cast: Cast) -> Story:
    submit(draft, cast.owner)
    return draft


def load(story: Story) -> Story:
    """With its people, as a view has it."""
    found = queries.find_story(story.id)
    assert found is not None
    return found


def submit(story: Story, by: Member) -> StoryVersion:
    """As it stands, for every use, without end."""
    load(story)
    return submission.submit(story, by, FOREVER, seen=submission.read_proof(story).seen)


def ask_approver(story: Story, version: StoryVersion, by: Member, email: str = "onishi@a.example.jp") -> StoryApproval:
    """Ask somebody of the company about every use; not answered yet."""
    approver = add_approver(story, by, email=email)
    approval = StoryApproval(
        approver_id=approver.id,
        version_id=version.id,
        token_hash=f"hash for {email} of {version.id}",
        asked_by_id=by.id,
        due_on=now().date(),
        expires_at=now(),
    )
    db.session.add(approval)
    db.session.flush()
    return approval


def answer(approval: StoryApproval, said: ApprovalAnswer, note: str = "") -> None:
    approval.answer, approval.answered_at, approval.note = said, now(), note
    db.session.flush()


def approve(story: Story, version: StoryVersion, by: Member, *uses: ConsentUse) -> None:
    """Let author and approver allow these uses of the version."""
    load(story)
    consent(version, story.author, add_approver(story, by), dict.fromkeys(uses))


def open_steps(story: Story) -> list[StoryStep]:
    return list(
        db.session.scalars(sa.select(StoryStep).where(StoryStep.story_id == story.id, StoryStep.ended_at.is_(None)))
    )


def the_step(story: Story) -> StoryStep:
    """The one that is open, whose state is the story's."""
    [step] = open_steps(story)
    assert step.state == story.state
    return step


def stands(story: Story) -> tuple[StoryState, int | None]:
    """Where the story stands, and with whom."""
    step = the_step(story)
    return StoryState(step.state), step.owner_id


@pytest.fixture
def told(cast: Cast) -> Callable[..., list[tuple[str, str]]]:
    """Return who was told of what, withdrawn notices left out: (kind, handle)."""

    def list_told(*kinds: str) -> list[tuple[str, str]]:
        chosen = sa.select(Notice.kind, Member.handle).join(Member, Member.id == Notice.member_id)
        rows = db.session.execute(chosen.where(Notice.withdrawn_at.is_(None)).order_by(Notice.kind, Member.handle))
        return [(kind, handle) for kind, handle in rows if not kinds or kind in kinds]

    assert cast
    return list_told


def signals_of(story: Story) -> list[tuple[str, int]]:
    chosen = sa.select(Signal.kind, Signal.member_id).where(
        Signal.subject_kind == "story", Signal.subject_id == story.id
    )
    return [(kind, member_id) for kind, member_id in db.session.execute(chosen.order_by(Signal.id))]
