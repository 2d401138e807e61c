"""Creates the sample's companies, people and memberships through the actions that real ones are created by."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from community.accounts import actions as accounts
from community.signin.passwords import SAMPLE_PASSWORD, hash_password
from models.accounts import Account, AccountKind, Member, Segment, StaffRole, Stage

from .cast import Company, Person

JOINED_AT = time(10, 0)


def create_companies(companies: Sequence[Company], day: date, zone: ZoneInfo) -> dict[str, Account]:
    """Create the companies with their phases. Return them by key; `name_contacts` adds the contacts at the vendor."""
    created: dict[str, Account] = {}
    for company in companies:
        account = accounts.create_account(
            company.name,
            AccountKind(company.kind),
            mail_domains=company.domains,
            reading=company.reading,
            plan=company.plan,
            licences=company.licences,
            prefecture=company.prefecture,
            industry=company.industry,
            employees=company.employees,
            renews_on=None if company.renewal is None else day + timedelta(days=company.renewal),
            contract_ended_on=None if company.ended is None else day - timedelta(days=company.ended),
            created_at=_joined_at(day, company.joined, zone),
        )
        for phase in company.phases:
            from_day = day - timedelta(days=phase.days)
            accounts.open_phase(account, Segment(phase.segment), Stage(phase.stage), from_day)
        created[company.key] = account
    return created


def create_people(
    people: Sequence[Person], companies: dict[str, Account], day: date, zone: ZoneInfo
) -> dict[str, Member]:
    """Create the people with their memberships. Return them by handle."""
    # One hash for all: four hundred would take four hundred times as long and protect nothing.
    password_hash = hash_password(SAMPLE_PASSWORD)
    created: dict[str, Member] = {}
    for person in people:
        member = accounts.create_member(
            person.email,
            person.handle,
            person.family_name,
            given_name=person.given_name,
            family_reading=person.family_reading,
            given_reading=person.given_reading,
            headline=person.headline,
            bio=person.about,
            password_hash=password_hash,
            staff_role=StaffRole(person.staff) if person.staff else None,
            created_at=_joined_at(day, person.joined, zone),
        )
        for company, days in _memberships_of(person):
            accounts.join_account(
                member,
                companies[company],
                day - timedelta(days=days),
                is_company_admin=person.is_company_admin and company == person.company,
            )
        created[person.handle] = member
    return created


def name_contacts(companies: Sequence[Company], accounts_by_key: dict[str, Account], people: dict[str, Member]) -> None:
    """Set each company's customer-success contact."""
    for company in companies:
        if company.csm:
            accounts_by_key[company.key].csm_id = people[company.csm].id


def _memberships_of(person: Person) -> list[tuple[str, int]]:
    """Return the keys of the companies a person has been with, and how many days ago each membership began."""
    if person.former_company is None:
        return [(person.company, person.joined)]
    return [(person.former_company, person.joined), (person.company, person.moved)]


def _joined_at(day: date, days: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day - timedelta(days=days), JOINED_AT, zone)
