"""The gallery: all stories that the reader may read, by what they choose. The choice stays in the address."""

from collections.abc import Collection, Mapping
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.access import current_member, public
from blueprints.page_cache import cached_for_guests
from blueprints.stories.bp import bp
from community.accounts import rules as accounts
from community.accounts.labels import SIZE_BANDS, size_band
from community.prefectures import PREFECTURES, prefecture_name
from community.stories import rules
from community.stories.reading.cards import Card, list_cards
from community.stories.reading.gallery import (
    Chosen,
    Gallery,
    count_problems,
    list_prefectures,
    list_trades,
    make_gallery,
)
from community.stories.reading.nearness import reasons_of
from community.stories.reading.reader import Company
from community.stories.versions.content import Grade
from community.stories.versions.staleness import stale_months
from community.stories.versions.tag_names import TagName, list_tag_names

from .drawing import CardView, show_card
from .loaders import reader, scopes_of_stories

# Names of what can be chosen, as they stand in the address.
CHOICES = ("trade", "size", "problem", "feature", "prefecture", "grade", "stale")
# What is chosen at first for whoever is signed in: what their company is like.
OWN = ("trade", "size")
# The smallest size of each band, by its number.
_BANDS = (1, *SIZE_BANDS)


@bp.get("")
@public
@cached_for_guests(scopes=scopes_of_stories)
def show_gallery() -> ResponseReturnValue:
    """Show the stories, the nearest to what was chosen first, else the newest."""
    who, member = reader(), current_member()
    cards, tags = list_cards(who).values(), list_tag_names(who.version)
    own = _choose_own_company(list_trades(cards))
    values = _read_values(own)
    chosen = _read_choice(values, tags, list_trades(cards))
    found = make_gallery(cards, chosen, request.args.get("page", 1, type=int), who.day, stale_months())

    def show(card: Card) -> CardView:
        return show_card(card, who.day, stale_months(), reasons_of(card, chosen.near))

    return render_template(
        "stories/reading/gallery.html",
        count=len(cards),
        gallery=found,
        lead=show(found.lead) if found.lead is not None else None,
        cards=[show(card) for card in found.cards],
        problems=[
            (str(tags[slug]), count, _address(problem=slug))
            for slug, count in count_problems(cards).items()
            if slug in tags
        ],
        options=_list_options(list(cards), tags),
        values=values,
        kept=[name for name in ("trade", "size", "problem", "stale") if values[name] or _is_kept(name)],
        is_own=bool(own),
        every_url=url_for("stories.show_gallery", **dict.fromkeys(OWN if member is not None else (), "")),
        is_near=bool(chosen.near),
        is_narrowed=chosen.is_narrowed,
        heading=_say_heading(chosen, tags),
        extent=_say_extent(found),
        pages=_list_pages(found),
        previous={"href": _address(page=found.page - 1)} if found.page > 1 else None,
        following={"href": _address(page=found.page + 1)} if found.page < found.pages else None,
        with_stale_url=_address(stale="1"),
        is_guest=member is None,
        may_tell=member is not None and rules.can_tell(member),
    )


def _choose_own_company(trades: Collection[str]) -> dict[str, str]:
    """Return what is chosen for whoever is signed in until they choose: trade and size of their company, if known."""
    company, member = reader().company, current_member()
    if member is None or accounts.is_staff(member) or not company or request.args.keys() & set(OWN):
        return {}
    size = str(company.size) if company.size is not None else ""
    return {"trade": company.trade if company.trade in trades else "", "size": size}


def _read_values(own: Mapping[str, str]) -> dict[str, str]:
    """Return what is chosen in the address; for what it does not name, what is chosen at first."""
    return {name: request.args.get(name, own.get(name, "")) for name in CHOICES}


def _read_choice(values: Mapping[str, str], tags: Mapping[str, TagName], trades: Collection[str]) -> Chosen:
    """Return what is chosen; what is none of ours counts as not chosen."""
    trade, size, prefecture, grade = (values[name] for name in ("trade", "size", "prefecture", "grade"))
    problem = _known_tag(values["problem"], tags, is_problem=True)
    near = Company(
        trade=trade if trade in trades else "",
        size=int(size) if size in map(str, range(len(_BANDS))) else None,
        problems=frozenset({problem} if problem else ()),
    )
    return Chosen(
        near=near,
        problem=problem,
        feature=_known_tag(values["feature"], tags, is_problem=False),
        prefecture=int(prefecture) if prefecture in map(str, PREFECTURES) else None,
        grade=Grade(grade) if grade in tuple(Grade) else None,
        with_stale=values["stale"] == "1",
    )


def _known_tag(slug: str, tags: Mapping[str, TagName], *, is_problem: bool) -> str:
    return slug if slug in tags and tags[slug].is_problem == is_problem else ""


def _list_options(cards: list[Card], tags: Mapping[str, TagName]) -> dict[str, list[tuple[str, str]]]:
    """Return what can be chosen, by name: only what some story has."""
    every = ("", _("すべて"))
    told = {slug for card in cards for slug in (*card.problems, *card.features)}
    offered = {slug: tag for slug, tag in tags.items() if slug in told}
    return {
        "trade": [("", _("選ぶ")), *((trade, trade) for trade in list_trades(cards))],
        "size": [("", _("選ぶ")), *((str(n), size_band(bound)) for n, bound in enumerate(_BANDS))],
        "problem": [every, *((slug, str(tag)) for slug, tag in offered.items() if tag.is_problem)],
        "feature": [every, *((slug, str(tag)) for slug, tag in offered.items() if not tag.is_problem)],
        "prefecture": [every, *((str(number), prefecture_name(number)) for number in list_prefectures(cards))],
        "grade": [every, ("A", _("Aだけ")), ("B", _("B以上")), ("C", _("C以上"))],
    }


def _say_heading(chosen: Chosen, tags: Mapping[str, TagName]) -> str:
    if chosen.problem:
        return str(tags[chosen.problem])
    size = size_band(_BANDS[chosen.near.size]) if chosen.near.size is not None else ""
    near = "・".join(part for part in (chosen.near.trade, size) if part)
    return _("%(company)sに近い順", company=near) if near else _("新しい順")


def _say_extent(found: Gallery) -> str:
    """Return how many stories there are, and which of them are listed where it is not all."""
    shown = len(found.cards)
    if not shown or shown == found.count:
        return _("%(n)s本", n=found.count)
    if shown == 1:
        return _("%(n)s本のうち%(first)s本目", n=found.count, first=found.first)
    return _("%(n)s本のうち%(first)s〜%(last)s本目", n=found.count, first=found.first, last=found.first + shown - 1)


def _address(**changed: object) -> str:
    """Return this page's address with these values changed; another choice begins on its first page."""
    given: dict[str, Any] = {name: request.args.get(name) or ("" if _is_kept(name) else None) for name in CHOICES}
    return url_for("stories.show_gallery", **{**given, **changed})


def _is_kept(name: str) -> bool:
    """Return whether the address must name it though nothing is chosen: without it, the own company would be."""
    return name in OWN and name in request.args and current_member() is not None


def _list_pages(found: Gallery) -> list[dict[str, Any]]:
    if found.pages == 1:
        return []
    return [
        {"label": str(number), "href": _address(page=number if number > 1 else None), "current": number == found.page}
        for number in range(1, found.pages + 1)
    ]
