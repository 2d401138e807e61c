"""Takes uploaded pictures, and shows stored ones."""

from flask import Blueprint, Response, abort, jsonify, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge, TooManyRequests

from blueprints import throttling
from blueprints.access import current_member, members_only, public, signed_in_member
from community.accounts import rules
from community.extensions import limiter, visitor_network
from community.files import actions, queries
from community.files.rules import (
    EXTENSIONS,
    MAX_BYTES,
    NO_PICTURE,
    BadImage,
    TooManyBytes,
    TooManyPictures,
    alt_from,
)
from models.base import now, release, transaction

from .visibility import may_see

bp = Blueprint("files", __name__, url_prefix="/files")

# Room for the rest of the form: headers, the file's name, the token.
FORM_BYTES = 64 * 1024
# A person pasting screenshots into one long answer stays below; drawing one costs up to some seconds. What is kept has
# limits of its own, by whatever form it comes (community/files/rules.py).
UPLOADS = "20 per minute; 600 per day"
# Browsers keep a picture for a minute, so a right that is taken away has effect within a minute.
KEPT_SECONDS = 60
# A picture opened by itself can do nothing, whatever type a browser takes it for.
LONE_PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


def _uploader() -> str:
    return str(current_user.id) if current_user.is_authenticated else visitor_network()


@bp.url_value_preprocessor
def limit_body(endpoint: str | None, values: dict[str, object] | None) -> None:
    """Limit the body to the size of one picture, before the check of the CSRF token reads the form."""
    del values
    if endpoint == "files.upload":
        request.max_content_length = MAX_BYTES + FORM_BYTES


@bp.post("")
@members_only
@limiter.limit(UPLOADS, key_func=_uploader)
def upload() -> ResponseReturnValue:
    """Store one picture (form field `file`). Answers its address and the Markdown that shows it."""
    owner = signed_in_member()
    if not rules.can_take_part(owner):
        abort(403)
    file = request.files.get("file")
    if file is None or not file.filename:
        raise BadImage(NO_PICTURE)
    actions.refuse_too_many(owner.id, now())
    data = file.read(MAX_BYTES + 1)
    release()
    with transaction():
        image = actions.store_image(owner, data)
    url = url_for(".show_file", key=image.key)
    return jsonify(
        url=url, markdown=f"![{alt_from(file.filename)}]({url})", width=image.width, height=image.height
    ), 201


@bp.get("/<key>")
@public
def show_file(key: str) -> ResponseReturnValue:
    """Send the picture to those who may see the thing that it is attached to; for others, answer 404."""
    image = queries.get_image(key)
    if image is None or not may_see(current_member(), image):
        abort(404)
    path = queries.path_of(image)
    if not path.is_file():
        abort(404)
    if request.if_none_match.contains(key):
        response = Response(status=304)
        response.cache_control.max_age = KEPT_SECONDS
    else:
        response = send_file(
            path,
            mimetype=image.media_type,
            download_name=f"{key}.{EXTENSIONS.get(image.media_type, 'bin')}",
            max_age=KEPT_SECONDS,
            conditional=False,
        )
    response.set_etag(key)
    response.cache_control.public = False
    response.cache_control.private = True
    response.headers["Content-Security-Policy"] = LONE_PICTURE_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@bp.errorhandler(BadImage)
def answer_bad_image(error: BadImage) -> ResponseReturnValue:
    """Answer with the reason in a sentence: 413 for too many bytes, 429 for too many pictures, 422 for the content."""
    answer = jsonify(error="bad_image", message=str(error))
    if isinstance(error, TooManyPictures):
        if error.wait is not None:
            answer.headers["Retry-After"] = str(error.wait)
        return answer, 429
    return answer, 413 if isinstance(error, TooManyBytes) else 422


@bp.errorhandler(RequestEntityTooLarge)
def answer_large_body(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Answer as for a picture that is too large; the body was not read."""
    del error
    return answer_bad_image(TooManyBytes())


@bp.errorhandler(TooManyRequests)
def answer_hurry(error: TooManyRequests) -> ResponseReturnValue:
    """Answer in JSON as well, for the editor's script."""
    wait = throttling.say_wait(throttling.seconds_to_wait(error))
    return throttling.answer_json(
        error, _("画像が続けて送られました。%(wait)sたってから、もう一度選んでください。", wait=wait)
    )
