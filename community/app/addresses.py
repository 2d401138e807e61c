"""Addresses of our own pages and files, as `url_for` gives them, for pages that are full of them.

Werkzeug works every address out anew. Those with one number or one name, nearly all of a page's, differ in that only:
what stands around it is asked for once. What else is given stands behind the question mark.
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

# No other part of an address contains it.
A_NUMBER = 7_000_000_000_001
KNOWN = "addresses"
SIMPLE = (int, str)
# Stands in an address as it is.
PLAIN = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
# What Werkzeug leaves as it is behind the question mark (https://url.spec.whatwg.org/#percent-encoded-bytes).
AS_THEY_ARE = "!$'()*,/:;?@"


def url_for(endpoint: str, *, _anchor: str | None = None, **values: Any) -> str:  # noqa: ANN401  as Flask has it
    """The same as `flask.url_for`, and for an endpoint in full whose path has at most one value quicker."""
    given = {name: value for name, value in values.items() if value is not None}
    path = _path(endpoint, given) if not endpoint.startswith(".") else None
    if path is None:
        return flask.url_for(endpoint, _anchor=_anchor, **given)
    if given:  # what is left after the path
        path = f"{path}?{urlencode(given, safe=AS_THEY_ARE)}"
    return f"{path}#{_anchor}" if _anchor else path


def _path(endpoint: str, given: dict[str, Any]) -> str | None:
    """The path of the address, its own value taken out of `given`; None for what Werkzeug had better see to."""
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
    """The name of the path's one value and what stands around it; no name: no value. None: it is more than that."""
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
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]
