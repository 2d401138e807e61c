"""Kinds of things of a room: what other rooms and mechanisms may know of a topic, a story or a meetup."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from flask_babel.speaklater import LazyString

from models.accounts import Member

Row = TypeVar("Row")
Viewer = TypeVar("Viewer")
# How other rows refer to a thing: the name of its kind, which is that of its table, and its id.
Key: TypeAlias = tuple[str, int]


@dataclass(frozen=True)
class Thing:
    """The description of one thing.

    `address`: the path of its page, "" if it has none; `html`: its text as safe HTML, for an excerpt.
    """

    kind: str
    id: int
    title: str
    address: str
    author_id: int | None = None
    is_hidden: bool = False
    html: str = ""

    @property
    def key(self) -> Key:
        """The thing's key."""
        return self.kind, self.id


@dataclass(frozen=True)
class ThingKind(Generic[Row, Viewer]):
    """How things of one kind are loaded and described, and who may see them.

    `name` is the table's; `label` is the singular, 「話題」; `icon` names one of static/icons.svg.
    `load` takes ids and returns the existing rows, hidden ones too, in one query. `viewer` takes a member (None: a
    guest) and returns the viewer for `can_see`; `viewers` does so for many members, by id, in as many queries.
    `is_live`: open pages may hear of changes of one thing, on the channel "<name>:<id>". `is_asked_about`: readers may
    ask questions about a thing, in the room that has questions.
    """

    name: str
    label: LazyString
    icon: str
    load: Callable[[Collection[int]], Mapping[int, Row]]
    describe: Callable[[Row], Thing]
    viewer: Callable[[Member | None], Viewer]
    viewers: Callable[[Collection[Member]], Mapping[int, Viewer]]
    can_see: Callable[[Viewer, Row], bool]
    is_live: bool = False
    is_asked_about: bool = False
