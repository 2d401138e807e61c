"""The companies and people of the sample community, read from the TOML files beside this module."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from community.toml_files import read_toml

from .regions import read_regional_companies, read_regional_people

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Phase:
    """Segment and stage of a company, from `days` before the day of loading."""

    days: int
    segment: str
    stage: str


@dataclass(frozen=True)
class Company:
    """One company of the sample.

    `renewal` is in days after the day of loading; `joined` and `ended` (the contract's last day) are in days before it.
    """

    key: str
    name: str
    reading: str
    kind: str
    prefecture: int
    industry: str
    employees: int
    domains: tuple[str, ...]
    joined: int
    plan: str
    licences: int | None
    csm: str | None
    renewal: int | None
    ended: int | None
    phases: tuple[Phase, ...]


@dataclass(frozen=True)
class Person:
    """One person of the sample. `moved`: days since they left `former_company` for `company`."""

    handle: str
    family_name: str
    given_name: str
    family_reading: str
    given_reading: str
    email: str
    company: str
    headline: str
    about: str
    joined: int
    staff: str | None
    is_company_admin: bool
    former_company: str | None
    moved: int


def read_companies() -> tuple[Company, ...]:
    """Return the sample's companies: the twelve that its story is about, then the others by region."""
    return tuple(
        _company(entry) for entry in (*read_toml(FOLDER / "companies.toml")["company"], *read_regional_companies())
    )


def read_people() -> tuple[Person, ...]:
    """Return the sample's people, those of the story first; each has an address at the company's first domain."""
    domains = {company.key: company.domains[0] for company in read_companies()}
    entries = (*read_toml(FOLDER / "members.toml")["member"], *read_regional_people())
    return tuple(_person(entry, domains[entry["company"]]) for entry in entries)


def _company(entry: dict[str, Any]) -> Company:
    if "history" in entry:
        phases = tuple(Phase(**phase) for phase in entry["history"])
    elif "stage" in entry:
        phases = (Phase(entry["joined"], entry["segment"], entry["stage"]),)
    else:
        phases = ()
    return Company(
        key=entry["key"],
        name=entry["name"],
        reading=entry["reading"],
        kind=entry["kind"],
        prefecture=entry["prefecture"],
        industry=entry["industry"],
        employees=entry["employees"],
        domains=tuple(entry["domains"]),
        joined=entry["joined"],
        plan=entry.get("plan", ""),
        licences=entry.get("licences"),
        csm=entry.get("csm"),
        renewal=entry.get("renewal"),
        ended=entry.get("ended"),
        phases=phases,
    )


def _person(entry: dict[str, Any], domain: str) -> Person:
    family_name, given_name, family_reading, given_reading = entry["name"]
    return Person(
        handle=entry["handle"],
        family_name=family_name,
        given_name=given_name,
        family_reading=family_reading,
        given_reading=given_reading,
        email=f"{entry['handle']}@{domain}",
        company=entry["company"],
        headline=" ".join(filter(None, (entry["department"], entry["title"]))),
        about=entry.get("about", ""),
        joined=entry["joined"],
        staff=entry.get("staff"),
        is_company_admin=entry.get("admin", False),
        former_company=entry.get("former_company"),
        moved=entry.get("moved", 0),
    )
