"""All that a version says, for those who work on the story. No permit: readers are never shown one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from models.stories import Story, StoryPartName

from .content import Content, Figure, Tag, Try, from_json
from .versions import get_last_version, read_content, render_answers

# Readers get pictures by an address that asks for a permit; who works on the story, by that of the part's file.
_PICTURE = re.compile(r'(src=")/stories/\d+/pictures/')


@dataclass(frozen=True)
class Whole:
    """What a version says, by the names that permits have. `version`: its number, None for what is being written."""

    story_id: int
    version: int | None
    title: str
    lead: str
    answers: Mapping[StoryPartName, str]
    quote: str
    tries: tuple[Try, ...]
    figures: tuple[Figure, ...]
    tags: tuple[Tag, ...]
    company: str
    trade: str
    employees: int | None
    prefecture: int | None
    people: tuple[str, ...]


def read_newest(story: Story) -> Whole | None:
    """Return the newest version; what is being written while there is none; None if it was erased.

    The story is loaded with its company and people.
    """
    version = get_last_version(story.id)
    if version is None:
        content = read_content(story)
        return make_whole(story.id, content, render_answers(content.answers, story.id))
    return make_whole(story.id, from_json(version.content), version.html, version.number) if version.content else None


def make_whole(story_id: int, content: Content, html: Mapping[str, str], version: int | None = None) -> Whole:
    """Return all of the content. `html`: its answers, safe, with their pictures as readers get them."""
    return Whole(
        story_id=story_id,
        version=version,
        title=content.title,
        lead=content.lead,
        answers={StoryPartName(name): _PICTURE.sub(r"\g<1>/files/", answer) for name, answer in html.items()},
        quote=content.quote,
        tries=content.tries,
        figures=content.figures,
        tags=content.tags,
        company=content.company,
        trade=content.trade,
        employees=content.employees,
        prefecture=content.prefecture,
        people=content.people,
    )
