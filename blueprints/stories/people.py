"""Stories on the page of a person, and on the page of a company."""

from dataclasses import dataclass

from flask import url_for

from blueprints import times
from blueprints.room_parts import CompanySection, ProfileSection, Values
from community.stories import queries
from community.stories.labels import STATES, name_story
from community.stories.reading.cards import list_cards
from community.stories.things import load_stories
from community.stories.versions.staleness import stale_months
from models.accounts import Account, Member

from .reading.drawing import show_card
from .reading.loaders import reader


@dataclass(frozen=True)
class OwnStory:
    """A story in the list of a company's own stories."""

    href: str
    title: str
    state: str
    changed: str


def show_stories_of_person(_viewer: Member, person: Member) -> Values:
    """Return the stories that the person told, of those that the reader may read with the person's name."""
    who = reader()
    told = [card for card in list_cards(who).values() if card.author_id == person.id]
    return {"stories": [show_card(card, who.day, stale_months()) for card in told]} if told else None


def show_stories_of_company(viewer: Member, company: Account) -> Values:
    """Return the company's stories with their states, of those that the viewer works on; None if there are none."""
    stories = queries.list_stories_of(company.id, seen_by=viewer)
    if not stories:
        return None
    loaded = load_stories([story.id for story in stories])
    rows = [
        OwnStory(
            href=url_for("stories.show_desk", story_id=story.id),
            title=name_story(loaded[story.id].working_title),
            state=str(STATES[story.state]),
            changed=times.age(story.changed_at),
        )
        for story in stories
    ]
    return {"stories": rows}


PROFILE_SECTION = ProfileSection(10, "stories/_on_profile.html", show_stories_of_person)
COMPANY_SECTION = CompanySection(20, "stories/_on_company.html", show_stories_of_company)
