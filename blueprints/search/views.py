"""The search page, and the staff's page of searches that found nothing."""

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

# More than anybody reads, fewer than a crawler asks for.
LOOKS = "60 per minute"
# Guests are counted by their network, where a whole office may be searching.
LOOKS_OF_GUESTS = "600 per minute"
# Linked pages before and after the current one.
PAGES_NEAR = 2


def _looks() -> str:
    return LOOKS if current_member() else LOOKS_OF_GUESTS


@bp.get("")
@limiter.limit(_looks, key_func=requester)
@public
def find() -> ResponseReturnValue:
    """Show what the viewer may find; without words, only the field."""
    params = parse_params(request.args)
    found = queries.find(params.search, params.page)
    last = max(ceil(found.count / HITS_A_PAGE), 1)
    if params.page > last:
        return redirect(params.link(page=last if last > 1 else None))
    return render_template(
        "search/search.html",
        params=params,
        q=params.search.typed,
        found=found,
        hits=show_hits(found.hits, params.search.terms),
        is_searchable=is_searchable(params.search.typed),
        kinds=_kind_links(params),
        selects=_select_fields(params),
        orders=[
            (str(label), params.link(order=order), order == params.search.order)
            for order, label in labels.ORDERS.items()
        ],
        pages=_page_links(params, last),
        inputs=[facet for facet in list_facets() if facet.options is None and facet.is_offered()],
        browse=_first_step(part.browse for part in current_pages().search_parts),
        after_miss=_first_step(part.after_miss for part in current_pages().search_parts),
    )


@bp.post("/missed")
@limiter.limit(_looks, key_func=requester)
@public
def note_miss() -> ResponseReturnValue:
    """Count a search that found nothing. The search is repeated, so that no other can be reported."""
    typed = clean_line(request.form.get("q", ""))
    if is_searchable(typed) and not queries.is_anywhere(Search(typed, held_tokens(), list_rights())):
        with transaction():
            actions.note_miss(typed)
    return "", 204


@bp.get("/missed")
@staff_only(is_staff)
def list_misses() -> ResponseReturnValue:
    """Show the staff what people search for and do not find: what to write about next. Words only, no people."""
    return render_template("search/misses.html", misses=queries.list_misses(), days=actions.MISSES_KEPT.days)


def _kind_links(params: SearchParams) -> list[tuple[str, str, bool]]:
    """Return (label, address, is chosen) of the kinds of which the viewer may find any."""
    held = held_tokens()
    shown = [kind for kind in current_rooms().search_kinds.values() if not kind.needs or held & kind.needs]
    return [
        (_("すべて"), params.link(kind=None), not params.search.kind),
        *((str(kind.label), params.link(kind=kind.name), params.search.kind == kind.name) for kind in shown),
    ]


def _select_fields(params: SearchParams) -> list[tuple[str, str, list[tuple[str, str]], str]]:
    """Return (name, label, choices, value) of each filter that is a list to choose from."""
    choices = [
        *(
            (facet.name, facet.label, facet.options())
            for facet in list_facets()
            if facet.options and facet.is_offered()
        ),
        ("age", _("時期"), [(key, str(label)) for key, label in labels.AGES.items()]),
    ]
    return [
        (name, label, [("", _("すべて")), *options], params.given.get(name, "")) for name, label, options in choices
    ]


def _first_step(ways: Iterable[Callable[[], NextStep | None]]) -> NextStep | None:
    return next((step for way in ways if (step := way()) is not None), None)


def _page_links(params: SearchParams, last: int) -> list[dict[str, object] | None]:
    """Return links to the first, last and neighbouring pages, None for each gap; an empty list for a single page."""
    near = range(params.page - PAGES_NEAR, params.page + PAGES_NEAR + 1)
    shown = [n for n in range(1, last + 1) if n in {1, last} or n in near]
    pages: list[dict[str, object] | None] = []
    for before, number in zip([0, *shown], shown, strict=False):
        if number - before > 1:
            pages.append(None)
        href = params.link(page=number if number > 1 else None)
        pages.append({"label": str(number), "href": href, "current": number == params.page})
    return pages if last > 1 else []
