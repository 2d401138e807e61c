"""Links as they arrive out of mails and chats: a sentence's full stop behind them, a bracket, full width, capitals.

Whoever follows one is sent to the page that is meant, before anything is looked up: what exists is told to nobody.
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

from blueprints.room import current_pages

# What people and programs put behind an address. A hyphen or an underscore may be the end of a token.
STRAY = " .,;:!?'\"`*<>()[]{}|^~。、・「」『』【】〈〉《》〔〕“”‘’…ー/"
# Written in small letters wherever they are made (a handle, a category's name); tokens are not.
SMALL = {"handle", "slug"}
# Everything that our pages have for names and numbers in their addresses.
_PLAIN = re.compile(r"[A-Za-z0-9_.=-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")
_AFTER_ASCII = re.compile(r"[^\x20-\x7e].*", re.DOTALL)
# Behind the name of a value.
_NUMBER_LAST = r"=(\d{1,9})[^\w&=]\W*\Z"
_FRAGMENT = re.compile(r"[A-Za-z0-9_-]+")

Place = tuple[str, dict[str, Any]]


def lead_to_the_page() -> ResponseReturnValue | None:
    """Before each request: redirect a GET whose path is that of a page but for stray signs. Anything else goes on."""
    if request.method not in {"GET", "HEAD"} or request.endpoint == "static" or _is_well_written():
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
    # 302: a lasting one would be remembered by browsers for longer than it may be right.
    return redirect(path + (f"?{question}" if question else "") + (f"#{anchor}" if anchor else ""))


def _is_well_written() -> bool:
    """The path is some page's, and nothing about it is stray: nearly every request."""
    if request.url_rule is None or not request.path.isascii():
        return False
    values = request.view_args or {}
    in_small_letters = all(values[name] == values[name].lower() for name in SMALL & values.keys())
    has_end = request.path.endswith("/") or request.path[-1] not in STRAY
    asked = request.query_string.decode("ascii", "ignore")
    return in_small_letters and has_end and (not asked or asked == _tidy_question(asked))


def _fold(path: str) -> str:
    """Without full width and what cannot be seen; a question mark or a # that was written as part of it counts."""
    seen = "".join(sign for sign in path if unicodedata.category(sign) != "Cf")
    return re.sub("/{2,}", "/", unicodedata.normalize("NFKC", seen))


def _tidy(path: str) -> str:
    """Up to where the address ends: at a stray sign, or at the first sign of the sentence around it."""
    bare = path.strip().rstrip(STRAY)
    cut = _AFTER_ASCII.sub("", bare)
    if cut != bare and cut.endswith("/"):  # a whole name in other letters is no name of ours
        return bare
    return cut.rstrip(STRAY)


def _tidy_question(question: str) -> str:
    """What follows a number at the end is not part of it; other values are texts, and stay."""
    found = _number_last(current_pages().number_params).match(unquote_plus(question))
    return f"{question[: question.rindex('=')]}={found[1]}" if found else question


@cache
def _number_last(names: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"(?:.*&)?(?:{'|'.join(sorted(names))}){_NUMBER_LAST}", re.ASCII | re.DOTALL)


def _find_place(path: str) -> Place | None:
    """The page of this path, as it stands, with a slash behind it, or in small letters."""
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
    """Nothing in the address tells capitals apart: no token, no key."""
    return all(name in SMALL or not isinstance(value, str) for name, value in place[1].items())
