"""The preview of a text that is being written."""

from flask import request
from flask.typing import ResponseReturnValue
from markupsafe import escape

from blueprints.access import signed_in_only
from blueprints.throttling import requester
from community import text
from community.extensions import limiter
from community.forums.composing import compose

from .bp import bp

# A text made for the purpose takes half a second of the processor to render.
PREVIEWS = "30 per minute"


@bp.post("/preview")
@limiter.limit(PREVIEWS, key_func=requester)
@signed_in_only
def preview() -> ResponseReturnValue:
    """Return the text as HTML as it would be shown, or the sentence that says why it cannot be."""
    try:
        return compose(request.form.get("body", "")).html
    except text.BadTextError as error:
        return f"<p>{escape(str(error))}</p>"
