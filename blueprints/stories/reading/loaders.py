"""The reader of the request, and what it may show: a permit, or the page that says that the story is not public."""

from typing import NoReturn

from flask import abort, make_response, redirect, render_template, request, url_for

from blueprints.access import current_member, current_viewer
from blueprints.page_cache import expire_page_at
from community.stories import queries
from community.stories.consent.permits import Permit
from community.stories.publishing.guest_scopes import SCOPE, end_of_today
from community.stories.reading.reader import Reader, get_reader

NOT_FOUND = 404


def reader() -> Reader:
    """Return the reader of this request; loaded once. What is made for them ends with the day."""
    expire_page_at(end_of_today())
    return current_viewer(get_reader)


def scopes_of_stories(**_values: object) -> set[str]:
    """Return the scopes of pages that show stories."""
    return {SCOPE}


def find_permit(story_id: int) -> Permit:
    """Return what the reader may see of the story, or end the request.

    Who works on the story is sent to its desk; everybody else reads that it is not public, whether it exists or not.
    """
    permit = queries.get_permit(story_id, reader().uses, reader().day)
    if permit is None:
        member = current_member()
        if member is not None and queries.get_story(story_id, seen_by=member) is not None:
            abort(redirect(url_for("stories.show_desk", story_id=story_id)))
        refuse_missing()
    return permit


def refuse_missing() -> NoReturn:
    """End the request with a page that says only that the story is not public."""
    abort(make_response(render_template("stories/reading/not_public.html", back_to=request.path), NOT_FOUND))
