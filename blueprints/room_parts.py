"""What a room hands over to the pages that are composed of several rooms: each a small description, no mechanism.

Where a part has a `position`, parts are shown in ascending order, whichever room they come from; gaps leave room.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from flask_babel.speaklater import LazyString

from models.accounts import Account, Member

# What a template draws; None: the part is not shown.
Values = Mapping[str, object] | None


class NavGroup(StrEnum):
    """Where a navigation item stands."""

    MAIN = "main"  # the top bar, and the first four on the tab bar of small screens
    STAFF = "staff"  # the second bar, of the vendor's staff and of companies' administrators
    OWN = "own"  # the menu about oneself
    ACT = "act"  # the one button of the top bar: the first that the person may press


@dataclass(frozen=True)
class ShownPart:
    """A card or a section as a page draws it: its template, and what that finds."""

    template: str
    values: Mapping[str, object]


def is_signed_in(member: Member) -> bool:
    """Return True: the rule of items that everybody has who is not a guest."""
    del member
    return True


def _no_values(member: Member) -> Mapping[str, str]:
    del member
    return {}


@dataclass(frozen=True)
class NavItem:
    """An entry of the navigation.

    `rule` None: for everybody, guests too. `is_whole_blueprint`: the item is current on every page of its blueprint,
    else on its own page and on those in `behind` (endpoints). `values` returns what else the address needs.
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


class HomeRole(StrEnum):
    """Who looks at the first page."""

    GUEST = "guest"
    MEMBER = "member"
    STAFF = "staff"


@dataclass(frozen=True)
class HomeCard:
    """A part of the first page. Its template finds `card`, which is what `values` returns for the person."""

    roles: Collection[HomeRole]
    position: int
    template: str
    values: Callable[[Member | None], Values]


@dataclass(frozen=True)
class ProfileSection:
    """A part of a person's page. Its template finds `section`: what `values(viewer, person)` returns."""

    position: int
    template: str
    values: Callable[[Member, Member], Values]


@dataclass(frozen=True)
class CompanySection:
    """A part of a company's own page. Its template finds `section`: what `values(viewer, company)` returns."""

    position: int
    template: str
    values: Callable[[Member, Account], Values]


@dataclass(frozen=True)
class PreparedAct:
    """What a newcomer is about to do: `act` writes it, then `said` is said on the page at `address`."""

    act: Callable[[], object]
    said: str
    address: str


@dataclass(frozen=True)
class WelcomeAct:
    """One useful thing that a newcomer is offered; of all acts that have values the first one is.

    Its template finds `offer`: what `values` returns. `prepare` is for acts that are done by one button, which posts to
    `home.do_welcome_act` with the act's name and the id of a thing: it loads and judges the thing, and ends the request
    where the person may not.
    """

    name: str
    position: int
    template: str
    values: Callable[[Member], Values]
    prepare: Callable[[Member, int], PreparedAct] | None = None


# Puts the fields of a form back for the member, losing nothing that was there; returns the path of the page where they
# are seen again, None where they cannot be kept. Called within a transaction.
PutBack: TypeAlias = Callable[[Member, str, Mapping[str, str]], str | None]


@dataclass(frozen=True)
class SavedForms:
    """Forms whose texts are kept when they could not be taken: those that are sent to paths beginning with `prefix`.

    `list_url` returns the page of everything that is kept so.
    """

    prefix: str
    put_back: PutBack
    list_url: Callable[[], str]


@dataclass(frozen=True)
class ExportSummary:
    """What the page says of an export before it is made: what is in it, and what is not."""

    contents: list[str] = field(default_factory=list)
    omissions: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class DataExport:
    """What a person takes along of a room. `files` yields (name, content) one after the other as they are written."""

    files: Callable[[Member], Iterator[tuple[str, bytes]]]
    summary: Callable[[Member], ExportSummary]
