"""Cards: what lists show of the stories that a reader may read. Made of permits, and kept in memory.

A card holds while its story's fingerprint is the same and the permit that it was made of has not ended. So thousands of
stories cost no query while nothing changes, and after a change the fingerprints and what has changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from threading import Lock
from types import MappingProxyType

from flask import current_app

from community import public
from community.stories import queries
from community.stories.consent.permits import Permit
from community.stories.versions.content import Figure, Try
from community.stories.versions.reading_time import count_minutes
from models.base import db
from models.stories import ConsentUse

from . import covers
from .fingerprints import Fingerprint, read_fingerprints, read_stands
from .reader import Company, Reader, band_of

_EXTENSION = "story_cards"


@dataclass(frozen=True)
class Card:
    """What a list shows of one story. Names are empty where they may not be shown.

    `minutes`: how long it takes to read.
    """

    story_id: int
    title: str
    lead: str
    quote: str
    trade: str
    employees: int | None
    prefecture: int | None
    problems: tuple[str, ...]
    features: tuple[str, ...]
    figures: tuple[Figure, ...]
    first_try: Try | None
    company: str
    account_id: int | None
    author_id: int | None
    people: tuple[str, ...]
    published_at: datetime
    until: date | None
    minutes: int

    @cached_property
    def band(self) -> int | None:
        """The number of the band of the company's size (`band_of`)."""
        return band_of(self.employees)

    @property
    def is_filled(self) -> bool:
        """Whether the cover is filled: a figure was counted or measured."""
        return covers.is_filled(self.figures)


class Cards(dict[int, Card]):
    """Cards by the story's id, the newest first. They are never changed: after a change there are others.

    `nearest`: what was already found to be near to a company, named or not (`nearness.list_nearest`).
    """

    def __init__(self, cards: Mapping[int, Card] = MappingProxyType({})) -> None:
        """Make them of these."""
        super().__init__(cards)
        self.nearest: dict[tuple[Company, bool], Sequence[Card]] = {}


@dataclass(frozen=True)
class _Kept:
    """A card as it was made on a day; None: the story had no permit. `of`: the story's fingerprint then."""

    of: Fingerprint
    made_on: date
    card: Card | None

    def holds(self, fingerprint: Fingerprint, day: date) -> bool:
        """Return whether the card would be the same today: consents end, but none begins, by a day alone."""
        if self.of != fingerprint or day < self.made_on:
            return False
        return self.card is None or self.card.until is None or day <= self.card.until


@dataclass
class _Shelf:
    """Where a process keeps the cards for a way of reading. `cards` are right for this version and day.

    The lock lets one thread read what has changed.
    """

    kept: Mapping[int, _Kept] = field(default_factory=dict)
    cards: Cards = field(default_factory=Cards)
    right_for: tuple[str, date] | None = None
    lock: Lock = field(default_factory=Lock)


def list_cards(reader: Reader) -> Cards:
    """Return the cards of all stories that the reader may read today, by id, the newest first.

    No query while nothing has changed since the last time.
    """
    shelves: dict[Sequence[ConsentUse], _Shelf] = current_app.extensions.setdefault(_EXTENSION, {})
    shelf = shelves.setdefault(reader.uses, _Shelf())
    with shelf.lock:
        if public.is_changing(db.session()):
            # What this transaction has changed has no version yet, and may never be committed.
            return _sort_cards(_read_changed(shelf.kept, reader))
        if shelf.right_for != (reader.version, reader.day):
            shelf.kept = _read_changed(shelf.kept, reader)
            shelf.cards = _sort_cards(shelf.kept)
            shelf.right_for = reader.version, reader.day
        return shelf.cards


def _read_changed(kept: Mapping[int, _Kept], reader: Reader) -> Mapping[int, _Kept]:
    """Return the cards of the day; of those that were kept, the ones that still hold."""
    fingerprints = read_fingerprints(read_stands())
    holding = {
        id_: kept[id_] for id_, print_ in fingerprints.items() if id_ in kept and kept[id_].holds(print_, reader.day)
    }
    wanted = fingerprints.keys() - holding.keys()
    if not wanted:
        return holding
    permits = queries.list_permits(reader.uses, reader.day, story_ids=wanted if holding else None)
    fresh = {
        id_: _Kept(fingerprints[id_], reader.day, make_card(permits[id_]) if id_ in permits else None) for id_ in wanted
    }
    return holding | fresh


def _sort_cards(kept: Mapping[int, _Kept]) -> Cards:
    cards = [each.card for each in kept.values() if each.card is not None]
    cards.sort(key=lambda card: (card.published_at, card.story_id), reverse=True)
    return Cards({card.story_id: card for card in cards})


def make_card(permit: Permit) -> Card:
    """Return the card of one story."""
    return Card(
        story_id=permit.story_id,
        title=permit.title,
        lead=permit.lead,
        quote=permit.quote,
        trade=permit.trade,
        employees=permit.employees,
        prefecture=permit.prefecture,
        problems=permit.problems,
        features=permit.features,
        figures=permit.figures,
        first_try=permit.tries[0] if permit.tries else None,
        company=permit.company,
        account_id=permit.account_id,
        author_id=permit.author_id,
        people=permit.people,
        published_at=permit.published_at,
        until=permit.until,
        minutes=count_minutes(permit.lead, permit.answers.values()),
    )
