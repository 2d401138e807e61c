"""What a room is on this floor: one description of the pages and parts of pages it hands over.

What draws a page from parts of several rooms (the menu, the first page, a profile …) asks `current_pages()` for them;
it imports no room. A room names its parts in `blueprints/<room>/room.py`; `blueprints/rooms.py` lists the rooms.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from flask import Blueprint, current_app
from flask.sansio.app import App

from community.room import Scope, check_names

from .room_parts import (
    CompanySection,
    DataExport,
    HomeCard,
    NavGroup,
    NavItem,
    ProfileSection,
    SavedForms,
    WelcomeAct,
)
from .search_parts import SEARCH_PARAMS, NextStep, SearchPart


def _no_step() -> None:
    """Lead nowhere."""


@dataclass(frozen=True)
class RoomPages:
    """What one room hands over on this floor. `name`: its word on every floor, "forums".

    `guest_scopes` returns the scopes that lists of the room's things depend on as guests see them: those of the first
    page, which shows some of each room (`blueprints/page_cache.py`).
    `pulse` returns what happened in the room in the last days, in a few words for the head of the first page.
    `before_first_notification` returns where a person without notifications goes on; its hint says what brings them.
    `number_params`: names of values in addresses that are numbers, besides `page`; signs behind them are cut off.
    `returns_after_sign_in`: a guest who signs in from one of the room's pages comes back to it.
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
    export: DataExport | None = None
    saved_forms: tuple[SavedForms, ...] = ()
    before_first_notification: Callable[[], NextStep | None] = _no_step
    number_params: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Pages:
    """All rooms of an application on this floor, in the order of the list."""

    rooms: tuple[RoomPages, ...] = ()
    house_navigation: tuple[NavItem, ...] = ()  # what is there whichever rooms there are

    @cached_property
    def navigation(self) -> Mapping[NavGroup, Sequence[NavItem]]:
        """Return the house's and all rooms' navigation items by where they stand, in their order."""
        items = [*self.house_navigation, *(item for room in self.rooms for item in room.navigation)]
        items.sort(key=lambda item: item.position)
        return {group: [item for item in items if item.group == group] for group in NavGroup}

    @cached_property
    def returning_blueprints(self) -> frozenset[str]:
        """Return the names of the blueprints whose pages a guest comes back to after signing in."""
        return frozenset(room.blueprint.name for room in self.rooms if room.returns_after_sign_in)

    @cached_property
    def home_cards(self) -> Sequence[HomeCard]:
        """Return every card of the first page in its order."""
        return sorted((card for room in self.rooms for card in room.home_cards), key=lambda card: card.position)

    @cached_property
    def welcome_acts(self) -> Sequence[WelcomeAct]:
        """Return every act that a newcomer may be offered, the one to be offered first at the beginning."""
        return sorted((act for room in self.rooms for act in room.welcome_acts), key=lambda act: act.position)

    @cached_property
    def profile_sections(self) -> Sequence[ProfileSection]:
        """Return every section of a person's page in its order."""
        return sorted((part for room in self.rooms for part in room.profile_sections), key=lambda part: part.position)

    @cached_property
    def company_sections(self) -> Sequence[CompanySection]:
        """Return every section of a company's own page in its order."""
        return sorted((part for room in self.rooms for part in room.company_sections), key=lambda part: part.position)

    @cached_property
    def exports(self) -> Sequence[DataExport]:
        """Return what a person takes along, in the rooms' order."""
        return [room.export for room in self.rooms if room.export is not None]

    @cached_property
    def saved_forms(self) -> Sequence[SavedForms]:
        """Return the forms whose texts are kept, those with the longest prefix first."""
        return sorted((forms for room in self.rooms for forms in room.saved_forms), key=lambda each: -len(each.prefix))

    @cached_property
    def number_params(self) -> frozenset[str]:
        """Return the names of all values in addresses that are numbers."""
        return frozenset({"page"}).union(*(room.number_params for room in self.rooms))

    @property
    def search_parts(self) -> tuple[SearchPart, ...]:
        """Return what the rooms add to the search page."""
        return tuple(room.search for room in self.rooms if room.search is not None)


def hand_over(app: App, rooms: Iterable[RoomPages], house_navigation: tuple[NavItem, ...] = ()) -> None:
    """Tell the application which rooms there are, and what stands in the navigation besides theirs.

    Raise ValueError where two have a filter of the search page, or an act for newcomers, of one name.
    """
    handed = tuple(rooms)
    facets = ((facet.name, room.name) for room in handed if room.search for facet in room.search.facets)
    check_names("search filters", [*((name, "the search page") for name in SEARCH_PARAMS), *facets])
    check_names("welcome acts", ((act.name, room.name) for room in handed for act in room.welcome_acts))
    app.extensions["room_pages"] = Pages(handed, house_navigation)


def current_pages() -> Pages:
    """Return the rooms of the current application."""
    return current_app.extensions["room_pages"]
