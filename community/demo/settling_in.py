"""Companies and people arrive, each on their day, through the same actions as real ones."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from community.accounts import actions as accounts
from community.signin.passwords import SAMPLE_PASSWORD, hash_password
from models.accounts import Account, AccountKind, Member, Segment, StaffRole, Stage

from .cast import Company, Person

ARRIVAL = time(10, 0)


def bring_companies(companies: Sequence[Company], day: date, zone: ZoneInfo) -> dict[str, Account]:
    """By key. Their customer-success contacts come with the people: `bring_people`."""
    brought: dict[str, Account] = {}
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
            created_at=_arrival(day, company.joined, zone),
        )
        for phase in company.phases:
            from_day = day - timedelta(days=phase.days)
            accounts.open_phase(account, Segment(phase.segment), Stage(phase.stage), from_day)
        brought[company.key] = account
    return brought


def bring_people(
    people: Sequence[Person], companies: dict[str, Account], day: date, zone: ZoneInfo
) -> dict[str, Member]:
    """By handle. All share one hash: four hundred would take four hundred times as long and protect nothing."""
    password_hash = hash_password(SAMPLE_PASSWORD)
    brought: dict[str, Member] = {}
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
            created_at=_arrival(day, person.joined, zone),
        )
        for company, days in _stays(person):
            accounts.join_account(
                member,
                companies[company],
                day - timedelta(days=days),
                is_company_admin=person.is_company_admin and company == person.company,
            )
        brought[person.handle] = member
    return brought


def name_contacts(companies: Sequence[Company], accounts_by_key: dict[str, Account], people: dict[str, Member]) -> None:
    """Give each company the person at the vendor who looks after it."""
    for company in companies:
        if company.csm:
            accounts_by_key[company.key].csm_id = people[company.csm].id


def _stays(person: Person) -> list[tuple[str, int]]:
    """The companies a person has been with, and since how many days."""
    if person.former_company is None:
        return [(person.company, person.joined)]
    return [(person.former_company, person.joined), (person.company, person.moved)]


def _arrival(day: date, days: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day - timedelta(days=days), ARRIVAL, zone)
