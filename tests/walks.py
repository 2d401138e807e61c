"""What a room's own tests say to the walks that go through every room: its doors, its forms, its privileged acts.

A room says it in `tests/<room>/walks.py`; `tests/walked_rooms.py` lists the rooms.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.access.world import World  # which is made of rooms that say this
    from tests.journey.pages import Things

GUEST, MEMBER, STAFF = "guest", "member", "staff"


@dataclass
class Knock:
    """One request and the people who may have it answered."""

    endpoint: str
    may: set[str]
    method: str = "GET"
    values: dict[str, Any] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    about: str = ""


@dataclass
class Act:
    """Who presses which button. What `fields` leaves out is sent as the page shows it."""

    endpoint: str
    by: str
    action: str
    values: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    shown_on: str = ""  # the endpoint of the page with the form, if it is another one
    reason: str = ""


@dataclass(frozen=True)
class Stop:
    """One state of one page. `press`: the button that sends its form as it stands, to see it refused."""

    endpoint: str
    path: str
    by: tuple[str, ...] = (MEMBER,)
    press: str | None = None
    status: int = 200
    keep: str = ""  # what the page is pictured as

    @property
    def name(self) -> str:
        """A file's name for its picture."""
        return re.sub(r"\W+", "-", self.keep or self.endpoint.partition(".")[2])


class Meanwhile(Enum):
    """What a route that takes a form does about what changed since the form was shown."""

    CREATES = auto()  # a row that was not there before; what is there is left as it is
    # One press that means the same whatever changed meanwhile, and that its own button, a reason in the audit log or
    # the next press takes back; or that writes nothing.
    ONE_PRESS = auto()
    # Proves something first (a password, a code, a token of one use), and what it sets nobody sees to overwrite.
    PROVEN = auto()
    PREVIEWED = auto()  # shows first what would happen, and does nothing else than what was shown


def _none(_: object) -> list[Any]:
    return []


@dataclass(frozen=True)
class RoomWalk:
    """What the walks ask of one room.

    `knocks`: who may open each of its doors. `unseen_forms`: routes whose form no page shows, with what their address
    needs and the names of their fields. `meanwhile`: what each of its routes with a form does about changes in between;
    those in `checked` compare, each with its scene of tests/forms/test_conflicts.py. `acts`: what only some may do, as
    the log has it; `further_acts`: such behind doors that others use for what is their own. `cached_pages`: the
    endpoints of its pages that are cached for guests. `stops`: its pages as browsers look at them; `no_page`: endpoints
    that draw none.
    """

    name: str
    knocks: Callable[["World"], list[Knock]]
    unseen_forms: Mapping[str, tuple[dict[str, Any], tuple[str, ...]]] = field(default_factory=dict)
    meanwhile: Mapping[str, Meanwhile] = field(default_factory=dict)
    checked: Mapping[str, str] = field(default_factory=dict)
    acts: Callable[["World"], list[Act]] = _none
    further_acts: Callable[["World"], list[Act]] = _none
    cached_pages: Collection[str] = frozenset()
    stops: Callable[["Things"], list[Stop]] = _none
    no_page: Collection[str] = frozenset()
