"""Texts of parts that were sent and could not be taken: kept beside the part, where their writers find them."""

import re
from collections.abc import Mapping

from flask import url_for

from blueprints.room_parts import SavedForms
from community import text
from community.stories import queries
from community.stories.versions.content import StoryPartName
from community.stories.writing import saving
from models.accounts import Member

_PART = re.compile(r"/stories/([1-9]\d{0,17})/write/([a-z]+)", re.ASCII)


def put_back(member: Member, path: str, fields: Mapping[str, str]) -> str | None:
    """Keep the text among the part's earlier ones; what the part says stays. Return the address of their page.

    Return None for other forms, for stories that the member does not work on, and for texts that cannot be stored.
    """
    found = _PART.fullmatch(path)
    if found is None or found[2] not in set(StoryPartName):
        return None
    story = queries.get_story(int(found[1]), seen_by=member)
    if story is None:
        return None
    name = StoryPartName(found[2])
    try:
        saving.keep_aside(story.id, name, fields.get("body", ""), by=member)
    except text.BadTextError:
        return None
    return url_for("stories.list_part_texts", story_id=story.id, slug=name.value)


def _list_url() -> str:
    return url_for("stories.list_own_stories")


SAVED_FORMS = SavedForms("/stories/", put_back, _list_url)
