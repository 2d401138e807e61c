"""The stories' part of the search page. A hit is shown with what its permit holds today."""

from collections.abc import Mapping, Sequence

from flask import url_for
from flask_babel import gettext as _

from blueprints import times
from blueprints.search_parts import HitView, NextStep, SearchPart
from community.room import Key
from community.search.marking import excerpt, mark
from community.search.queries import Hit
from community.search.words import Term
from community.stories.reading.cards import list_cards
from community.stories.things import STORY
from models.accounts import Member

from .reading.drawing import describe_company
from .reading.loaders import reader


def show_hits(hits: Sequence[Hit], terms: Sequence[Term], authors: Mapping[int, Member]) -> Mapping[Key, HitView]:
    """Return the stories that the reader may read today, by kind and id."""
    del authors
    cards = list_cards(reader())
    views = {}
    for hit in hits:
        card = cards.get(hit.thing_id)
        if card is None:
            continue
        notes = [card.company, describe_company(card), times.age(card.published_at)]
        views[hit.kind, hit.thing_id] = HitView(
            href=url_for("stories.show_story", story_id=card.story_id),
            title=mark(card.title, terms),
            excerpt=excerpt(hit.body, terms),
            notes=[note for note in notes if note],
        )
    return views


SEARCH = SearchPart(
    kinds=(STORY.name,),
    show=show_hits,
    browse=lambda: NextStep(url_for("stories.show_gallery"), _("事例からさがす")),
)
