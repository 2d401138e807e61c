"""A version as an approver reads it before they answer: all of it, with the places where names appear."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from community.stories.consent.permits import find_pictures
from community.stories.labels import PARTS, TAG_KINDS
from community.stories.versions import names_within
from community.stories.versions.comparison import say_tags
from community.stories.versions.content import QUESTIONS, Content, Figure, Try, from_json
from community.stories.versions.reading_time import count_minutes
from models.stories import StoryPartName, StoryVersion

_PICTURE = re.compile(r'(src=")/stories/\d+/pictures/')


@dataclass(frozen=True)
class Preview:
    """What a version says. `parts`: heading and safe HTML; `tags`: 「課題」 and 「機能」 with their names.

    `named_in`: headings of the parts that hold a name.
    """

    number: int
    title: str
    lead: str
    quote: str
    parts: tuple[tuple[str, str], ...]
    tries: tuple[Try, ...]
    tags: tuple[tuple[str, str], ...]
    figures: tuple[Figure, ...]
    company: str
    people: tuple[str, ...]
    confirmed_by: tuple[str, ...]
    named_in: tuple[str, ...]
    trade: str
    employees: int | None
    prefecture: int | None
    pictures: frozenset[str]
    minutes: int
    submitted_on: date


def read_preview(version: StoryVersion, pictures_at: str, submitted_on: date) -> Preview:
    """Return the version as it will look. `pictures_at`: the address before a picture's key."""
    content = from_json(version.content)
    html = {StoryPartName(name): text for name, text in version.html.items()}
    return Preview(
        number=version.number,
        title=content.title,
        lead=content.lead,
        quote=content.quote,
        parts=tuple(
            (str(PARTS[name]), _PICTURE.sub(rf"\g<1>{pictures_at}", html[name])) for name in QUESTIONS if name in html
        ),
        tries=content.tries,
        tags=tuple((str(label), said) for kind, label in TAG_KINDS.items() if (said := say_tags(content, kind))),
        figures=content.figures,
        company=content.company,
        people=content.people,
        confirmed_by=tuple(figure.confirmed_by for figure in content.figures if figure.confirmed_by),
        named_in=tuple(find_names(content)),
        trade=content.trade,
        employees=content.employees,
        prefecture=content.prefecture,
        pictures=find_pictures(version.html.values()),
        minutes=count_minutes(content.lead, version.html.values()),
        submitted_on=submitted_on,
    )


def find_names(content: Content) -> Iterator[str]:
    """Yield the headings of the parts whose own words hold the company's or an author's name.

    These names stand there even where names of company and people are not allowed.
    """
    names = names_within.list_names(content.company, content.people)
    written = {
        StoryPartName.TITLE: content.title,
        StoryPartName.LEAD: content.lead,
        **content.answers,
        StoryPartName.QUOTE: content.quote,
        StoryPartName.TRIES: "\n".join(f"{each.text}{each.effort}" for each in content.tries),
    }
    for part, words in written.items():
        if names_within.find_names(words, names):
            yield str(PARTS[part])
