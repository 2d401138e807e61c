"""Pictures of a story, and its share image: asked for by the story's own address, which asks for a permit each time.

Browsers keep them for a minute, so that a withdrawal has taken them away by then.
"""

import hashlib

from flask import Response, current_app, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from blueprints.access import public
from blueprints.stories.bp import bp
from blueprints.throttling import requester
from community.config import Config
from community.extensions import limiter
from community.files import queries as files
from community.files.renditions import read_small
from community.public import Remembered
from community.stories.reading.share_images import draw_share_image
from models.files import PICTURE

from .loaders import find_permit, reader, refuse_missing

KEPT_SECONDS = 60
# Pixels of the column in which texts of stories stand (48.5rem), on a screen of nearly two for each.
COLUMN = 1_280
# Drawing one takes a quarter of a second; guests are counted by their network.
SHARE_IMAGES = "120 per minute"
_drawn: Remembered[bytes] = Remembered()


@bp.get("/<int:story_id>/pictures/<key>")
@public
def show_picture(story_id: int, key: str) -> ResponseReturnValue:
    """Send a picture that the story shows; for every other key, answer that it is not public."""
    if key not in find_permit(story_id).pictures:
        refuse_missing()
    file = files.get_file(key)
    if file is None or file.kind != PICTURE or not files.path_of(file).is_file():
        refuse_missing()
    if request.if_none_match.contains(key):
        return _keep_for_a_minute(Response(status=304), key)
    path = files.path_of(file)
    small = read_small(path, COLUMN)
    if small is not None:
        return _keep_for_a_minute(Response(small, mimetype=file.media_type), key)
    return _keep_for_a_minute(send_file(path, mimetype=file.media_type, conditional=False), key)


@bp.get("/<int:story_id>/share.png")
@public
@limiter.limit(SHARE_IMAGES, key_func=requester)
def show_share_image(story_id: int) -> ResponseReturnValue:
    """Send the picture that links to the story show elsewhere."""
    permit = find_permit(story_id)
    config: Config = current_app.config["TSUDOI"]
    question = (story_id, permit.version, reader().uses, reader().day)

    def draw() -> bytes:
        # One picture for everybody: in the community's language, not in that of whoever asks first.
        with force_locale(config.default_locale):
            return draw_share_image(permit, config.community_name)

    data = _drawn.get(reader().version, question, draw)
    answer = Response(data, mimetype="image/png")
    _keep_for_a_minute(answer, hashlib.sha256(data).hexdigest()[:32])
    return answer.make_conditional(request)


def _keep_for_a_minute(answer: Response, etag: str) -> Response:
    answer.set_etag(etag)
    answer.cache_control.no_cache = None
    answer.cache_control.public = False
    answer.cache_control.private = True
    answer.cache_control.max_age = KEPT_SECONDS
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
