"""Kinds of things that a room has: what anything else may know of a topic, a story or a meetup."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from flask_babel.speaklater import LazyString

from models.accounts import Member

Row = TypeVar("Row")
Viewer = TypeVar("Viewer")
# How rows of other rooms name a thing: the name of its kind, which is that of its table, and its id.
Key: TypeAlias = tuple[str, int]


@dataclass(frozen=True)
class Thing:
    """What is said of one thing.

    `address`: the path of its page, "" where it has none; `html`: its own text, safe, for an excerpt.
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
        return self.kind, self.id


@dataclass(frozen=True)
class ThingKind(Generic[Row, Viewer]):
    """How things of one kind are found, described and kept from those who may not see them.

    `name` is the table's; `label` is what one is called, 「話題」; `icon` names one of static/img/icons.svg.
    `load` takes ids and returns the rows there are, hidden ones too, in one query. `viewer` and `viewers` return what
    `can_see` judges by: one person (None: a guest), or many by id, in as many queries. `is_live`: open pages may hear
    of one's changes, on the channel "<name>:<id>".
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
