"""Takes uploaded files, shows stored pictures, and hands out what is no picture."""

from flask import Blueprint, Response, abort, jsonify, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge, TooManyRequests

from blueprints import throttling
from blueprints.access import current_member, members_only, public, signed_in_member
from community.accounts import rules
from community.extensions import limiter, visitor_network
from community.files import actions, queries, uploads
from community.files.names import to_disposition, to_link_text
from community.files.rules import (
    EXTENSIONS,
    NO_FILE,
    FileRefusedError,
    ScannerUnavailableError,
    TooManyBytesError,
    TooManyFilesError,
    alt_from,
)
from models.base import now, release, transaction

from .visibility import may_see

bp = Blueprint("files", __name__, url_prefix="/files")

# A person pasting screenshots into one long answer stays below; drawing one costs up to some seconds. What is kept has
# limits of its own, by whatever form it comes (community/files/rules.py).
UPLOADS = "20 per minute; 600 per day"
# Browsers keep a file for a minute, so a right that is taken away has effect within a minute.
KEPT_SECONDS = 60
# A file opened by itself can do nothing, whatever type a browser takes it for.
LONE_FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


def _uploader() -> str:
    return str(current_user.id) if current_user.is_authenticated else visitor_network()


@bp.url_value_preprocessor
def limit_body(endpoint: str | None, values: dict[str, object] | None) -> None:
    """Limit the body to the size of one file, before the check of the CSRF token reads the form."""
    del values
    if endpoint == "files.upload":
        request.max_content_length = uploads.most_form_bytes()


@bp.post("")
@members_only
@limiter.limit(UPLOADS, key_func=_uploader)
def upload() -> ResponseReturnValue:
    """Store one file (form field `file`). Answers its address and the Markdown that shows it or links to it."""
    owner = signed_in_member()
    if not rules.can_take_part(owner):
        abort(403)
    file = request.files.get("file")
    if file is None or not file.filename:
        raise FileRefusedError(NO_FILE)
    actions.refuse_too_many(owner.id, now())
    data = file.read(uploads.most_bytes() + 1)
    release()
    upload = uploads.read_upload(data, file.filename)
    with transaction():
        stored = actions.store_file(owner, upload)
    url = url_for(".show_file", key=stored.key)
    markdown = f"[{to_link_text(stored.name)}]({url})" if stored.name else f"![{alt_from(file.filename)}]({url})"
    return jsonify(url=url, markdown=markdown, width=stored.width, height=stored.height), 201


@bp.get("/<key>")
@public
def show_file(key: str) -> ResponseReturnValue:
    """Send the file to those who may see the thing that it is attached to; for others, answer 404.

    A picture may be shown. Anything else is saved under its name, and never shown.
    """
    file = queries.get_file(key)
    if file is None or not may_see(current_member(), file):
        abort(404)
    path = queries.path_of(file)
    if not path.is_file():
        abort(404)
    if request.if_none_match.contains(key):
        response = Response(status=304)
        response.cache_control.max_age = KEPT_SECONDS
    else:
        response = send_file(
            path,
            mimetype=file.media_type,
            download_name=f"{key}.{EXTENSIONS.get(file.media_type, 'bin')}",
            max_age=KEPT_SECONDS,
            conditional=False,
        )
        if file.name:
            response.headers["Content-Disposition"] = to_disposition(file.name)
    response.set_etag(key)
    response.cache_control.public = False
    response.cache_control.private = True
    response.headers["Content-Security-Policy"] = LONE_FILE_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@bp.errorhandler(FileRefusedError)
def answer_refused_file(error: FileRefusedError) -> ResponseReturnValue:
    """Answer with the reason in a sentence.

    413 for too many bytes, 429 for too many files, 503 where the scanner gives no answer, 422 for the content.
    """
    answer = jsonify(error="bad_file", message=str(error))
    if isinstance(error, TooManyFilesError):
        if error.wait is not None:
            answer.headers["Retry-After"] = str(error.wait)
        return answer, 429
    if isinstance(error, ScannerUnavailableError):
        return answer, 503
    return answer, 413 if isinstance(error, TooManyBytesError) else 422


@bp.errorhandler(RequestEntityTooLarge)
def answer_large_body(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Answer as for a file that is too large; the body was not read."""
    del error
    return answer_refused_file(uploads.refuse_large_form())


@bp.errorhandler(TooManyRequests)
def answer_hurry(error: TooManyRequests) -> ResponseReturnValue:
    """Answer in JSON as well, for the editor's script."""
    wait = throttling.say_wait(throttling.seconds_to_wait(error))
    return throttling.answer_json(
        error, _("画像やファイルが続けて送られました。%(wait)sたってから、もう一度選んでください。", wait=wait)
    )
