"""Whatever is done in whatever order: one step is open, it is the story's state, and nothing is read unpermitted."""

import itertools
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from community.stories import queries, rules
from community.stories.turns.acts import StoryAct, is_possible
from community.stories.turns.turns import WrongStateError
from community.stories.versions.versions import get_last_version
from community.stories.workflow import workflow
from community.stories.workflow.workflow import NotConsentedError
from models.base import db, today
from models.ledger import SignalKind
from models.stories import ApprovalAnswer, ConsentUse, Story, StoryApprover, StoryPart, StoryState, StoryStep
from tests.cast import Cast
from tests.stories.asking import answer, ask
from tests.stories.conftest import load, open_steps, signals_of, submit
from tests.stories.telling import FOREVER, add_approver, write_story
from tests.stories.test_workflow import ACTS

pytestmark = pytest.mark.one_database

ANSWERS = [*ApprovalAnswer]
READ = (ConsentUse.MEMBERS, ConsentUse.PUBLIC_WEB)
# What is done, mostly what can be done now, and a number that says which one of its kind.
KINDS = [*["possible"] * 4, "any", "type", "all approve", "answer", "due", "admin withdraws"]
STEPS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 29)), min_size=5, max_size=14)
# From a draft: submitted, sent back, submitted, asked, approved, published, the next version too, withdrawn, begun
# again, submitted unchanged; not published, since nobody has allowed it anew; allowed, but not shown yet; published.
WHOLE_WAY = [
    *[("possible", 0), ("possible", 0), ("possible", 0)],
    *[("possible", 1), ("all approve", 0), ("possible", 2)],
    *[("possible", 1), ("type", 1), ("possible", 0), ("all approve", 0), ("possible", 2)],
    *[("possible", 3), ("possible", 0), ("possible", 0), ("possible", 2), ("all approve", 0), ("possible", 2)],
]


@dataclass
class Walk:
    """A story on its way, its approvers, and by hand which version is out and who allows which: (version, approver)."""

    story: Story
    cast: Cast
    approvers: list[StoryApprover]
    out: int | None = None
    allowed: set[tuple[int, int]] = field(default_factory=set)

    def go(self, kind: str, number: int) -> None:
        story, version = self.story, get_last_version(self.story.id)
        if kind == "type":
            part = db.session.query(StoryPart).filter_by(story_id=story.id, name="result").one()
            part.body = f"{number}枚になりました。"
        elif kind == "due":
            workflow.change_due(story, self.cast.cs, today() + timedelta(days=number))
        elif kind == "admin withdraws":
            workflow.withdraw_story(story, self.cast.company_admin, "会社の都合です。")
        elif version is not None and rules.can_ask_approvers(self.cast.cs, story):
            is_for_all = kind == "all approve"
            said = ApprovalAnswer.APPROVED if is_for_all else ANSWERS[number % 3]
            for approver in self.approvers if is_for_all else [self.approvers[number % 2]]:
                self.answer(version.id, approver, said)

    def answer(self, version_id: int, approver: StoryApprover, said: ApprovalAnswer) -> None:
        """Ask the approver, who answers at once."""
        story = load(self.story)
        if not rules.can_ask_approvers(self.cast.cs, story):
            return
        approval = ask(story, self.cast, approver)
        answer(approval, said, dict(FOREVER) if said == ApprovalAnswer.APPROVED else {}, "一言です。")
        workflow.follow_answers(story)
        key = (version_id, approver.id)
        if said == ApprovalAnswer.APPROVED:
            self.allowed.add(key)
        elif said == ApprovalAnswer.DECLINED:
            self.allowed.discard(key)

    def may_be_read(self) -> bool:
        """Return whether the version that is published is allowed by all, as the book has it."""
        return self.out is not None and all((self.out, each.id) in self.allowed for each in self.approvers)

    def note(self, act: StoryAct | None) -> None:
        """Write into the book what an act has changed that was done."""
        if act == StoryAct.PUBLISH:
            version = get_last_version(self.story.id)
            self.out = version and version.id
        elif self.story.state == StoryState.WITHDRAWN:
            self.out = None
            self.allowed.clear()


def begin(cast: Cast, *, is_published: bool) -> Walk:
    story = load(write_story(cast.a, cast.owner))
    emails = ("onishi@a.example.jp", "koho@a.example.jp")
    walk = Walk(story, cast, [add_approver(story, cast.cs, email=email) for email in emails])
    if is_published:
        submit(story, cast.owner)
        walk.go("all approve", 0)
        workflow.publish(load(story), cast.cs)
        walk.note(StoryAct.PUBLISH)
    return walk


def choose(story: Story, kind: str, number: int) -> StoryAct | None:
    """Return the act of the workflow that is tried, if the step is one."""
    acts = [act for act in StoryAct if kind == "any" or (kind == "possible" and is_possible(act, story))]
    return acts[number % len(acts)] if acts else None


def test_one_step_is_open_and_it_is_the_state(cast: Cast) -> None:
    seen: set[str] = set()

    @settings(max_examples=9)
    @example(is_published=False, steps=WHOLE_WAY)
    @given(is_published=st.booleans(), steps=STEPS)
    def walk_on(*, is_published: bool, steps: list[tuple[str, int]]) -> None:
        walk = begin(cast, is_published=is_published)
        story, was_shown = walk.story, is_published
        for kind, number in steps:
            load(story)
            act, before = choose(story, kind, number), (story.state, len(signals_of(story)))
            could = act is None or is_possible(act, story)
            try:
                if act is None:
                    walk.go(kind, number)
                else:
                    ACTS[act](story, cast)
                walk.note(act)
            except (WrongStateError, NotConsentedError):
                assert (story.state, len(signals_of(story))) == before
                assert act is None or not could or act == StoryAct.PUBLISH
            [open_step] = open_steps(story)
            assert open_step.state == story.state
            if story.state == StoryState.WITHDRAWN and was_shown:
                seen.add("withdrawn after a permit")
            shown = queries.get_permit(story.id, READ) is not None
            assert shown == walk.may_be_read(), (kind, act)
            seen.add(story.state)
            seen.update({"shown"} if shown else {"shown no more"} if was_shown else ())
            was_shown = shown
        check_history(story)

    walk_on()
    # Else it would prove what is shown by stories that never are.
    assert seen >= {*StoryState, "shown", "shown no more", "withdrawn after a permit"}


def check_history(story: Story) -> None:
    """One act of each kind counts at most, and each step begins where the one before it ends."""
    kinds = [kind for kind, _ in signals_of(story)]
    assert kinds.count(SignalKind.STORY_SUBMITTED) <= 1
    assert kinds.count(SignalKind.STORY_PUBLISHED) <= kinds.count(SignalKind.STORY_SUBMITTED)
    ended = db.session.scalars(sa.select(StoryStep).where(StoryStep.story_id == story.id).order_by(StoryStep.id)).all()
    assert all(one.ended_at == other.begun_at for one, other in itertools.pairwise(ended))
