"""Parts of a page that are redrawn while the page is open.

An element with an id and `data-part="<mark>"` is such a part. When there is a newer version, the page sends the parts
that it shows and gets those that look different now; static/js/live_parts.js replaces them in place.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2s

from flask import request
from markupsafe import Markup

# Long enough to distinguish two states of one element.
MARK_BYTES = 4


@dataclass(frozen=True)
class LivePart:
    """One part: functions that return its mark and draw its element. Parts with equal marks look the same.

    Functions, so that a whole page draws its parts without computing marks: a post's mark hashes all of its text.
    """

    find_mark: Callable[[], str]
    draw: Callable[[], Markup]

    @property
    def mark(self) -> str:
        """Return the mark that distinguishes this state of the part from others."""
        return self.find_mark()


def make_mark(*facts: object) -> str:
    """Return a mark of the facts that a part shows. Their `repr` must be the same in every process, so no sets."""
    return blake2s(repr(facts).encode(), digest_size=MARK_BYTES).hexdigest()


def read_shown_parts() -> dict[str, str]:
    """Return the marks of the parts that the page shows, by id, from `?parts=post-7.0a1b2c3d post-8.…`."""
    shown = (each.rpartition(".") for each in request.args.get("parts", "").split())
    return {id_: mark for id_, _, mark in shown if id_}


def draw_changed(parts: Mapping[str, LivePart], shown: Mapping[str, str]) -> dict[str, str]:
    """Return the HTML of the shown parts whose mark has changed. `parts`: all parts by the ids of their elements."""
    return {id_: part.draw() for id_, part in parts.items() if id_ in shown and shown[id_] != part.mark}
