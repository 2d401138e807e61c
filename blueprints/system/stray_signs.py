"""Corrects addresses as mails and chats deliver them: with a full stop or bracket behind, in full width, in capitals.

The request is redirected to the page that is meant before anything is looked up, so the redirect reveals nothing.
"""

import re
import unicodedata
from functools import cache
from typing import Any
from urllib.parse import quote, unquote_plus, urlsplit

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from blueprints.access import READING
from blueprints.room import current_pages

# Signs that people and programs put behind an address. Not hyphen and underscore, which may end a token.
STRAY = " .,;:!?'\"`*<>()[]{}|^~。、・「」『』【】〈〉《》〔〕“”‘’…ー/"
# Values that always consist of small letters (a handle, a category's name); tokens do not.
SMALL = {"handle", "slug"}
# Characters of names and numbers in addresses of our pages.
_PLAIN = re.compile(r"[A-Za-z0-9_.=-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")
_AFTER_ASCII = re.compile(r"[^\x20-\x7e].*", re.DOTALL)
# Behind the name of a value.
_NUMBER_LAST = r"=(\d{1,9})[^\w&=]\W*\Z"
_FRAGMENT = re.compile(r"[A-Za-z0-9_-]+")

Place = tuple[str, dict[str, Any]]


def redirect_to_page() -> ResponseReturnValue | None:
    """Before each request: redirect a GET whose path is that of a page except for stray signs. Others pass."""
    if request.method not in READING or request.endpoint == "static" or _is_well_written():
        return None
    folded = _fold(request.path).strip()
    if _CONTROL.search(folded):
        return None
    address = urlsplit(folded)
    place = _find_place(_tidy(address.path))
    if place is None:
        return None
    asked = request.query_string.decode("ascii", "ignore")
    question = _tidy_question(asked or quote(address.query, safe="=&-_"))
    anchor = address.fragment if _FRAGMENT.fullmatch(address.fragment) else None
    path = url_for(place[0], **place[1])
    if (path, question, anchor) == (request.root_path.rstrip("/") + request.path, asked, None):
        return None
    # 302: browsers would remember a permanent redirect for longer than it may be right.
    return redirect(path + (f"?{question}" if question else "") + (f"#{anchor}" if anchor else ""))


def _is_well_written() -> bool:
    """Return whether the path is some page's, without stray signs: so are nearly all."""
    if request.url_rule is None or not request.path.isascii():
        return False
    values = request.view_args or {}
    in_small_letters = all(values[name] == values[name].lower() for name in SMALL & values.keys())
    has_end = request.path.endswith("/") or request.path[-1] not in STRAY
    asked = request.query_string.decode("ascii", "ignore")
    return in_small_letters and has_end and (not asked or asked == _tidy_question(asked))


def _fold(path: str) -> str:
    """Return the path without full width, invisible characters and repeated slashes."""
    seen = "".join(sign for sign in path if unicodedata.category(sign) != "Cf")
    return re.sub("/{2,}", "/", unicodedata.normalize("NFKC", seen))


def _tidy(path: str) -> str:
    """Return the address up to its end: a stray sign, or the first sign of the surrounding sentence."""
    bare = path.strip().rstrip(STRAY)
    cut = _AFTER_ASCII.sub("", bare)
    if cut != bare and cut.endswith("/"):  # a whole name in other letters is no name of ours
        return bare
    return cut.rstrip(STRAY)


def _tidy_question(question: str) -> str:
    """Return the query with stray signs cut off numbers at its end; other values are texts and stay."""
    found = _number_last(current_pages().number_params).match(unquote_plus(question))
    return f"{question[: question.rindex('=')]}={found[1]}" if found else question


@cache
def _number_last(names: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"(?:.*&)?(?:{'|'.join(sorted(names))}){_NUMBER_LAST}", re.ASCII | re.DOTALL)


def _find_place(path: str) -> Place | None:
    """Return endpoint and values of the path as it is, with a slash appended, or in small letters; None for no page."""
    if _CONTROL.search(path) or not path.isascii():
        return None
    for candidate in dict.fromkeys((path or "/", f"{path}/")):
        if place := _match(candidate):
            return place
    small = path.lower()
    place = _match(small) or _match(f"{small}/")
    return place if place is not None and _survives_small_letters(place) else None


def _match(path: str) -> Place | None:
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint, values = adapter.match(path, method="GET") if adapter else ("", {})
    except (HTTPException, RequestRedirect):
        return None
    names = {name: value for name, value in values.items() if isinstance(value, str)}
    if not endpoint or endpoint == "static" or not all(_PLAIN.fullmatch(name) for name in names.values()):
        return None
    return endpoint, {**values, **{name: names[name].lower() for name in SMALL & names.keys()}}


def _survives_small_letters(place: Place) -> bool:
    """Return whether nothing in the address distinguishes capitals: no token, no key."""
    return all(name in SMALL or not isinstance(value, str) for name, value in place[1].items())
