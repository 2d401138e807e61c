"""Types of a room's description on this floor: the pages and the parts of pages that it hands over.

Pages that are composed of parts of several rooms (the menu, the first page, a profile …) ask `current_pages()` for the
parts; they import no room. A room fills its description in `blueprints/<room>/room.py`; `blueprints/rooms.py` lists the
rooms.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from flask import Blueprint, current_app
from flask.sansio.app import App

from community.room import Scope, check_names

from .room_parts import (
    PICTURE_LISTS,
    CompanySection,
    Conversion,
    DataExport,
    HomeCard,
    NavGroup,
    NavItem,
    ProfileSection,
    SavedForms,
    ThingSection,
    WelcomeAct,
)
from .search_parts import SEARCH_PARAMS, NextStep, SearchPart

# Names of the values by which a draft's address says from which thing it starts (blueprints/conversions.py).
ORIGIN_KIND, ORIGIN_ID = "origin_kind", "origin_id"
# Numbers in addresses of pages of any room.
NUMBER_PARAMS = frozenset({"page", ORIGIN_ID})


def _no_step() -> None:
    """Return no next step."""


@dataclass(frozen=True)
class RoomPages:
    """What one room hands over on this floor. `name`: its word on every floor, "forums".

    `guest_scopes` returns the scopes of the room's lists as guests see them: those of the first page, which shows
    something of each room (`blueprints/page_cache.py`). `pulse` returns what happened in the room in the last days, in
    a few words for the head of the first page. `thing_sections`: what the room shows on pages of other rooms' things.
    `before_first_notification` returns a next step for members without
    notifications; its hint says what will bring some. `conversions`: what things of other rooms can become in this one.
    `number_params`: names of numbers in addresses, besides `NUMBER_PARAMS`; stray signs behind them are cut off.
    `returns_after_sign_in`: a guest who signs in from one of the room's pages returns to it.
    """

    name: str
    blueprint: Blueprint
    search: SearchPart | None = None
    guest_scopes: Callable[[], Collection[Scope]] = tuple
    navigation: tuple[NavItem, ...] = ()
    returns_after_sign_in: bool = False
    home_cards: tuple[HomeCard, ...] = ()
    pulse: Callable[[], str] | None = None
    welcome_acts: tuple[WelcomeAct, ...] = ()
    profile_sections: tuple[ProfileSection, ...] = ()
    company_sections: tuple[CompanySection, ...] = ()
    thing_sections: tuple[ThingSection, ...] = ()
    export: DataExport | None = None
    saved_forms: tuple[SavedForms, ...] = ()
    before_first_notification: Callable[[], NextStep | None] = _no_step
    conversions: tuple[Conversion, ...] = ()
    number_params: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Pages:
    """All rooms of an application on this floor, in the order of the list."""

    rooms: tuple[RoomPages, ...] = ()
    house_navigation: tuple[NavItem, ...] = ()  # what is there whichever rooms there are

    @cached_property
    def navigation(self) -> Mapping[NavGroup, Sequence[NavItem]]:
        """All navigation items, the house's and the rooms', by group, in their order."""
        items = [*self.house_navigation, *(item for room in self.rooms for item in room.navigation)]
        items.sort(key=lambda item: item.position)
        return {group: [item for item in items if item.group == group] for group in NavGroup}

    @cached_property
    def returning_blueprints(self) -> frozenset[str]:
        """The names of the blueprints whose pages a guest returns to after signing in."""
        return frozenset(room.blueprint.name for room in self.rooms if room.returns_after_sign_in)

    @cached_property
    def home_cards(self) -> Sequence[HomeCard]:
        """All cards of the first page, in their order."""
        return sorted((card for room in self.rooms for card in room.home_cards), key=lambda card: card.position)

    @cached_property
    def welcome_acts(self) -> Sequence[WelcomeAct]:
        """All acts that newcomers may be offered; the first one that suits is offered."""
        return sorted((act for room in self.rooms for act in room.welcome_acts), key=lambda act: act.position)

    @cached_property
    def profile_sections(self) -> Sequence[ProfileSection]:
        """All sections of a member's page, in their order."""
        return sorted((part for room in self.rooms for part in room.profile_sections), key=lambda part: part.position)

    @cached_property
    def company_sections(self) -> Sequence[CompanySection]:
        """All sections of a company's own page, in their order."""
        return sorted((part for room in self.rooms for part in room.company_sections), key=lambda part: part.position)

    @cached_property
    def thing_sections(self) -> Sequence[ThingSection]:
        """All sections of pages of other rooms' things, in their order."""
        return sorted((part for room in self.rooms for part in room.thing_sections), key=lambda part: part.position)

    @cached_property
    def exports(self) -> Sequence[DataExport]:
        """The rooms' parts of a member's data export, in the rooms' order."""
        return [room.export for room in self.rooms if room.export is not None]

    @cached_property
    def saved_forms(self) -> Sequence[SavedForms]:
        """The forms whose texts are kept, those with the longest prefix first."""
        return sorted((forms for room in self.rooms for forms in room.saved_forms), key=lambda each: -len(each.prefix))

    @cached_property
    def conversions(self) -> Sequence[Conversion]:
        """All conversions, in the rooms' order, in which they are offered."""
        return [conversion for room in self.rooms for conversion in room.conversions]

    @cached_property
    def number_params(self) -> frozenset[str]:
        """The names of all numbers in addresses."""
        return NUMBER_PARAMS.union(*(room.number_params for room in self.rooms))

    @property
    def search_parts(self) -> tuple[SearchPart, ...]:
        """The rooms' parts of the search page."""
        return tuple(room.search for room in self.rooms if room.search is not None)


def set_pages(app: App, rooms: Iterable[RoomPages], house_navigation: tuple[NavItem, ...] = ()) -> None:
    """Set the rooms of the application, and the navigation items that belong to no room.

    Raise ValueError where two have a filter of the search page, an act for newcomers, or a file of the data export, of
    one name.
    """
    given = tuple(rooms)
    facets = ((facet.name, room.name) for room in given if room.search for facet in room.search.facets)
    check_names("search filters", [*((name, "the search page") for name in SEARCH_PARAMS), *facets])
    check_names("welcome acts", ((act.name, room.name) for room in given for act in room.welcome_acts))
    exported = ((name, room.name) for room in given if room.export for name in room.export.file_names)
    check_names("files of the data export", [*((name, "the pictures") for name in PICTURE_LISTS), *exported])
    app.extensions["room_pages"] = Pages(given, house_navigation)


def current_pages() -> Pages:
    """Return the rooms of the current application."""
    return current_app.extensions["room_pages"]
