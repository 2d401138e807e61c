"""Quick `url_for` and versioned addresses of static files, for pages with hundreds of links.

Werkzeug builds every address anew. Nearly all addresses of a page have one number or one name in their path and differ
in nothing else, so the text around that value is asked for once per endpoint and kept. Other values become the query.
"""

import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

import flask
from flask import current_app, request

from community.config import ROOT, Config

# A number that occurs in no other part of an address.
A_NUMBER = 7_000_000_000_001
KNOWN = "addresses"
SIMPLE = (int, str)
# Values that need no percent-encoding in a path.
PLAIN = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
# Characters that Werkzeug leaves unencoded in a query (https://url.spec.whatwg.org/#percent-encoded-bytes).
AS_THEY_ARE = "!$'()*,/:;?@"


def url_for(endpoint: str, *, _anchor: str | None = None, **values: Any) -> str:  # noqa: ANN401  as Flask has it
    """Return what `flask.url_for` returns; quicker for a full endpoint whose path has at most one value."""
    given = {name: value for name, value in values.items() if value is not None}
    path = _path(endpoint, given) if not endpoint.startswith(".") else None
    if path is None:
        return flask.url_for(endpoint, _anchor=_anchor, **given)
    if given:  # what is left after the path
        path = f"{path}?{urlencode(given, safe=AS_THEY_ARE)}"
    return f"{path}#{_anchor}" if _anchor else path


def _path(endpoint: str, given: dict[str, Any]) -> str | None:
    """Return the path and remove its value from `given`; None if Werkzeug has to build the address."""
    if not all(type(value) in SIMPLE and name[0] != "_" for name, value in given.items()):
        return None
    known: dict[tuple[str, str], tuple[str, str, str] | None] = current_app.extensions.setdefault(KNOWN, {})
    place = (request.root_path, endpoint)
    if place not in known:
        known[place] = _around(endpoint)
    pieces = known[place]
    if pieces is None:
        return None
    name, before, after = pieces
    if not name:
        return before
    value = given.get(name)
    if type(value) is not int and not (type(value) is str and PLAIN.fullmatch(value)):
        return None
    del given[name]
    return f"{before}{value}{after}"


def _around(endpoint: str) -> tuple[str, str, str] | None:
    """Return the name of the path's only value and the text before and after it.

    The name is "" if the path has no value. None: the endpoint has several rules, defaults or more than one value.
    """
    rules = {rule.rule: rule for rule in current_app.url_map.iter_rules() if rule.endpoint == endpoint}
    rule = next(iter(rules.values()), None)
    if rule is None or len(rules) > 1 or rule.defaults or len(rule.arguments) > 1:
        return None
    for name in rule.arguments:
        whole = flask.url_for(endpoint, **cast("dict[str, Any]", {name: str(A_NUMBER)}))
        before, _, after = whole.partition(str(A_NUMBER))
        return name, before, after
    return "", flask.url_for(endpoint), ""


def static_url(filename: str) -> str:
    """Return the address of a file below static/, with a version that follows the file's content.

    Files are hashed once per process; in development once per change.
    """
    config: Config = current_app.config["TSUDOI"]
    path = ROOT / "static" / filename if config.environment == "development" else None
    version = _version(filename, path.stat().st_mtime_ns if path else 0)
    return f"{request.root_path.rstrip('/')}{current_app.static_url_path}/{filename}?v={version}"


@lru_cache(maxsize=512)
def _version(filename: str, changed: int) -> str:
    del changed  # part of the key, so that an edited file gets a new version without a restart
    path: Path = ROOT / "static" / filename
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]
