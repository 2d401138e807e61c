"""Caches pages for guests: made once for all guests, and valid until something that they show has changed.

Each process has its own cache. A view says which scopes its page shows (`community/room/pages.py`); a page is valid
while their versions in the database, read for each request, are the same. A page made with a session or a token is not
cached.
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

from blueprints.access import READING, View, current_member
from blueprints.room import current_pages
from community.public import get_versions
from community.room import EVERYTHING, Scope
from models.base import now

# Numbers that raise no version when they change, a topic's views for one, are at most this old.
MAX_AGE = timedelta(minutes=5)
MOST_BYTES = 32 * 1024 * 1024
# Query parameters of guests' pages. A request with any other one is answered, but not cached.
CACHED_PARAMS = {"page", "only", "before"}

# Attribute of a view with the decorator's scopes, for the tests that walk all such pages.
CACHED = "cached_for_guests"

CacheKey = tuple[str, str, str]
Versions = Mapping[Scope, str]


@dataclass(frozen=True)
class CachedPage:
    """A page and the versions that it was made of.

    `valid_until`: when its words will be wrong although nothing has changed, 「3分前」.
    """

    versions: Versions
    valid_until: datetime
    body: bytes
    etag: str

    def is_valid(self, versions: Versions, at: datetime) -> bool:
        """Return whether the page may be shown at this instant, with these versions of its scopes."""
        # If it is valid for longer than any page ever is, the clock was set back.
        return self.versions == versions and at < self.valid_until <= at + MAX_AGE


class PageCache:
    """The pages of one process; the least recently used are dropped first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._pages: OrderedDict[CacheKey, CachedPage] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, key: CacheKey) -> CachedPage | None:
        """Return the page, valid or not; None if it is not cached."""
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
            return self._pages.get(key)

    def put(self, key: CacheKey, page: CachedPage) -> None:
        """Store the page in place of an earlier one."""
        with self._lock:
            before = self._pages.pop(key, None)
            self._pages[key] = page
            self._bytes += len(page.body) - (len(before.body) if before else 0)
            while self._bytes > self._most_bytes:
                _, dropped = self._pages.popitem(last=False)
                self._bytes -= len(dropped.body)


def expire_page_at(instant: datetime) -> None:
    """Limit how long the page being made is cached: it shows a time whose words change at this instant."""
    until = g.get("valid_until")
    if until is not None and instant < until:
        g.valid_until = instant


def scopes_of_rooms() -> set[Scope]:
    """Return the scopes of the lists of every room, for a page that is composed of several rooms."""
    return {scope for room in current_pages().rooms for scope in room.guest_scopes()}


def cached_for_guests(scopes: Callable[..., Collection[Scope]]) -> Callable[[View], View]:
    """Decorate a public view, below `@public`: guests get a cached page, members one of their own.

    `scopes` takes the values of the address and returns the scopes that the page shows, besides "everything". The
    scopes may depend only on these values and on rows whose change touches everything. It must leave nothing in `g` for
    the view: versions are read after it, and the page must not show anything older than they are.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def cached(*args: object, **values: object) -> ResponseReturnValue:
            if current_member() is not None or "_flashes" in session or request.args.keys() - CACHED_PARAMS:
                return make_response(view(*args, **values))
            return _answer_guest(lambda: make_response(view(*args, **values)), lambda: scopes(*args, **values))

        setattr(cached, CACHED, True)
        return cached

    return decorate


def _answer_guest(make: Callable[[], Response], list_scopes: Callable[[], Collection[Scope]]) -> ResponseReturnValue:
    cache: PageCache = current_app.extensions.setdefault("page_cache", PageCache())
    key = (request.full_path, str(get_locale()), request.cookies.get("theme", ""))
    page, at = cache.get(key), now()
    # Read before the page is made, so that the page can be newer than the versions but never older.
    versions = get_versions(page.versions if page else [EVERYTHING])
    if page is None or not page.is_valid(versions, at):
        if page is None or page.versions[EVERYTHING] != versions[EVERYTHING]:
            # Which scopes the page shows may itself have changed.
            versions = {**get_versions(list_scopes()), EVERYTHING: versions[EVERYTHING]}
        g.valid_until = at + MAX_AGE
        response = make()
        is_everybodys = request.method in READING and not session.modified and "Set-Cookie" not in response.headers
        if response.status_code != 200 or not is_everybodys:  # noqa: PLR2004
            return response
        body = response.get_data()
        page = CachedPage(versions, g.valid_until, body, hashlib.sha256(body).hexdigest()[:32])
        cache.put(key, page)
    response = Response(page.body, mimetype="text/html")
    response.set_etag(page.etag)
    response.vary.update(("Cookie", "Accept-Language"))
    return response.make_conditional(request)
