"""The content of a version: what readers see of a story, in one canonical form, to whose hash consents bind."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from models.stories import Counting, StoryPartName, TagKind

QUESTIONS = (
    StoryPartName.COMPANY,
    StoryPartName.PROBLEM,
    StoryPartName.CHOICE,
    StoryPartName.INTRODUCTION,
    StoryPartName.USE,
    StoryPartName.RESULT,
    StoryPartName.NEXT,
)
# Of the canonical form; part of what is hashed. Format 1 held the slugs of tags without their names.
FORMAT = 2


class Grade(StrEnum):
    """How well a figure is founded (根拠)."""

    A = "A"  # counted or measured, and a file shows it
    B = "B"  # counted or measured
    C = "C"  # estimated or told


@dataclass(frozen=True)
class Figure:
    """A claim in figures. `evidence_key`: of the file behind it; `confirmed_by`: a person in words."""

    label: str
    baseline: Decimal
    result: Decimal
    unit: str
    counting: Counting
    period: str
    method: str
    as_of: date
    evidence_key: str | None = None
    confirmed_by: str = ""

    @property
    def grade(self) -> Grade:
        """The grade of its evidence."""
        if self.counting == Counting.ESTIMATED:
            return Grade.C
        return Grade.A if self.evidence_key else Grade.B


@dataclass(frozen=True)
class Try:
    """Something a reader can try first, and how long it takes, in words."""

    text: str
    effort: str = ""


@dataclass(frozen=True)
class Tag:
    """A problem or a feature with the names that it had when the version was made; "" in a version of format 1."""

    kind: TagKind
    slug: str
    name: str = ""
    name_en: str = ""


@dataclass(frozen=True)
class Content:
    """Everything that a version says. `tags`: problems first; `people`: the authors' names."""

    title: str
    lead: str
    answers: Mapping[StoryPartName, str]
    quote: str
    tries: tuple[Try, ...]
    figures: tuple[Figure, ...]
    tags: tuple[Tag, ...]
    company: str
    trade: str
    employees: int | None
    prefecture: int | None
    people: tuple[str, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """The slugs of its problems."""
        return slugs_of(self.tags, TagKind.PROBLEM)

    @property
    def features(self) -> tuple[str, ...]:
        """The slugs of its features."""
        return slugs_of(self.tags, TagKind.FEATURE)


def slugs_of(tags: Iterable[Tag], kind: TagKind) -> tuple[str, ...]:
    """Return the slugs of the tags of this kind, in their order."""
    return tuple(tag.slug for tag in tags if tag.kind == kind)


def to_json(content: Content) -> str:
    """Return the canonical form: the same content always gives the same text."""
    document = {
        "format": FORMAT,
        "title": content.title,
        "lead": content.lead,
        "answers": {name.value: content.answers[name] for name in QUESTIONS if content.answers.get(name)},
        "quote": content.quote,
        "tries": [[each.text, each.effort] for each in content.tries],
        "figures": [figure_to_json(figure) for figure in content.figures],
        "problems": _tags_to_json(content.tags, TagKind.PROBLEM),
        "features": _tags_to_json(content.tags, TagKind.FEATURE),
        "company": content.company,
        "trade": content.trade,
        "employees": content.employees,
        "prefecture": content.prefecture,
        "people": list(content.people),
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> Content:
    """Return the content of a canonical form."""
    read = json.loads(text)
    return Content(
        title=read["title"],
        lead=read["lead"],
        answers={StoryPartName(name): answer for name, answer in read["answers"].items()},
        quote=read["quote"],
        tries=tuple(Try(*each) for each in read["tries"]),
        figures=tuple(_figure_from_json(each) for each in read["figures"]),
        tags=(*_tags_from_json(read["problems"], TagKind.PROBLEM), *_tags_from_json(read["features"], TagKind.FEATURE)),
        company=read["company"],
        trade=read["trade"],
        employees=read["employees"],
        prefecture=read["prefecture"],
        people=tuple(read["people"]),
    )


def fingerprint(canonical: str) -> str:
    """Return the hash of a canonical form, to which consents bind."""
    return hashlib.sha256(canonical.encode()).hexdigest()


def without_names(figure: Figure) -> Figure:
    """Return the figure without who confirmed it and without its file, whose name may name somebody."""
    return replace(figure, confirmed_by="")


def plain_number(number: Decimal) -> str:
    """Return the number without needless zeros: 「1840」, 「6.2」; the same number is always written alike."""
    return format(number.normalize(), "f")


def _tags_to_json(tags: Iterable[Tag], kind: TagKind) -> list[list[str]]:
    """Return slug and names. By their slugs: another order of the list of tags makes no other version."""
    return sorted([tag.slug, tag.name, tag.name_en] for tag in tags if tag.kind == kind)


def _tags_from_json(read: Iterable[str | list[str]], kind: TagKind) -> list[Tag]:
    return [Tag(kind, each) if isinstance(each, str) else Tag(kind, *each) for each in read]


def figure_to_json(figure: Figure) -> dict[str, Any]:
    """Return the figure as canonical forms and data exports hold it."""
    return {
        "label": figure.label,
        "baseline": plain_number(figure.baseline),
        "result": plain_number(figure.result),
        "unit": figure.unit,
        "counting": figure.counting.value,
        "period": figure.period,
        "method": figure.method,
        "as_of": figure.as_of.isoformat(),
        "evidence": figure.evidence_key,
        "confirmed_by": figure.confirmed_by,
    }


def _figure_from_json(read: dict[str, Any]) -> Figure:
    return Figure(
        label=read["label"],
        baseline=Decimal(read["baseline"]),
        result=Decimal(read["result"]),
        unit=read["unit"],
        counting=Counting(read["counting"]),
        period=read["period"],
        method=read["method"],
        as_of=date.fromisoformat(read["as_of"]),
        evidence_key=read["evidence"],
        confirmed_by=read["confirmed_by"],
    )
