"""Parts of a page that follow what changes while the page is open.

An element with an id and `data-part="<mark>"` is such a part. When there is a newer version, the page says which parts
it shows, and is given those that look different by now; static/js/live_parts.js puts them where they stand.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2s

from flask import request
from markupsafe import Markup

# A mark tells two states of one element apart, no more.
MARK_BYTES = 4


@dataclass(frozen=True)
class LivePart:
    """One part: how its mark is found, and how its element is drawn. Equal marks look alike.

    A whole page draws its parts and asks for no mark: a post's is a sum over all of its text.
    """

    find_mark: Callable[[], str]
    draw: Callable[[], Markup]

    @property
    def mark(self) -> str:
        """Return what tells this state of the part from others."""
        return self.find_mark()


def make_mark(*facts: object) -> str:
    """Return a mark for what a part shows. The facts' `repr` must be the same in every process: no sets."""
    return blake2s(repr(facts).encode(), digest_size=MARK_BYTES).hexdigest()


def read_shown_parts() -> dict[str, str]:
    """Return the marks of the parts that the asking page shows, by id: `?parts=post-7.0a1b2c3d post-8.…`."""
    shown = (each.rpartition(".") for each in request.args.get("parts", "").split())
    return {id_: mark for id_, _, mark in shown if id_}


def draw_changed(parts: Mapping[str, LivePart], shown: Mapping[str, str]) -> dict[str, str]:
    """Return the HTML of those of the parts that are shown with another mark. All are by the ids of their elements."""
    return {id_: part.draw() for id_, part in parts.items() if id_ in shown and shown[id_] != part.mark}
