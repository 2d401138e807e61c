"""Addresses of our own pages and files, as `url_for` gives them, for pages that are full of them.

Werkzeug works every address out anew. Those with one number or one name, nearly all of a page's, differ in that only:
what stands around it is asked for once. So are those with neither.
"""

import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import flask
from flask import current_app, request

from community.config import ROOT, Config

# No other part of an address contains it.
A_NUMBER = 7_000_000_000_001
KNOWN, KNOWN_PLAIN = "addresses", "plain addresses"
# Stands in an address as it is.
PLAIN = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def url_for(endpoint: str, *, _anchor: str | None = None, **values: Any) -> str:  # noqa: ANN401  as Flask has it
    """The same as `flask.url_for`, and for an endpoint in full with one number or plain word, or nothing, quicker."""
    given = {name: value for name, value in values.items() if value is not None}
    if not given and not _anchor and not endpoint.startswith("."):
        return _plain(endpoint)
    if len(given) != 1 or endpoint.startswith("."):
        return flask.url_for(endpoint, _anchor=_anchor, **given)
    ((name, value),) = given.items()
    if name.startswith("_") or not (type(value) is int or (type(value) is str and PLAIN.fullmatch(value))):
        return flask.url_for(endpoint, _anchor=_anchor, **given)
    before, after = _around(endpoint, name, type(value))
    return f"{before}{value}{after}#{_anchor}" if _anchor else f"{before}{value}{after}"


def _plain(endpoint: str) -> str:
    known: dict[tuple[str, str], str] = current_app.extensions.setdefault(KNOWN_PLAIN, {})
    place = (request.root_path, endpoint)
    if place not in known:
        known[place] = flask.url_for(endpoint)
    return known[place]


def _around(endpoint: str, name: str, kind: type[int | str]) -> tuple[str, str]:
    known: dict[tuple[object, ...], tuple[str, str]] = current_app.extensions.setdefault(KNOWN, {})
    place = (request.root_path, endpoint, name, kind)
    if place not in known:
        before, _, after = flask.url_for(endpoint, **cast("dict[str, Any]", {name: kind(A_NUMBER)})).partition(
            str(A_NUMBER)
        )
        known[place] = before, after
    return known[place]


def static_url(filename: str) -> str:
    """The address of a file below static/, with a version that follows its content.

    An installation's files do not change while it runs; a developer's do.
    """
    config: Config = current_app.config["TSUDOI"]
    path = ROOT / "static" / filename if config.environment == "development" else None
    version = _version(filename, path.stat().st_mtime_ns if path else 0)
    return f"{request.root_path.rstrip('/')}{current_app.static_url_path}/{filename}?v={version}"


@lru_cache(maxsize=512)
def _version(filename: str, changed: int) -> str:
    del changed  # part of the key, so that an edited file gets a new version without a restart
    path: Path = ROOT / "static" / filename
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]
