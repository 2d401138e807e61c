"""The categories and conversations of the sample community, read from the TOML files beside this module."""

from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any

from community.toml_files import read_folder, read_toml

FOLDER = Path(__file__).parent
REACTIONS = ("thanks", "helpful", "same")


@dataclass(frozen=True)
class SampleCategory:
    """A category of the forum. `parent` and `company` are keys."""

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
    """A time of the community's clock, `day` working days after the topic was opened."""

    day: int
    time: time


@dataclass(frozen=True)
class SampleRemoval:
    """How a post was hidden."""

    by: str
    at: Moment
    reason: str
    note: str


@dataclass(frozen=True)
class SamplePost:
    """One post of a conversation. `reactions`: (kind, handle)."""

    author: str
    at: Moment
    body: str
    reactions: tuple[tuple[str, str], ...]
    removal: SampleRemoval | None


@dataclass(frozen=True)
class Conversation:
    """A topic with its posts. `opened`: working days before the day of loading; `answer`: the accepted post, from 1."""

    key: str
    title: str
    category: str
    kind: str
    opened: int
    posts: tuple[SamplePost, ...]
    answer: int | None
    answered: Moment | None


def read_categories() -> tuple[SampleCategory, ...]:
    """Return the sample's categories in the order of the file, each after its parent."""
    return tuple(_sample_category(entry) for entry in read_toml(FOLDER / "categories.toml")["category"])


def read_conversations() -> tuple[Conversation, ...]:
    """Return the sample's conversations, the oldest first."""
    read = (_conversation(key, entry) for key, entry in read_folder(FOLDER / "topics"))
    return tuple(sorted(read, key=lambda conversation: (-conversation.opened, conversation.key)))


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
        posts=tuple(_sample_post(post) for post in entry["posts"]),
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
        removal=SampleRemoval(removed["by"], _moment(removed), removed["reason"], removed["note"]) if removed else None,
    )


def _moment(entry: dict[str, Any]) -> Moment:
    return Moment(entry["day"], time.fromisoformat(entry["time"]))
