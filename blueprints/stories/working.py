"""Loads the story of an address for those who work on it."""

from flask import abort

from blueprints.access import RefusedError, signed_in_member
from community.stories import editing, queries
from community.stories.editing import ClosedError, Story


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
