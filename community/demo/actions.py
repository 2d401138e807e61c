"""Loads the sample community of the fictional product クミヒモ: the same rows for the same day."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app

from community.room import SampleCommunity, current_rooms
from models.accounts import Account, Member
from models.base import db

from .cast import read_companies, read_people
from .companies import create_companies, create_people, name_contacts
from .consents import publish_terms, record_consents
from .outside_acts import OutsideYears, record_outside_acts

# Publishes the terms.
ADMINISTRATOR = "miwa"


class RealRowsError(RuntimeError):
    """There are people or companies already; sample rows are never mixed with theirs."""


@dataclass(frozen=True)
class Summary:
    """What was loaded. `rooms`: what each room says of its part, "54 topics with 217 posts"."""

    companies: int
    people: int
    rooms: tuple[str, ...]
    outside_acts: int

    def __str__(self) -> str:
        """One line for the operator."""
        companies, people = f"{self.companies} companies", f"{self.people} people"
        return ", ".join((companies, people, *self.rooms, f"{self.outside_acts} acts outside the community"))


def load(day: date) -> Summary:
    """Fill an empty database with the sample community as it stands on the morning of `day`, and return what it holds.

    Everything in the sample happened before that day. `derive` computes what follows from it. Raises RealRowsError if
    the database holds any person or company.
    """
    refuse_beside_rows()
    zone = ZoneInfo(current_app.config["COMMUNITY_ZONE"].key)
    companies, cast = read_companies(), read_people()
    accounts = create_companies(companies, day, zone)
    people = create_people(cast, accounts, day, zone)
    name_contacts(companies, accounts, people)
    record_consents(people.values(), publish_terms(day, people[ADMINISTRATOR], zone))
    outside = OutsideYears(day, cast, zone).acts()
    record_outside_acts(outside, people)
    rooms = add_parts_of_rooms(SampleCommunity(day, zone, accounts, people))
    return Summary(companies=len(companies), people=len(cast), rooms=rooms, outside_acts=len(outside))


def add_parts_of_rooms(community: SampleCommunity) -> tuple[str, ...]:
    """Let each room write what happened in it, in the rooms' order. Return what the rooms say of their parts."""
    parts = [room.sample for room in current_rooms().rooms if room.sample is not None]
    return tuple(write(community) for write in parts)


def refuse_beside_rows() -> None:
    """Raise RealRowsError if the database holds any person or company, of an earlier sample too."""
    if db.session.scalar(sa.select(Member.id).limit(1)) or db.session.scalar(sa.select(Account.id).limit(1)):
        raise RealRowsError("There are people or companies in this database. Load the sample into an empty one.")
