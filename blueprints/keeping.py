"""Pages of guests are kept: made once for all of them, given out until something that they show has changed.

Each process keeps its own; what they are of is a version in the database, read anew for each request and changed with
every row that a guest can see (`models/public.py`). A page that was made with a session or a token is not kept.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from threading import Lock

from flask import Response, current_app, g, make_response, request, session
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from blueprints.access import View, current_member
from community.public import get_public_version
from models.base import now

# Numbers that drop nothing when they change, the views of a topic for one, are no older than this.
LONGEST = timedelta(minutes=5)
MOST_BYTES = 32 * 1024 * 1024
# Questions that pages of guests are asked with; whoever invents others has their page made, and it is not kept.
KNOWN_QUESTIONS = {"page", "only", "before"}

Key = tuple[str, str, str]


@dataclass(frozen=True)
class KeptPage:
    """`valid_until`: when its words would be others although nothing has changed, 「3分前」."""

    version: str
    valid_until: datetime
    body: bytes
    etag: str


class Keeper:
    """The pages of one process, the least asked for dropped first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._pages: OrderedDict[Key, KeptPage] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def find(self, key: Key, version: str, at: datetime) -> KeptPage | None:
        with self._lock:
            page = self._pages.get(key)
            # Valid for longer than any page is made for: the clock was set back.
            if page is None or page.version != version or not at < page.valid_until <= at + LONGEST:
                return None
            self._pages.move_to_end(key)
            return page

    def keep(self, key: Key, page: KeptPage) -> None:
        with self._lock:
            before = self._pages.pop(key, None)
            self._pages[key] = page
            self._bytes += len(page.body) - (len(before.body) if before else 0)
            while self._bytes > self._most_bytes:
                _, dropped = self._pages.popitem(last=False)
                self._bytes -= len(dropped.body)


def changes_at(instant: datetime) -> None:
    """Said by words that tell the time: from then on they would be others. Heard while a page to be kept is made."""
    until = g.get("valid_until")
    if until is not None and instant < until:
        g.valid_until = instant


def kept_for_guests(view: View) -> View:
    """Of a public page, below `@public`: a member's is made for the member, a guest's for all guests."""

    @wraps(view)
    def kept(*args: object, **values: object) -> ResponseReturnValue:
        if current_member() is not None or "_flashes" in session or request.args.keys() - KNOWN_QUESTIONS:
            return make_response(view(*args, **values))
        return _for_a_guest(lambda: make_response(view(*args, **values)))

    return kept


def _for_a_guest(make: Callable[[], Response]) -> ResponseReturnValue:
    keeper: Keeper = current_app.extensions.setdefault("kept_pages", Keeper())
    # Read before the page is made: what changes meanwhile may be on it, but never the other way round.
    version, at = get_public_version(), now()
    key = (request.full_path, str(get_locale()), request.cookies.get("theme", ""))
    page = keeper.find(key, version, at)
    if page is None:
        g.valid_until = at + LONGEST
        response = make()
        if response.status_code != 200 or session.modified or "Set-Cookie" in response.headers:  # noqa: PLR2004
            return response
        body = response.get_data()
        page = KeptPage(version, g.valid_until, body, hashlib.sha256(body).hexdigest()[:32])
        keeper.keep(key, page)
    response = Response(page.body, mimetype="text/html")
    response.set_etag(page.etag)
    response.vary.update(("Cookie", "Accept-Language"))
    return response.make_conditional(request)
