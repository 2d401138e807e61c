"""Permits: what may be shown of a story for one use on one day, and nothing else. Every output is made of them.

Without a permit a story does not exist for the reader. `until` is the last day on which all of it holds; caches, search
documents and answers keep nothing beyond it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from community.stories.versions.content import Figure, Tag, Try, from_json, slugs_of, without_names
from models.stories import ConsentUse, StoryPartName, TagKind

from . import consents
from .evidence import Evidence

# As `versions` writes the addresses of pictures.
_PICTURE = re.compile(r'src="/stories/\d+/pictures/([A-Za-z0-9_-]+)"')


@dataclass(frozen=True)
class Permit:
    """What may be shown of one story for `use`, through the day `until` (None: without end).

    `answers`: safe HTML by question. `company`, `account_id`, `author_id` and `people` are empty where the names may
    not be shown: trade, size and prefecture stand for them. `quote` is "" where nothing may be quoted. `tags`: with
    the names that were consented to. `pictures`: keys of the pictures that the answers show. `shown_revision`: a number
    that rises with every change of what may be shown, by which open pages hear of it.
    """

    story_id: int
    version: int
    use: ConsentUse
    until: date | None
    title: str
    lead: str
    answers: Mapping[StoryPartName, str]
    tries: tuple[Try, ...]
    figures: tuple[Figure, ...]
    tags: tuple[Tag, ...]
    trade: str
    employees: int | None
    prefecture: int | None
    pictures: frozenset[str]
    published_at: datetime
    changed_at: datetime
    company: str = ""
    account_id: int | None = None
    author_id: int | None = None
    people: tuple[str, ...] = ()
    quote: str = ""
    shown_revision: int = 0

    @property
    def problems(self) -> tuple[str, ...]:
        """The slugs of its problems."""
        return slugs_of(self.tags, TagKind.PROBLEM)

    @property
    def features(self) -> tuple[str, ...]:
        """The slugs of its features."""
        return slugs_of(self.tags, TagKind.FEATURE)


def permit(evidence: Evidence, use: ConsentUse, on: date) -> Permit | None:
    """Return what may be shown of the story for this use on the day, or None.

    Nothing of a story that was taken down, never published, or whose content was erased.
    """
    return permit_first(evidence, [use], on)


def permit_first(evidence: Evidence, uses: Iterable[ConsentUse], on: date) -> Permit | None:
    """Return the permit for the first of these uses that has one, or None."""
    story, version = evidence.story, evidence.version
    if version is None or story.published_at is None or story.hidden_at is not None or story.withdrawn_at is not None:
        return None
    if not version.content:
        return None
    grants = consents.list_grants(version, evidence.approvers, evidence.entries, on)
    use = next((use for use in uses if use in grants), None)
    if use is None:
        return None
    logo, quote = grants.get(ConsentUse.LOGO), grants.get(ConsentUse.QUOTE)
    ends = [grant.until for grant in (grants[use], logo, quote) if grant is not None and grant.until is not None]
    content = from_json(version.content)
    answers = {StoryPartName(name): html for name, html in version.html.items()}
    return Permit(
        story_id=story.id,
        version=version.number,
        use=use,
        until=min(ends, default=None),
        title=content.title,
        lead=content.lead,
        answers=answers,
        tries=content.tries,
        figures=content.figures if logo else tuple(without_names(figure) for figure in content.figures),
        tags=content.tags,
        trade=content.trade,
        employees=content.employees,
        prefecture=content.prefecture,
        pictures=find_pictures(answers.values()),
        published_at=story.published_at,
        changed_at=version.created_at,
        company=content.company if logo else "",
        account_id=story.account_id if logo else None,
        author_id=story.author_id if logo else None,
        people=content.people if logo else (),
        quote=content.quote if quote else "",
        shown_revision=story.shown_revision,
    )


def find_pictures(texts: Iterable[str]) -> frozenset[str]:
    """Return the keys of the pictures that these answers of a version show."""
    return frozenset(key for html in texts for key in _PICTURE.findall(html))
