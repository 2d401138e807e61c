"""Types by which a room's tests describe it to the walks through all rooms: endpoints, forms, privileged acts.

A room fills its description in `tests/<room>/walks.py`; `tests/walked_rooms.py` lists the rooms.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.access.world import World  # which is made of rooms that say this
    from tests.journey.browsing import Door
    from tests.journey.pages import Things

GUEST, MEMBER, STAFF = "guest", "member", "staff"


@dataclass
class Knock:
    """One request, and who may have it answered."""

    endpoint: str
    may: set[str]
    method: str = "GET"
    values: dict[str, Any] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    about: str = ""


@dataclass
class Act:
    """Who presses which button. Fields that `fields` leaves out are sent as the page shows them."""

    endpoint: str
    by: str
    action: str
    values: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    shown_on: str = ""  # the endpoint of the page with the form, if it is another one
    reason: str = ""


@dataclass(frozen=True)
class Stop:
    """One state of one page. `press`: the button that sends its form unfilled, so that it is refused.

    `cookies`, as a browser's context has them: for pages that open to nothing but what a link has left there.
    """

    endpoint: str
    path: str
    by: tuple[str, ...] = (MEMBER,)
    press: str | None = None
    status: int = 200
    keep: str = ""  # what the page is pictured as
    cookies: Sequence[Any] = ()

    @property
    def name(self) -> str:
        """The name of the file for the page's picture."""
        return re.sub(r"\W+", "-", self.keep or self.endpoint.partition(".")[2])


class Meanwhile(Enum):
    """What a route with a form does about changes since the form was shown."""

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
    """The description of one room.

    `knocks`: who may request each of its endpoints. `populate` makes the room's rows in a world, before the walks ask
    about them: what it returns is `world.of_rooms[name]`. `unseen_forms`: routes whose form no page shows, with the
    values of their address and the names of their fields. `meanwhile`: what each route with a form does about changes
    in between; those in `checked` compare, each with a scene in tests/forms/test_conflicts.py. `acts`: privileged acts
    that are logged; `further_acts`: such acts on endpoints that others use for what is their own. `cached_pages`:
    endpoints of pages cached for guests. `stops`: pages as browsers look at them; `no_page`: endpoints that draw none.
    `prepare` makes or finds, through pages in a browser, what the stops are about: what it returns is
    `things.of_rooms[name]`.
    """

    name: str
    knocks: Callable[["World"], list[Knock]]
    populate: Callable[["World"], Any] | None = None
    unseen_forms: Mapping[str, tuple[dict[str, Any], tuple[str, ...]]] = field(default_factory=dict)
    meanwhile: Mapping[str, Meanwhile] = field(default_factory=dict)
    checked: Mapping[str, str] = field(default_factory=dict)
    acts: Callable[["World"], list[Act]] = _none
    further_acts: Callable[["World"], list[Act]] = _none
    cached_pages: Collection[str] = frozenset()
    stops: Callable[["Things"], list[Stop]] = _none
    no_page: Collection[str] = frozenset()
    prepare: Callable[["Door"], Any] | None = None
