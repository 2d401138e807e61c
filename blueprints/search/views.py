"""One page that looks, and one that says what was looked for in vain."""

from collections.abc import Callable, Iterable
from math import ceil

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.access import current_member, public, staff_only
from blueprints.room import current_pages
from blueprints.search_parts import NextStep
from blueprints.throttling import requester
from community.accounts.names import clean_line
from community.accounts.rules import is_staff
from community.extensions import limiter
from community.room import current_rooms
from community.search import actions, queries
from community.search.queries import HITS_A_PAGE, Search
from community.search.rules import is_searchable
from models.base import transaction

from . import labels
from .search_params import SearchParams, held_tokens, list_facets, list_rights, parse_params
from .view_models import show_hits

bp = Blueprint("search", __name__, url_prefix="/search")

# Faster than anybody reads, slower than a machine that copies the place.
LOOKS = "60 per minute"
# Guests are counted by their network, where a whole office may be looking.
LOOKS_OF_GUESTS = "600 per minute"
# Before and after the current page.
PAGES_NEAR = 2


def _looks() -> str:
    return LOOKS if current_member() else LOOKS_OF_GUESTS


@bp.get("")
@limiter.limit(_looks, key_func=requester)
@public
def find() -> ResponseReturnValue:
    """What the visitor may find; without any words the field alone."""
    asked = parse_params(request.args)
    found = queries.find(asked.search, asked.page)
    last = max(ceil(found.count / HITS_A_PAGE), 1)
    if asked.page > last:
        return redirect(asked.link(page=last if last > 1 else None))
    return render_template(
        "search/search.html",
        asked=asked,
        q=asked.search.typed,
        found=found,
        hits=show_hits(found.hits, asked.search.terms),
        is_searchable=is_searchable(asked.search.typed),
        kinds=_kinds(asked),
        selects=_selects(asked),
        orders=[
            (str(label), asked.link(order=order), order == asked.search.order) for order, label in labels.ORDERS.items()
        ],
        pages=_pages(asked, last),
        inputs=[facet for facet in list_facets() if facet.options is None and facet.is_offered()],
        browse=_first_step(part.browse for part in current_pages().search_parts),
        after_miss=_first_step(part.after_miss for part in current_pages().search_parts),
    )


@bp.post("/missed")
@limiter.limit(_looks, key_func=requester)
@public
def note_miss() -> ResponseReturnValue:
    """Sent by the page that found nothing; it is looked for once more, so what is there cannot be reported."""
    typed = clean_line(request.form.get("q", ""))
    if is_searchable(typed) and not queries.is_anywhere(Search(typed, held_tokens(), list_rights())):
        with transaction():
            actions.note_miss(typed)
    return "", 204


@bp.get("/missed")
@staff_only(is_staff)
def list_misses() -> ResponseReturnValue:
    """What people look for and do not find: what to write about next. Words only, no people."""
    return render_template("search/misses.html", misses=queries.list_misses(), days=actions.MISSES_KEPT.days)


def _kinds(asked: SearchParams) -> list[tuple[str, str, bool]]:
    """Label, address and whether it is chosen, of those kinds of which the visitor may find any."""
    held = held_tokens()
    shown = [kind for kind in current_rooms().search_kinds.values() if not kind.needs or held & kind.needs]
    return [
        (_("すべて"), asked.link(kind=None), not asked.search.kind),
        *((str(kind.label), asked.link(kind=kind.name), asked.search.kind == kind.name) for kind in shown),
    ]


def _selects(asked: SearchParams) -> list[tuple[str, str, list[tuple[str, str]], str]]:
    """Name, label, choices and value of each filter to choose from."""
    choices = [
        *(
            (facet.name, facet.label, facet.options())
            for facet in list_facets()
            if facet.options and facet.is_offered()
        ),
        ("age", _("時期"), [(key, str(label)) for key, label in labels.AGES.items()]),
    ]
    return [(name, label, [("", _("すべて")), *options], asked.given.get(name, "")) for name, label, options in choices]


def _first_step(ways: Iterable[Callable[[], NextStep | None]]) -> NextStep | None:
    return next((step for way in ways if (step := way()) is not None), None)


def _pages(asked: SearchParams, last: int) -> list[dict[str, object] | None]:
    """The first, the last, and those around the current one; None stands for a gap."""
    near = range(asked.page - PAGES_NEAR, asked.page + PAGES_NEAR + 1)
    shown = [n for n in range(1, last + 1) if n in {1, last} or n in near]
    pages: list[dict[str, object] | None] = []
    for before, number in zip([0, *shown], shown, strict=False):
        if number - before > 1:
            pages.append(None)
        href = asked.link(page=number if number > 1 else None)
        pages.append({"label": str(number), "href": href, "current": number == asked.page})
    return pages if last > 1 else []
