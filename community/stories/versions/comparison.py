"""What changed between two versions of a story, part by part and figure by figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import format_date
from flask_babel import gettext as _

from community.accounts.names import author_label
from community.prefectures import PREFECTURES
from community.stories.labels import COUNTINGS, PARTS
from community.text.differences import Parts, parts_of
from models.accounts import Member
from models.base import db
from models.stories import StoryPartName, StoryVersion, TagKind

from .content import QUESTIONS, Content, Figure, from_json, plain_number
from .tag_names import choose_name
from .tries import write_tries
from .units import say_unit


@dataclass(frozen=True)
class VersionHead:
    """A version as lists name it."""

    number: int
    by: str
    at: datetime


@dataclass(frozen=True)
class Change:
    """One part or figure that is not the same in both versions. `label`: what it is called; `parts`: to be marked."""

    label: str
    parts: Parts


def list_heads(story_id: int, viewer: Member) -> list[VersionHead]:
    """Return the versions of the story, the oldest first."""
    chosen = (
        sa.select(StoryVersion.number, StoryVersion.created_at, Member)
        .join(Member, Member.id == StoryVersion.created_by_id)
        .where(StoryVersion.story_id == story_id)
        .order_by(StoryVersion.number)
    )
    return [VersionHead(number, author_label(viewer, member), at) for number, at, member in db.session.execute(chosen)]


def get_content(story_id: int, number: int) -> Content | None:
    """Return the content of one version, or None if there is none or it was erased."""
    chosen = sa.select(StoryVersion.content).where(StoryVersion.story_id == story_id, StoryVersion.number == number)
    found = db.session.scalar(chosen)
    return from_json(found) if found else None


def list_changes(old: Content, new: Content) -> list[Change]:
    """Return what is not the same in both, in the order in which it is read."""
    pairs = [
        (str(PARTS[StoryPartName.TITLE]), old.title, new.title),
        (str(PARTS[StoryPartName.LEAD]), old.lead, new.lead),
        *((str(PARTS[name]), old.answers.get(name, ""), new.answers.get(name, "")) for name in QUESTIONS),
        (str(PARTS[StoryPartName.QUOTE]), old.quote, new.quote),
        (str(PARTS[StoryPartName.TRIES]), write_tries(old.tries), write_tries(new.tries)),
        *_pair_figures(old.figures, new.figures),
        (_("課題"), say_tags(old, TagKind.PROBLEM), say_tags(new, TagKind.PROBLEM)),
        (_("機能"), say_tags(old, TagKind.FEATURE), say_tags(new, TagKind.FEATURE)),
        (_("会社"), _say_company(old), _say_company(new)),
        (_("書いた人"), _("、").join(old.people), _("、").join(new.people)),
    ]
    return [Change(label, parts_of(before, after)) for label, before, after in pairs if before != after]


def _pair_figures(old: Sequence[Figure], new: Sequence[Figure]) -> list[tuple[str, str, str]]:
    """Return each figure with its words before and after. Figures of one name belong together, in their order."""
    pairs: list[tuple[str, str, str]] = []
    left = list(old)
    for figure in new:
        before = next((each for each in left if each.label == figure.label), None)
        if before is not None:
            left.remove(before)
        pairs.append((_name(figure), say_figure(before) if before else "", say_figure(figure)))
    return [*pairs, *((_name(figure), say_figure(figure), "") for figure in left)]


def _name(figure: Figure) -> str:
    return _("数字：%(label)s", label=figure.label)


def say_figure(figure: Figure) -> str:
    """Return a figure in words, everything that its hash covers."""
    said = _(
        "%(baseline)s → %(result)s %(unit)s（%(counting)s、%(day)s）",
        baseline=plain_number(figure.baseline),
        result=plain_number(figure.result),
        unit=say_unit(figure.unit),
        counting=COUNTINGS[figure.counting],
        day=format_date(figure.as_of, "long"),
    )
    file = _("根拠のファイル（%(key)s）", key=figure.evidence_key[:8]) if figure.evidence_key else ""
    return "\n".join(part for part in (said, figure.period, figure.method, figure.confirmed_by, file) if part)


def say_tags(content: Content, kind: TagKind) -> str:
    """Return the problems, or the features, as the content calls them; a slug where it holds no name."""
    called = (choose_name(tag.name, tag.name_en) or tag.slug for tag in content.tags if tag.kind == kind)
    return _("、").join(called)


def _say_company(content: Content) -> str:
    employees = _("%(n)s名", n=f"{content.employees:,}") if content.employees is not None else ""
    prefecture = str(PREFECTURES.get(content.prefecture, "")) if content.prefecture is not None else ""
    return "\n".join(part for part in (content.company, content.trade, employees, prefecture) if part)
