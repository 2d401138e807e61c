"""Loading the sample community of the fictional product クミヒモ: the same rows for the same day."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app

from community.forums import categories
from community.room import SampleCommunity, current_rooms
from models.accounts import Account, Member
from models.base import db
from models.forums import Category

from .agreeing import agree, publish_terms
from .cast import SampleCategory, read_categories, read_companies, read_conversations, read_people
from .settling_in import bring_companies, bring_people, name_contacts
from .telling import Telling
from .year import Year

# Sets up the categories of the forum.
ADMINISTRATOR = "miwa"


class RealRowsError(RuntimeError):
    """There are people or companies already; sample rows are never mixed with theirs."""


@dataclass(frozen=True)
class Summary:
    """What was loaded."""

    companies: int
    people: int
    topics: int
    posts: int
    outside_acts: int

    def __str__(self) -> str:
        """One line for the operator."""
        return (
            f"{self.companies} companies, {self.people} people, {self.topics} topics with {self.posts} posts, "
            f"{self.outside_acts} acts outside the forum"
        )


def load(day: date) -> Summary:
    """Fill an empty database with the sample community as it stands on the morning of `day`.

    Everything in it happened before that day. What follows from it is `derive`'s. Raises RealRowsError.
    """
    refuse_beside_rows()
    zone = ZoneInfo(current_app.config["COMMUNITY_ZONE"].key)
    companies, cast, conversations = read_companies(), read_people(), read_conversations()
    accounts = bring_companies(companies, day, zone)
    people = bring_people(cast, accounts, day, zone)
    name_contacts(companies, accounts, people)
    agree(people.values(), publish_terms(day, people[ADMINISTRATOR], zone))
    categories = _put_up(read_categories(), accounts, people[ADMINISTRATOR])
    outside = Year(day, cast, zone).acts()
    Telling(day, zone, people, categories).tell(conversations, outside)
    add_parts_of_rooms(SampleCommunity(day, zone, accounts, people))
    return Summary(
        companies=len(companies),
        people=len(cast),
        topics=len(conversations),
        posts=sum(len(conversation.lines) for conversation in conversations),
        outside_acts=len(outside),
    )


def add_parts_of_rooms(community: SampleCommunity) -> None:
    """Let each room add what happened in it, in the rooms' order."""
    for room in current_rooms().rooms:
        if room.sample is not None:
            room.sample(community)


def refuse_beside_rows() -> None:
    """Raises RealRowsError where anybody is there already, from an earlier sample too."""
    if db.session.scalar(sa.select(Member.id).limit(1)) or db.session.scalar(sa.select(Account.id).limit(1)):
        raise RealRowsError("There are people or companies in this database. Load the sample into an empty one.")


def _put_up(
    all_categories: tuple[SampleCategory, ...], accounts: dict[str, Account], by: Member
) -> dict[str, Category]:
    """By key."""
    put: dict[str, Category] = {}
    for category in all_categories:
        put[category.key] = categories.create_category(
            by,
            {
                "slug": category.key,
                "parent_id": put[category.parent].id if category.parent else None,
                "name": category.name,
                "name_en": category.name_en,
                "description": category.description,
                "readers": category.readers,
                "posters": category.posters,
                "segments": ",".join(category.segments),
                "stages": ",".join(category.stages),
                "account_id": accounts[category.company].id if category.company else None,
            },
        )
    return put
