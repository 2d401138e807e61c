"""Cards: what lists show of the stories that a reader may read. Made of permits, and remembered for the day.

Nothing is parsed again until something changes that may be shown: thousands of stories cost one query.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from community import text
from community.public import Remembered
from models.stories import ConsentUse

from . import covers, queries
from .content import Figure, Try
from .permits import Permit
from .reader import Reader
from .whole import Whole

# Characters of running text that people read in a minute.
READ_IN_A_MINUTE = 500


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

    @property
    def is_filled(self) -> bool:
        """Whether the cover is filled: a figure was counted or measured."""
        return covers.is_filled(self.figures)


_remembered: Remembered[Mapping[int, Card]] = Remembered()


def list_cards(reader: Reader) -> Mapping[int, Card]:
    """Return the cards of all stories that the reader may read today, by id, the newest first.

    No query while nothing has changed since the last time.
    """
    question = (reader.uses, reader.day)
    return _remembered.get(reader.version, question, lambda: _read_cards(reader.uses, reader.day))


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
        minutes=count_minutes(permit),
    )


def count_minutes(story: Permit | Whole) -> int:
    """Return how many minutes it takes to read the story, at least one."""
    characters = sum(len(text.to_plain(html)) for html in story.answers.values())
    return max(1, round(characters / READ_IN_A_MINUTE))


def _read_cards(uses: Sequence[ConsentUse], day: date) -> Mapping[int, Card]:
    return {story_id: make_card(permit) for story_id, permit in queries.list_permits(uses, day).items()}
