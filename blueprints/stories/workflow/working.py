"""Loads the story of an address for those who work on it, and ends the request where they may not do what is asked."""

from typing import NoReturn

from flask import abort, flash, redirect, url_for
from flask_babel import gettext as _

from blueprints.access import RefusedError, signed_in_member
from community.stories import queries
from community.stories.turns.acts import StoryAct, is_for, is_possible
from community.stories.versions.content import StoryPartName
from community.stories.writing import editing
from community.stories.writing.editing import ClosedError, Story

# Back and Forward show what is stored now, not the page as it was.
FRESH = {"Cache-Control": "no-store"}


def find_name(slug: str) -> StoryPartName:
    """Return the part of an address, else end the request with 404."""
    if slug not in set(StoryPartName):
        abort(404)
    return StoryPartName(slug)


def find_story(story_id: int) -> Story:
    """Return the story if the member works on it, else end the request with 404."""
    return queries.get_story(story_id, seen_by=signed_in_member()) or abort(404)


def open_story(story_id: int) -> Story:
    """Return the story locked for a change by the member, else end the request with 403 and a sentence why."""
    try:
        return editing.open_for_change(story_id, signed_in_member())
    except ClosedError as error:
        raise RefusedError(403, str(error)) from error


def refuse_closed(story_id: int) -> None:
    """End the request where the member may not change the story now; what was typed is given back with the error."""
    why = editing.why_closed(signed_in_member(), find_story(story_id))
    if why:
        raise RefusedError(403, why)


def find_story_for(story_id: int, act: StoryAct) -> Story:
    """Return the story for an act; else the request ends: 404, 403 if it is not the viewer's, or on the desk."""
    story = find_story(story_id)
    if not is_for(act, signed_in_member(), story):
        abort(403)
    if not is_possible(act, story):
        come_too_late(story_id)
    return story


def come_too_late(story_id: int) -> NoReturn:
    """End the request on the story's desk, which shows how things stand now."""
    flash(_("この事例は、もう先に進んでいます。いまのようすを確かめてください。"))
    abort(redirect(url_for("stories.show_desk", story_id=story_id)))
