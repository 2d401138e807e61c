"""Addresses that stand on many pages: Flask builds each of them once."""

from functools import lru_cache
from typing import Any

from flask import request, url_for


def cached_url(endpoint: str, **values: str | int | None) -> str:
    """Return the path of a page, as Flask's `url_for` does.

    `endpoint`: with its blueprint's name. For pages that are linked again and again; where a value seldom repeats (a
    date, a search), `url_for` itself is better.
    """
    return _build(request.root_path, endpoint, tuple(values.items()))


@lru_cache(maxsize=8192)
def _build(root_path: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
    """Cached until the process ends: rules of addresses are the same for all its requests."""
    del root_path  # part of the key: where the application is mounted, its addresses begin
    return url_for(endpoint, **dict(values))
