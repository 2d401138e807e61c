"""The stories of the sample community, read from the TOML files beside this module.

Days are counted back from the day of loading, ends of consents forward; 0: without end.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from community.stories.versions.content import Try
from community.stories.versions.tries import write_tries
from community.toml_files import read_folder, read_toml
from models.stories import ApproverRole, ConsentUse, Counting, StoryPartName, StoryState, TagKind

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class SampleTag:
    """A tag."""

    kind: TagKind
    slug: str
    name: str
    name_en: str


@dataclass(frozen=True)
class SampleFigure:
    """A figure; `evidence`: the name of its file."""

    label: str
    baseline: Decimal
    result: Decimal
    unit: str
    counting: Counting
    period: str
    method: str
    as_of: int
    evidence: str
    confirmed_by: str


@dataclass(frozen=True)
class SampleApprover:
    """An approver; `answered` None: has not answered. `granted`: what they allow, by use."""

    role: ApproverRole
    name: str
    title: str
    email: str
    answered: int | None
    granted: Mapping[ConsentUse, int]


@dataclass(frozen=True)
class SampleComment:
    """A remark in the thread."""

    by: str
    days: int
    audience: str
    text: str


@dataclass(frozen=True)
class SampleStory:
    """One story. `days`: when it reached each point of its way."""

    key: str
    company: str
    author: str
    coauthors: tuple[str, ...]
    interviewer: str | None
    state: StoryState
    is_hidden: bool
    days: Mapping[str, int]
    bodies: Mapping[StoryPartName, str]
    tags: tuple[str, ...]
    figures: tuple[SampleFigure, ...]
    wishes: Mapping[ConsentUse, int]
    approvers: tuple[SampleApprover, ...]
    comments: tuple[SampleComment, ...]


POINTS = ("begun", "submitted", "changes_asked", "approval_asked", "approved", "published", "update_asked", "withdrawn")
# The files call what customer success is reading "submitted".
STATES = {"submitted": StoryState.REVIEW}


def read_tags() -> tuple[SampleTag, ...]:
    """Return the tags in the order of the file, problems first."""
    read = read_toml(FOLDER / "tags.toml")
    kinds = ((TagKind.PROBLEM, read["problems"]), (TagKind.FEATURE, read["features"]))
    return tuple(
        SampleTag(kind, each["slug"], each["name"], each["name_en"]) for kind, entries in kinds for each in entries
    )


def read_stories() -> tuple[SampleStory, ...]:
    """Return the stories in the order in which they were begun."""
    stories = (_story(entry) for _name, entry in read_folder(FOLDER / "stories"))
    return tuple(sorted(stories, key=lambda story: (-story.days["begun"], story.key)))


def _story(entry: dict[str, Any]) -> SampleStory:
    answers = {StoryPartName(name): body.strip() for name, body in entry["answers"].items()}
    tries = write_tries(Try(each["text"], each["effort"]) for each in entry.get("tries", ()))
    return SampleStory(
        key=entry["key"],
        company=entry["company"],
        author=entry["author"],
        coauthors=tuple(entry.get("coauthors", ())),
        interviewer=entry.get("interviewer"),
        state=STATES.get(entry["state"]) or StoryState(entry["state"]),
        is_hidden=entry.get("hidden", False),
        days={point: entry[point] for point in POINTS if point in entry},
        bodies=answers
        | {
            StoryPartName.TITLE: entry["title"],
            StoryPartName.LEAD: entry["lead"],
            StoryPartName.QUOTE: entry.get("quote", ""),
            StoryPartName.TRIES: tries,
        },
        tags=(*entry["problems"], *entry["features"]),
        figures=tuple(_figure(each) for each in entry.get("figures", ())),
        wishes=_uses(entry.get("wishes", {})),
        approvers=tuple(_approver(each) for each in entry.get("approvers", ())),
        comments=tuple(
            SampleComment(each["by"], each["days"], each["audience"], each["text"])
            for each in entry.get("comments", ())
        ),
    )


def _figure(entry: dict[str, Any]) -> SampleFigure:
    return SampleFigure(
        label=entry["label"],
        baseline=Decimal(str(entry["baseline"])),
        result=Decimal(str(entry["result"])),
        unit=entry["unit"],
        counting=Counting(entry["counting"]),
        period=entry["period"],
        method=entry["method"],
        as_of=entry["as_of"],
        evidence=entry.get("evidence", ""),
        confirmed_by=entry.get("confirmed_by", ""),
    )


def _approver(entry: dict[str, Any]) -> SampleApprover:
    return SampleApprover(
        role=ApproverRole(entry["role"]),
        name=entry["name"],
        title=entry["title"],
        email=entry["email"],
        answered=entry.get("answered"),
        granted=_uses(entry.get("granted", {})),
    )


def _uses(entry: Mapping[str, int]) -> Mapping[ConsentUse, int]:
    return {ConsentUse(use): days for use, days in entry.items()}
