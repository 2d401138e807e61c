"""The forum's part of the search page."""

from collections.abc import Mapping, Sequence

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints import fields, times
from blueprints.access import current_member
from blueprints.search_parts import Facet, HitView, NextStep, SearchPart
from community.accounts.names import author_label
from community.accounts.rules import is_member
from community.forums import queries
from community.forums.indexing import OPEN, POST, SOLVED, TOPIC
from community.forums.labels import category_name
from community.forums.queries import Place
from community.room import Condition, Key
from community.search.conditions import has_state, is_in_place
from community.search.marking import excerpt, mark
from community.search.queries import Hit
from community.search.words import Term
from models.accounts import Member

from .loaders import viewer

KINDS = (TOPIC, POST)
STATES = {SOLVED: _l("解決した"), OPEN: _l("まだ解決していない")}


def show_hits(hits: Sequence[Hit], terms: Sequence[Term], authors: Mapping[int, Member]) -> Mapping[Key, HitView]:
    """Return topics and replies as the viewer sees them, by kind and id. One query."""
    places = queries.places_of([hit.thing_id for hit in hits if hit.kind == POST])
    views = {}
    for hit in hits:
        place = places.get(hit.thing_id) if hit.kind == POST else Place(hit.thing_id, hit.title)
        author = authors.get(hit.author_id or 0)
        view = _show_hit(hit, terms, place, author) if place is not None and author is not None else None
        if view is not None:
            views[hit.kind, hit.thing_id] = view
    return views


def _show_hit(hit: Hit, terms: Sequence[Term], place: Place, author: Member) -> HitView | None:
    category = viewer().categories.get(hit.place_id)
    if category is None:
        return None
    return HitView(
        href=url_for("forums.show_post", post_id=hit.thing_id)
        if hit.kind == POST
        else url_for("forums.show_topic", topic_id=hit.thing_id),
        title=mark(place.title, terms),
        excerpt=excerpt(hit.body, terms),
        notes=[category_name(category), author_label(current_member(), author), times.age(hit.written_at)],
        seal=_("解決") if hit.state == SOLVED else "",
        is_private=category.account_id is not None,
    )


def _list_categories() -> list[tuple[str, str]]:
    readable = queries.readable_category_ids(viewer())
    tree = [(category, depth) for category, depth in viewer().categories.walk() if category.id in readable]
    return [(category.slug, "　" * depth + category_name(category)) for category, depth in tree]


def _is_in_category(slug: str) -> Condition | None:
    """Return the condition for a category and those below it; None if there is none that the viewer may read."""
    category = viewer().categories.find(slug)
    if category is None or category.id not in queries.readable_category_ids(viewer()):
        return None
    return is_in_place([inner.id for inner in viewer().categories.below(category)], KINDS)


def _list_states() -> list[tuple[str, str]]:
    return [(state, str(label)) for state, label in STATES.items()]


def _is_in_state(state: str) -> Condition | None:
    return has_state(state, KINDS) if state in STATES else None


def _suggest_browsing() -> NextStep:
    return NextStep(url_for("forums.list_categories"), _("カテゴリからたどる"))


def _suggest_asking() -> NextStep:
    """Return the step to asking; to the categories if the viewer may not ask."""
    member = current_member()
    if member is None or not is_member(member):
        return _suggest_browsing()
    hint = _("短い言葉や、別の言い方でもさがしてみてください。見つからないことは、質問してみてください。")
    return NextStep(url_for("forums.new_topic"), _("質問する"), hint)


SEARCH = SearchPart(
    kinds=KINDS,
    show=show_hits,
    facets=(
        Facet("category", fields._("カテゴリ"), _is_in_category, _list_categories),
        Facet("state", fields._("解決"), _is_in_state, _list_states),
    ),
    browse=_suggest_browsing,
    after_miss=_suggest_asking,
)
