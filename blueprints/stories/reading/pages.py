"""The page of one story, as far as its reader may see it."""

from collections.abc import Mapping
from typing import Any

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints import times
from blueprints.access import current_member, public
from blueprints.conversions import list_conversions_of
from blueprints.page_cache import cached_for_guests, scopes_of_rooms
from blueprints.room import current_pages
from blueprints.room_parts import ShownPart
from blueprints.stories.bp import bp
from community.config import Config
from community.room import Thing
from community.stories import queries, rules
from community.stories.consent.permits import Permit
from community.stories.reading.cards import Card, Cards, list_cards
from community.stories.reading.nearness import list_nearest, reasons_of
from community.stories.reading.reader import Company, band_of
from community.stories.things import STORY
from community.stories.versions.staleness import stale_months
from models.base import day_at

from .drawing import draw_story, show_card
from .loaders import find_permit, reader

NEAR_SHOWN = 3


def _list_scopes(**_values: object) -> set[str]:
    """Return the scopes of the page, which shows what other rooms have about the story."""
    return scopes_of_rooms()


@bp.get("/<int:story_id>")
@public
@cached_for_guests(scopes=_list_scopes)
def show_story(story_id: int) -> ResponseReturnValue:
    """Show the story. What may not be shown of it is not in the permit of which all of the page is made."""
    permit = find_permit(story_id)
    who, cards = reader(), list_cards(reader())
    thing = Thing(STORY.name, story_id, permit.title, url_for("stories.show_story", story_id=story_id))
    return render_template(
        "stories/reading/story.html",
        story=permit,
        **draw_story(permit),
        published=times.day_in_words(day_at(permit.published_at)),
        near=_show_near(permit, cards),
        newer=_find_neighbour(cards, story_id, -1),
        older=_find_neighbour(cards, story_id, 1),
        offers=list_conversions_of(thing, current_member()),
        about=_list_sections(thing),
        desk=_find_desk(story_id),
        public=_describe_for_others(permit) if who.is_guest else None,
    )


def _show_near(permit: Permit, cards: Cards) -> list[Any]:
    """Return stories of companies like the one of this story, each with the reason; none without one.

    Beside a story without names only such stories stand.
    """
    near = Company(permit.trade, band_of(permit.employees), frozenset(permit.problems))
    nearest = list_nearest(cards, near, is_named=bool(permit.company))
    others = [card for card in nearest if card.story_id != permit.story_id][:NEAR_SHOWN]
    return [show_card(card, reader().day, stale_months(), reasons_of(card, near)) for card in others]


def _find_neighbour(cards: Mapping[int, Card], story_id: int, step: int) -> Card | None:
    """Return the story that was published before or after this one, of those that the reader may read."""
    ids = list(cards)
    place = ids.index(story_id) + step if story_id in cards else -1
    return cards[ids[place]] if 0 <= place < len(ids) else None


def _list_sections(thing: Thing) -> list[ShownPart]:
    """Return what other rooms have about the story: questions."""
    return [
        ShownPart(part.template, values)
        for part in current_pages().thing_sections
        if (values := part.values(current_member(), thing)) is not None
    ]


def _find_desk(story_id: int) -> str | None:
    """Return the address of the story's desk for those who work on it, else None.

    What is published is private to nobody of staff, so nothing is asked of them (`rules.can_see_desk`).
    """
    member = current_member()
    if member is None:
        return None
    works_on_it = rules.works_with_stories(member) or queries.is_author(member, story_id)
    return url_for("stories.show_desk", story_id=story_id) if works_on_it else None


def _describe_for_others(permit: Permit) -> dict[str, Any]:
    """Return what machines read of a story that everybody may read: where it stands, and its data (schema.org)."""
    config: Config = current_app.config["TSUDOI"]
    site = str(config.public_url).rstrip("/")
    address = site + url_for("stories.show_story", story_id=permit.story_id)
    picture = site + url_for("stories.show_share_image", story_id=permit.story_id)
    author = {"@type": "Organization", "name": permit.company} if permit.company else None
    data = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": permit.title,
        "description": permit.lead,
        "image": [picture],
        "datePublished": permit.published_at.isoformat(),
        "dateModified": permit.changed_at.isoformat(),
        "inLanguage": "ja",
        "mainEntityOfPage": address,
        "author": [author, *({"@type": "Person", "name": name} for name in permit.people)] if author else None,
        "publisher": {"@type": "Organization", "name": config.vendor_name},
    }
    return {"address": address, "picture": picture, "data": {name: value for name, value in data.items() if value}}
