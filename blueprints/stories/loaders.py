"""Loads stories for views, and ends the request where the viewer may not know of one or do what is asked."""

from typing import NoReturn

from flask import abort, flash, redirect, url_for
from flask_babel import gettext as _

from blueprints.access import signed_in_member
from community.stories import queries
from community.stories.acts import StoryAct, is_for, is_possible
from community.stories.queries import Story


def find_story(story_id: int) -> Story:
    """Return the story if the viewer works on it; else the request ends with 404."""
    return queries.get_story(story_id, seen_by=signed_in_member()) or abort(404)


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
