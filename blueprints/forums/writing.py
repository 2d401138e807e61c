"""While somebody writes: the preview, and the draft that follows them to their other devices."""

import re

from flask import abort, jsonify, request
from flask.typing import ResponseReturnValue
from markupsafe import escape

from blueprints.access import signed_in_member, signed_in_only
from community import text
from community.extensions import limiter
from community.forums import queries, reading
from community.forums.composing import compose
from models.base import transaction

from .bp import bp
from .finding import reader, writer

# Rendering may cost half a second of the processor for a text made to do so.
PREVIEWS = "30 per minute"
# One two seconds after each pause in typing.
DRAFTS = "60 per minute"
PLACE = re.compile(r"new|(?:topic|post):[1-9][0-9]{0,17}", re.ASCII)


@bp.post("/preview")
@limiter.limit(PREVIEWS, key_func=writer)
@signed_in_only
def preview() -> ResponseReturnValue:
    """The text as it would be shown, or the sentence that says why it cannot be."""
    try:
        return compose(request.form.get("body", "")).html
    except text.BadTextError as error:
        return f"<p>{escape(str(error))}</p>"


@bp.post("/drafts/<place>")
@limiter.limit(DRAFTS, key_func=writer)
@signed_in_only
def save_draft(place: str) -> ResponseReturnValue:
    """Keep what is being written; nothing written, nothing kept."""
    _check_place(place)
    category_id = request.form.get("category", type=int)
    with transaction():
        reading.save_draft(
            signed_in_member(),
            place,
            body=request.form.get("body", ""),
            title=request.form.get("title", ""),
            category_id=category_id if reader().shelves.get(category_id) else None,
        )
    return "", 204


@bp.get("/drafts/<place>")
@signed_in_only
def show_draft(place: str) -> ResponseReturnValue:
    """One's own, as JSON."""
    _check_place(place)
    draft = queries.get_draft(signed_in_member().id, place)
    if draft is None:
        return jsonify(title="", body="", category=None)
    return jsonify(title=draft.title, body=draft.body, category=draft.category_id)


def _check_place(place: str) -> None:
    if not PLACE.fullmatch(place):
        abort(404)
