"""Responses to requests that come too often: when to try again, in seconds for machines and in words for people."""

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
# For when the store of counters does not answer.
USUAL_WAIT = A_MINUTE


def requester() -> str:
    """Return the key by which limits count this request: the member's id, or the network's hash for a guest."""
    member = current_member()
    return str(member.id) if member else visitor_network()


def too_many(wait: timedelta) -> TooManyRequests:
    """Return the error for a request that may be repeated after this time."""
    return TooManyRequests(retry_after=max(math.ceil(wait.total_seconds()), 1))


def seconds_to_wait(error: TooManyRequests) -> int:
    """Return after how many seconds the same request is accepted, by all limits of its view."""
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
    """Return the response: this page, or JSON for scripts. Both say when to try again."""
    seconds = seconds_to_wait(error)
    if wants_json():
        return answer_json(error)
    return page, TOO_MANY, {"Retry-After": str(seconds)}


def answer_json(error: TooManyRequests, message: str = "") -> ResponseReturnValue:
    """Return the response for a script: the error, the seconds to wait, and a sentence for the person."""
    seconds = seconds_to_wait(error)
    body = jsonify(error="too_many", message=message or sentence(seconds), retry_after=seconds)
    return body, TOO_MANY, {"Retry-After": str(seconds)}


def sentence(seconds: int) -> str:
    """Return a sentence: the request came too often, and when to try again."""
    return _(
        "短いあいだに同じことが何度も行われたため、しばらく受け付けを止めています。%(wait)sたってから、もう一度おためしください。",
        wait=say_wait(seconds),
    )


def wants_json() -> bool:
    """Return whether a script made the request, and not a person's navigation."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json" or request.headers.get("X-Requested-With") == "fetch"


def say_wait(seconds: int) -> str:
    """Return the time in words, rounded up."""
    if seconds < A_MINUTE:
        return _("%(n)s秒", n=seconds)
    if seconds <= AN_HOUR:
        return _("%(n)s分", n=math.ceil(seconds / A_MINUTE))
    return _("%(n)s時間", n=math.ceil(seconds / AN_HOUR))
