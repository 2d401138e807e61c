"""Types of the parts that rooms hand over to pages composed of several rooms: small descriptions without behaviour.

Parts with a `position` are shown in ascending order, whichever room they come from; leave gaps between positions.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from flask_babel.speaklater import LazyString

from community.room import Thing
from models.accounts import Account, Member

# The value of a part's template; None: the part is not shown.
Values = Mapping[str, object] | None


class NavGroup(StrEnum):
    """Where a navigation item stands."""

    MAIN = "main"  # the top bar, and the first four on the tab bar of small screens
    STAFF = "staff"  # the second bar, of the vendor's staff and of companies' administrators
    OWN = "own"  # the menu about oneself
    ACT = "act"  # the one button of the top bar: the first that the person may press


@dataclass(frozen=True)
class ShownPart:
    """A card or a section as a page draws it: its template and the template's value."""

    template: str
    values: Mapping[str, object]


def every_member(member: Member) -> bool:
    """Return True: the rule of navigation items that every signed-in member has."""
    del member
    return True


def _no_values(member: Member) -> Mapping[str, str]:
    del member
    return {}


@dataclass(frozen=True)
class NavItem:
    """An entry of the navigation.

    `rule`: for whom; None: for everybody, guests too. `is_whole_blueprint`: the item is current on every page of its
    blueprint, else on its own page and on those in `behind` (endpoints). `values` returns further values of the
    address. `begins_day`: whose first page it is after signing in, instead of the members' first page.
    """

    group: NavGroup
    position: int
    label: LazyString
    endpoint: str
    icon: str
    rule: Callable[[Member], bool] | None = None
    behind: Collection[str] = frozenset()
    is_whole_blueprint: bool = False
    values: Callable[[Member], Mapping[str, str]] = _no_values
    begins_day: Callable[[Member], bool] | None = None


class HomeRole(StrEnum):
    """Who looks at the first page."""

    GUEST = "guest"
    MEMBER = "member"
    STAFF = "staff"


@dataclass(frozen=True)
class HomeCard:
    """A part of the first page. `values` returns what its template finds as `card`; None: the card is not shown."""

    roles: Collection[HomeRole]
    position: int
    template: str
    values: Callable[[Member | None], Values]


@dataclass(frozen=True)
class ProfileSection:
    """A part of a member's page. `values(viewer, person)` returns what its template finds as `section`."""

    position: int
    template: str
    values: Callable[[Member, Member], Values]


@dataclass(frozen=True)
class CompanySection:
    """A part of a company's own page. `values(viewer, company)` returns what its template finds as `section`."""

    position: int
    template: str
    values: Callable[[Member, Account], Values]


@dataclass(frozen=True)
class PreparedAct:
    """An act that a newcomer is about to do: `act` writes it, then the page at `address` shows the message `said`."""

    act: Callable[[], object]
    said: str
    address: str


@dataclass(frozen=True)
class WelcomeAct:
    """One useful act that newcomers are offered; of all acts that have values, the first one is.

    Its template finds `offer`: what `values` returns. `prepare` is for acts that are done by one button, which posts to
    `home.do_welcome_act` with the act's name and the id of a thing: it loads the thing and applies the rule, and ends
    the request if the member may not do it.
    """

    name: str
    position: int
    template: str
    values: Callable[[Member], Values]
    prepare: Callable[[Member, int], PreparedAct] | None = None


@dataclass(frozen=True)
class Conversion:
    """What a thing of another room can become in this one: a topic a story. The offer on its page leads to a draft.

    `origin`: the kind of thing it starts from, whose room knows nothing of this; None: every kind that can be asked
    about (`ThingKind.is_asked_about`). `endpoint`: of the draft's form, which finds the origin by
    `blueprints.conversions.find_origin`; `label`, `icon`: of the link to it. `rule(member, thing)`: whether the member,
    who may see the thing, may convert it.
    """

    origin: str | None
    label: LazyString
    icon: str
    endpoint: str
    rule: Callable[[Member, Thing], bool]


@dataclass(frozen=True)
class ThingSection:
    """A part of the page of a thing of another room: what this room has about it.

    `values(viewer, thing)` returns what its template finds as `section`; the viewer (None: a guest) may see the thing.
    """

    position: int
    template: str
    values: Callable[[Member | None, Thing], Values]


# Stores the fields of a form for the member without losing anything; returns the path of the page that shows
# them, or None if they cannot be kept. Called within a transaction.
PutBack: TypeAlias = Callable[[Member, str, Mapping[str, str]], str | None]


@dataclass(frozen=True)
class SavedForms:
    """Forms whose texts are kept when they could not be accepted: those sent to paths that begin with `prefix`.

    `list_url` returns the address of the page of all such texts.
    """

    prefix: str
    put_back: PutBack
    list_url: Callable[[], str]


@dataclass(frozen=True)
class ExportSummary:
    """What the page of the data export says beforehand: what is in the export, and what is not."""

    contents: list[str] = field(default_factory=list)
    omissions: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class DataExport:
    """A room's part of a member's data export.

    `files` yields (name, content), one at a time as they are written; `file_names`: all names that it yields.
    """

    files: Callable[[Member], Iterator[tuple[str, bytes]]]
    summary: Callable[[Member], ExportSummary]
    file_names: tuple[str, ...]


# Lists of pictures in the data export, which belong to no room: of those in the archive, and of those that do not fit.
PICTURE_LISTS = ("pictures.csv", "pictures-left-out.csv")
