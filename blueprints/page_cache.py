"""Pages of guests are cached: made once for all of them, given out until something that they show has changed.

Each process keeps its own. A page says which scopes it shows (`community/room/pages.py`); it holds as long as their
versions in the database, read anew for each request, are those that it was made of. A page that was made with a session
or a token is not cached.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from threading import Lock

from flask import Response, current_app, g, make_response, request, session
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from blueprints.access import View, current_member
from blueprints.room import current_pages
from community.public import get_versions
from community.room import EVERYTHING, Scope
from models.base import now

# Numbers that drop nothing when they change, the views of a topic for one, are no older than this.
LONGEST = timedelta(minutes=5)
MOST_BYTES = 32 * 1024 * 1024
# Questions that pages of guests are asked with; whoever invents others has their page made, and it is not cached.
KNOWN_QUESTIONS = {"page", "only", "before"}

# What the decorator says of its view is kept on the function, for the tests that walk all such pages.
CACHED = "cached_for_guests"

Key = tuple[str, str, str]
Versions = Mapping[Scope, str]


@dataclass(frozen=True)
class CachedPage:
    """A page and the versions that it was made of.

    `valid_until`: when its words would be others although nothing has changed, 「3分前」.
    """

    versions: Versions
    valid_until: datetime
    body: bytes
    etag: str

    def is_valid(self, versions: Versions, at: datetime) -> bool:
        """Return whether it shows what there is, at the instant and with these versions of its scopes."""
        # Valid for longer than any page is made for: the clock was set back.
        return self.versions == versions and at < self.valid_until <= at + LONGEST


class PageCache:
    """The pages of one process, the least asked for dropped first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._pages: OrderedDict[Key, CachedPage] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, key: Key) -> CachedPage | None:
        """Return the page, valid or not; None if there is none."""
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
            return self._pages.get(key)

    def put(self, key: Key, page: CachedPage) -> None:
        """Store the page in place of the one before."""
        with self._lock:
            before = self._pages.pop(key, None)
            self._pages[key] = page
            self._bytes += len(page.body) - (len(before.body) if before else 0)
            while self._bytes > self._most_bytes:
                _, dropped = self._pages.popitem(last=False)
                self._bytes -= len(dropped.body)


def expires_at(instant: datetime) -> None:
    """Say that words of this page tell the time, and from the instant on would be others."""
    until = g.get("valid_until")
    if until is not None and instant < until:
        g.valid_until = instant


def scopes_of_rooms() -> set[Scope]:
    """Return the scopes of the lists of every room: for a page that is put together from several."""
    return {scope for room in current_pages().rooms for scope in room.guest_scopes()}


def cached_for_guests(scopes: Callable[..., Collection[Scope]]) -> Callable[[View], View]:
    """Decorate a public page, below `@public`: a member's is made for the member, a guest's for all guests.

    `scopes` takes the values of the address and returns the scopes that the page shows, other than "everything". They
    may follow only from those values and from rows whose change touches everything. It leaves nothing in `g` for the
    view to use: the versions are read after it, and what the page shows must not be older.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def cached(*args: object, **values: object) -> ResponseReturnValue:
            if current_member() is not None or "_flashes" in session or request.args.keys() - KNOWN_QUESTIONS:
                return make_response(view(*args, **values))
            return _answer_guest(lambda: make_response(view(*args, **values)), lambda: scopes(*args, **values))

        setattr(cached, CACHED, True)
        return cached

    return decorate


def _answer_guest(make: Callable[[], Response], list_scopes: Callable[[], Collection[Scope]]) -> ResponseReturnValue:
    cache: PageCache = current_app.extensions.setdefault("page_cache", PageCache())
    key = (request.full_path, str(get_locale()), request.cookies.get("theme", ""))
    page, at = cache.get(key), now()
    # Read before the page is made: what changes meanwhile may be on it, but never the other way round.
    versions = get_versions(page.versions if page else [EVERYTHING])
    if page is None or not page.is_valid(versions, at):
        if page is None or page.versions[EVERYTHING] != versions[EVERYTHING]:
            # Which scopes it shows follows from rows, and may be another answer than before.
            versions = {**get_versions(list_scopes()), EVERYTHING: versions[EVERYTHING]}
        g.valid_until = at + LONGEST
        response = make()
        # A page that is made for HEAD offers other ways back after signing in.
        is_everybodys = request.method == "GET" and not session.modified and "Set-Cookie" not in response.headers
        if response.status_code != 200 or not is_everybodys:  # noqa: PLR2004
            return response
        body = response.get_data()
        page = CachedPage(versions, g.valid_until, body, hashlib.sha256(body).hexdigest()[:32])
        cache.put(key, page)
    response = Response(page.body, mimetype="text/html")
    response.set_etag(page.etag)
    response.vary.update(("Cookie", "Accept-Language"))
    return response.make_conditional(request)
