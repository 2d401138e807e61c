"""Who is in the sample community and where they talk, read from the TOML files beside this module."""

from dataclasses import dataclass
from datetime import time
from typing import Any

from .files import read_folder, read_toml
from .regions import read_regional_companies, read_regional_people

REACTIONS = ("thanks", "helpful", "same")


@dataclass(frozen=True)
class Phase:
    """Segment and stage of a company, from so many days before the day of loading."""

    days: int
    segment: str
    stage: str


@dataclass(frozen=True)
class Company:
    """`renewal` counts days forward, every other number of days backward from the day of loading.

    `ended`: days since the contract's last day.
    """

    key: str
    name: str
    reading: str
    kind: str
    prefecture: int
    industry: str
    employees: int
    domains: tuple[str, ...]
    joined: int
    plan: str
    licences: int | None
    csm: str | None
    renewal: int | None
    ended: int | None
    phases: tuple[Phase, ...]


@dataclass(frozen=True)
class Person:
    """`moved`: days since the person left `former_company` for `company`."""

    handle: str
    family_name: str
    given_name: str
    family_reading: str
    given_reading: str
    email: str
    company: str
    headline: str
    about: str
    joined: int
    staff: str | None
    is_company_admin: bool
    former_company: str | None
    moved: int


@dataclass(frozen=True)
class SampleCategory:
    """A category of the forum, in the order of the file."""

    key: str
    parent: str | None
    name: str
    name_en: str
    description: str
    readers: str
    posters: str
    segments: tuple[str, ...]
    stages: tuple[str, ...]
    company: str | None


@dataclass(frozen=True)
class Moment:
    """So many working days after the topic was opened, at a time of the community's clock."""

    day: int
    time: time


@dataclass(frozen=True)
class Cut:
    """A post that was taken down."""

    by: str
    at: Moment
    reason: str
    note: str


@dataclass(frozen=True)
class SamplePost:
    """One post. `reactions`: (kind, handle)."""

    author: str
    at: Moment
    body: str
    reactions: tuple[tuple[str, str], ...]
    cut: Cut | None


@dataclass(frozen=True)
class Conversation:
    """A topic, opened so many working days before the day of loading; `answer` counts posts from 1."""

    key: str
    title: str
    category: str
    kind: str
    opened: int
    lines: tuple[SamplePost, ...]
    answer: int | None
    answered: Moment | None


def read_companies() -> tuple[Company, ...]:
    """The twelve of the story first, then the others by region."""
    return tuple(_company(entry) for entry in (*read_toml("companies.toml")["company"], *read_regional_companies()))


def read_people() -> tuple[Person, ...]:
    domains = {company.key: company.domains[0] for company in read_companies()}
    entries = (*read_toml("members.toml")["member"], *read_regional_people())
    return tuple(_person(entry, domains[entry["company"]]) for entry in entries)


def read_categories() -> tuple[SampleCategory, ...]:
    return tuple(_sample_category(entry) for entry in read_toml("categories.toml")["category"])


def read_conversations() -> tuple[Conversation, ...]:
    """The oldest first."""
    read = (_conversation(key, entry) for key, entry in read_folder("topics"))
    return tuple(sorted(read, key=lambda conversation: (-conversation.opened, conversation.key)))


def _company(entry: dict[str, Any]) -> Company:
    if "history" in entry:
        phases = tuple(Phase(**phase) for phase in entry["history"])
    elif "stage" in entry:
        phases = (Phase(entry["joined"], entry["segment"], entry["stage"]),)
    else:
        phases = ()
    return Company(
        key=entry["key"],
        name=entry["name"],
        reading=entry["reading"],
        kind=entry["kind"],
        prefecture=entry["prefecture"],
        industry=entry["industry"],
        employees=entry["employees"],
        domains=tuple(entry["domains"]),
        joined=entry["joined"],
        plan=entry.get("plan", ""),
        licences=entry.get("licences"),
        csm=entry.get("csm"),
        renewal=entry.get("renewal"),
        ended=entry.get("ended"),
        phases=phases,
    )


def _person(entry: dict[str, Any], domain: str) -> Person:
    family_name, given_name, family_reading, given_reading = entry["name"]
    return Person(
        handle=entry["handle"],
        family_name=family_name,
        given_name=given_name,
        family_reading=family_reading,
        given_reading=given_reading,
        email=f"{entry['handle']}@{domain}",
        company=entry["company"],
        headline=" ".join(filter(None, (entry["department"], entry["title"]))),
        about=entry.get("about", ""),
        joined=entry["joined"],
        staff=entry.get("staff"),
        is_company_admin=entry.get("admin", False),
        former_company=entry.get("former_company"),
        moved=entry.get("moved", 0),
    )


def _sample_category(entry: dict[str, Any]) -> SampleCategory:
    return SampleCategory(
        key=entry["key"],
        parent=entry.get("parent"),
        name=entry["name"],
        name_en=entry["name_en"],
        description=entry["description"],
        readers=entry["readers"],
        posters=entry["posters"],
        segments=tuple(entry.get("segments", ())),
        stages=tuple(entry.get("stages", ())),
        company=entry.get("company"),
    )


def _conversation(key: str, entry: dict[str, Any]) -> Conversation:
    accepted = entry.get("accepted")
    return Conversation(
        key=key,
        title=entry["title"],
        category=entry["category"],
        kind=entry["kind"],
        opened=entry["opened"],
        lines=tuple(_sample_post(post) for post in entry["posts"]),
        answer=accepted["post"] if accepted else None,
        answered=_moment(accepted) if accepted else None,
    )


def _sample_post(post: dict[str, Any]) -> SamplePost:
    removed = post.get("removed")
    return SamplePost(
        author=post["author"],
        at=_moment(post),
        body=post["body"].strip(),
        reactions=tuple((kind, handle) for kind in REACTIONS for handle in post.get(kind, ())),
        cut=Cut(removed["by"], _moment(removed), removed["reason"], removed["note"]) if removed else None,
    )


def _moment(entry: dict[str, Any]) -> Moment:
    return Moment(entry["day"], time.fromisoformat(entry["time"]))
