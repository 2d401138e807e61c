"""Answers to what comes too often: when it is taken again, in seconds for machines and in words for people."""

import math
import time
from datetime import timedelta

from flask import current_app, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter.util import get_qualified_name
from redis import RedisError
from werkzeug.exceptions import TooManyRequests

from blueprints.access import current_member
from community.extensions import limiter, visitor_network

TOO_MANY = 429
A_MINUTE, AN_HOUR = 60, 60 * 60
# Where the store of counters cannot say it just now.
USUAL_WAIT = A_MINUTE


def requester() -> str:
    """Return the key by which limits count this request: the person's id, or the network's hash for a guest."""
    member = current_member()
    return str(member.id) if member else visitor_network()


def too_many(wait: timedelta) -> TooManyRequests:
    """Return the error of a request that is taken again after so long."""
    return TooManyRequests(retry_after=max(math.ceil(wait.total_seconds()), 1))


def seconds_to_wait(error: TooManyRequests) -> int:
    """Return after how many seconds the same request is taken, all limits of its view considered."""
    if isinstance(error.retry_after, int):
        return error.retry_after
    view = current_app.view_functions.get(request.endpoint or "")
    counting, ends = limiter.limiter, [0.0]
    try:
        for limit in limiter.limit_manager.decorated_limits(get_qualified_name(view)) if view else ():
            counter = limit.limit, limit.key_func(), limit.scope_for(request.endpoint or "", request.method)
            if not counting.test(*counter):
                ends.append(counting.get_window_stats(*counter).reset_time)
    except RedisError:
        return USUAL_WAIT
    return max(math.ceil(max(ends) - time.time()), 1) if len(ends) > 1 else USUAL_WAIT


def answer(error: TooManyRequests, page: str) -> ResponseReturnValue:
    """Answer with this page, or with JSON where a script asked; both say when it is taken again."""
    seconds = seconds_to_wait(error)
    if wants_json():
        return answer_json(error)
    return page, TOO_MANY, {"Retry-After": str(seconds)}


def answer_json(error: TooManyRequests, message: str = "") -> ResponseReturnValue:
    """Answer a script: why, after how many seconds, and a sentence for whoever sits before it."""
    seconds = seconds_to_wait(error)
    body = jsonify(error="too_many", message=message or sentence(seconds), retry_after=seconds)
    return body, TOO_MANY, {"Retry-After": str(seconds)}


def sentence(seconds: int) -> str:
    """Say that it came too often, and when it is taken again."""
    return _(
        "短いあいだに同じことが何度も行われたため、しばらく受け付けを止めています。%(wait)sたってから、もう一度おためしください。",
        wait=say_wait(seconds),
    )


def wants_json() -> bool:
    """Whether a script asked, not a person's navigation."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json" or request.headers.get("X-Requested-With") == "fetch"


def say_wait(seconds: int) -> str:
    """Return how long that is, in the reader's words; rather too long than too short."""
    if seconds < A_MINUTE:
        return _("%(n)s秒", n=seconds)
    if seconds <= AN_HOUR:
        return _("%(n)s分", n=math.ceil(seconds / A_MINUTE))
    return _("%(n)s時間", n=math.ceil(seconds / AN_HOUR))
