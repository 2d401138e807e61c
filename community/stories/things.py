"""The kinds of things of this room, and who may see them: a story, and its parts and figures, which hold files."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import selectinload

from community import text
from community.room import Thing, ThingKind
from models.accounts import Member
from models.base import db, today
from models.stories import (
    ConsentUse,
    Decision,
    Story,
    StoryApprover,
    StoryConsent,
    StoryFigure,
    StoryPart,
    StoryState,
    StoryStep,
)

from . import rules
from .addresses import desk_page_of, page_of
from .consent.consents import GUEST_READING, MEMBER_READING
from .consent.permits import Permit, permit_first
from .labels import STATES, USES, name_story
from .queries import list_evidence, list_working_titles

# The entries of one press have moments of their own.
ONE_PRESS = timedelta(seconds=10)
Held = tuple[int, Story]  # the id of a part or figure, and its story


@dataclass(frozen=True)
class LoadedStory:
    """A story with what members and what guests may be shown of it, and the title that its authors see."""

    story: Story
    for_members: Permit | None
    for_guests: Permit | None
    working_title: str


@dataclass(frozen=True)
class LoadedStep:
    """A step with its story, and the title that its authors see."""

    step: StoryStep
    story: Story
    working_title: str


@dataclass(frozen=True)
class LoadedWithdrawal:
    """The last entry of a withdrawal of consents with its story, who withdrew, and what these uses are called."""

    entry: StoryConsent
    story: Story
    working_title: str
    who: str
    uses: tuple[str, ...]


def load_stories(ids: Collection[int]) -> Mapping[int, LoadedStory]:
    """Return the stories with these ids and what may be shown of them today."""
    evidence, day = list_evidence(ids), today()
    titles = list_working_titles(ids)
    chosen = sa.select(Story).where(Story.id.in_(ids)).options(selectinload(Story.coauthors))
    stories = {story.id: story for story in db.session.scalars(chosen)}
    return {
        story_id: LoadedStory(
            stories[story_id],
            permit_first(each, MEMBER_READING, day),
            permit_first(each, GUEST_READING, day),
            titles.get(story_id, ""),
        )
        for story_id, each in evidence.items()
    }


def describe_story(loaded: LoadedStory) -> Thing:
    """Return what is said of the story: of a published one what its readers may see, else what its authors call it."""
    shown, story = loaded.for_members, loaded.story
    return Thing(
        kind=STORY.name,
        id=story.id,
        title=shown.title if shown else name_story(loaded.working_title),
        # Whether it is shown or not, so that no link tells; who works on it is sent on to its desk from there.
        address=page_of(story.id),
        author_id=shown.author_id if shown else story.author_id,
        is_hidden=story.hidden_at is not None,
        html=text.show_stored(shown.lead) if shown else "",
    )


def can_see_story(viewer: Member | None, loaded: LoadedStory) -> bool:
    """Return whether the viewer reads the story, or works on it."""
    is_guest = rules.reading_uses(viewer) == GUEST_READING
    if (loaded.for_guests if is_guest else loaded.for_members) is not None:
        return True
    return viewer is not None and rules.can_see_desk(viewer, loaded.story)


def _load_stories_of_parts(ids: Collection[int]) -> Mapping[int, Held]:
    return _load_stories_of(sa.select(StoryPart.id, StoryPart.story_id).where(StoryPart.id.in_(ids)))


def _load_stories_of_figures(ids: Collection[int]) -> Mapping[int, Held]:
    return _load_stories_of(sa.select(StoryFigure.id, StoryFigure.story_id).where(StoryFigure.id.in_(ids)))


def _load_stories_of(pairs: sa.Select[int, int]) -> Mapping[int, Held]:
    story_of = {row[0]: row[1] for row in db.session.execute(pairs)}
    chosen = sa.select(Story).where(Story.id.in_(story_of.values())).options(selectinload(Story.coauthors))
    stories = {story.id: story for story in db.session.scalars(chosen)}
    return {id_: (id_, stories[story_id]) for id_, story_id in story_of.items()}


def _describe_part(held: Held) -> Thing:
    id_, story = held
    return Thing(PART.name, id_, _("事例の一部"), desk_page_of(story.id))


def _describe_figure(held: Held) -> Thing:
    id_, story = held
    return Thing(FIGURE.name, id_, _("事例の数字"), desk_page_of(story.id))


def _load_steps(ids: Collection[int]) -> Mapping[int, LoadedStep]:
    rows = db.session.execute(
        sa.select(StoryStep, Story)
        .join(Story, Story.id == StoryStep.story_id)
        .where(StoryStep.id.in_(ids))
        .options(selectinload(Story.coauthors))
    ).all()
    titles = list_working_titles([story.id for _step, story in rows])
    return {step.id: LoadedStep(step, story, titles.get(story.id, "")) for step, story in rows}


def _describe_step(loaded: LoadedStep) -> Thing:
    """Return what is said of the step to those who work on the story: its title, what is done, and until when."""
    step, story = loaded.step, loaded.story
    said = [_("いまは「%(state)s」です。", state=STATES[StoryState(step.state)])]
    if step.due_on is not None:
        said.append(_("期限は%(day)sです。", day=format_date(step.due_on, "long")))
    return Thing(
        kind=STEP.name,
        id=step.id,
        title=name_story(loaded.working_title),
        address=desk_page_of(story.id),
        author_id=story.author_id,
        html=f"<p>{''.join(said)}</p>",
    )


def _load_withdrawals(ids: Collection[int]) -> Mapping[int, LoadedWithdrawal]:
    rows = db.session.execute(
        sa.select(StoryConsent, Story, Member, StoryApprover)
        .join(Story, Story.id == StoryConsent.story_id)
        .outerjoin(Member, sa.and_(Member.id == StoryConsent.member_id, StoryConsent.approval_id.is_(None)))
        .outerjoin(StoryApprover, StoryApprover.id == StoryConsent.approver_id)
        .where(StoryConsent.id.in_(ids), StoryConsent.decision == Decision.WITHDRAWN)
        .options(selectinload(Story.coauthors))
    ).all()
    titles = list_working_titles([story.id for _entry, story, _member, _approver in rows])
    found: dict[int, LoadedWithdrawal] = {}
    for entry, story, member, approver in rows:
        who, uses = _name_who_withdrew(member, approver), _list_uses_of_withdrawal(entry)
        found[entry.id] = LoadedWithdrawal(entry, story, titles.get(story.id, ""), who, uses)
    return found


def _name_who_withdrew(member: Member | None, approver: StoryApprover | None) -> str:
    if member is not None:
        return member.display_name
    return approver.name if approver is not None else ""


def _list_uses_of_withdrawal(last: StoryConsent) -> tuple[str, ...]:
    """Return what was withdrawn with this entry, in one press: entries of the same person's that came just before."""
    together = sa.select(StoryConsent.use).where(
        StoryConsent.story_id == last.story_id,
        StoryConsent.id <= last.id,
        StoryConsent.decision == Decision.WITHDRAWN,
        StoryConsent.approval_id.is_not_distinct_from(last.approval_id),
        StoryConsent.member_id.is_not_distinct_from(last.member_id),
        StoryConsent.recorded_at > last.recorded_at - ONE_PRESS,
    )
    uses = set(db.session.scalars(together))
    return tuple(str(USES[use]) for use in ConsentUse if use in uses)


def _describe_withdrawal(loaded: LoadedWithdrawal) -> Thing:
    """Return what is said of the withdrawal to those who work on the story: its title, who withdrew, and which uses."""
    uses, title = _("、").join(loaded.uses), name_story(loaded.working_title)
    return Thing(
        kind=WITHDRAWAL.name,
        id=loaded.entry.id,
        title=_("%(title)s（%(who)sさん：%(uses)s）", title=title, who=loaded.who, uses=uses),
        address=desk_page_of(loaded.story.id),
        author_id=loaded.story.author_id,
    )


def _sees_withdrawal(viewer: Member | None, loaded: LoadedWithdrawal) -> bool:
    return viewer is not None and rules.can_see_desk(viewer, loaded.story)


def _sees_step(viewer: Member | None, loaded: LoadedStep) -> bool:
    return viewer is not None and rules.can_see_desk(viewer, loaded.story)


def _works_on(viewer: Member | None, held: Held) -> bool:
    return viewer is not None and rules.can_see_desk(viewer, held[1])


def viewer_of(member: Member | None) -> Member | None:
    """Return the member: who may see a story depends on nothing else."""
    return member


def viewers_of(members: Collection[Member]) -> Mapping[int, Member | None]:
    """Return the members by id."""
    return {member.id: member for member in members}


STORY: ThingKind[LoadedStory, Member | None] = ThingKind(
    name=Story.__tablename__,
    label=_l("事例"),
    icon="book",
    load=load_stories,
    describe=describe_story,
    viewer=viewer_of,
    viewers=viewers_of,
    can_see=can_see_story,
    is_live=True,
    is_asked_about=True,
)
# What notices to those who work on a story are about; it leads to the page that says whose turn it is.
STEP: ThingKind[LoadedStep, Member | None] = ThingKind(
    name=StoryStep.__tablename__,
    label=_l("事例の進みぐあい"),
    icon="book",
    load=_load_steps,
    describe=_describe_step,
    viewer=viewer_of,
    viewers=viewers_of,
    can_see=_sees_step,
)
# What notices of a withdrawal of consents are about, each by itself.
WITHDRAWAL: ThingKind[LoadedWithdrawal, Member | None] = ThingKind(
    name=StoryConsent.__tablename__,
    label=_l("許諾の取り下げ"),
    icon="undo",
    load=_load_withdrawals,
    describe=_describe_withdrawal,
    viewer=viewer_of,
    viewers=viewers_of,
    can_see=_sees_withdrawal,
)
# Files hang on parts and figures, which only those see who work on the story: readers get pictures by the story's own
# address, which asks for a permit.
PART: ThingKind[Held, Member | None] = ThingKind(
    name=StoryPart.__tablename__,
    label=_l("事例の一部"),
    icon="book",
    load=_load_stories_of_parts,
    describe=_describe_part,
    viewer=viewer_of,
    viewers=viewers_of,
    can_see=_works_on,
)
FIGURE: ThingKind[Held, Member | None] = ThingKind(
    name=StoryFigure.__tablename__,
    label=_l("事例の数字"),
    icon="book",
    load=_load_stories_of_figures,
    describe=_describe_figure,
    viewer=viewer_of,
    viewers=viewers_of,
    can_see=_works_on,
)
