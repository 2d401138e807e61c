"""Draws up what the sample's people did outside the community in two years: webinars, meetups, newsletters, enquiries.

The acts are random, but the same for the same day; which companies rise or fall silent is in rhythm.toml.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from community.ledger.actions import OutsideAct, record_outside
from community.sample_calendar import is_quiet, is_workday, workdays_between
from community.toml_files import read_toml
from models.accounts import Member
from models.ledger import SignalKind

from .cast import FOLDER, Person
from .regions import list_regional_rhythms

SOURCE = "sample"
DAYS = 728  # a whole number of weeks
NEWSLETTER_EVERY = timedelta(days=14)
TUESDAY, WEDNESDAY, SATURDAY = 1, 2, 5
THIRD_WEEK = range(15, 22)
WEBINAR_AT, MEETUP_AT, NEWSLETTER_AT = time(14, 0), time(13, 30), time(10, 0)
ENQUIRY_AT = time(10, 30)

KEEN, USUAL, QUIET = 2.0, 1.0, 0.0
COMES_AFTER_ALL = 0.85  # share of those who registered for a webinar
READS_THE_SAME_DAY = 0.7

# How likely an enquiry is in each hour of an office day; fewer come in the lunch break and in the last hour.
HOURS = range(8, 19)
HOUR_WEIGHTS = (2, 6, 9, 8, 2, 5, 8, 8, 7, 5, 2)


@dataclass(frozen=True)
class Occurrence:
    """An act that another system knows of; (subject_kind, subject_id) names its occasion."""

    kind: SignalKind
    handle: str
    at: datetime
    subject_kind: str
    subject_id: int

    @property
    def key(self) -> str:
        """The act's unique key."""
        return f"{self.kind}:{self.subject_kind}:{self.subject_id}:{self.handle}"


class OutsideYears:
    """The acts of the two years before one day."""

    def __init__(self, day: date, people: Sequence[Person], zone: ZoneInfo) -> None:
        self.day = day
        self.zone = zone
        self.first = day - timedelta(days=DAYS)
        self.rhythm = read_toml(FOLDER / "rhythm.toml")
        self.people = {person.handle: person for person in people}
        self.companies = [*self.rhythm["company"], *list_regional_rhythms()]
        self.weights = {company["key"]: self._weights(company) for company in self.companies}
        self.chance = random.Random(f"tsudoi {day.isoformat()}")  # noqa: S311  sample data, no secret

    def acts(self) -> list[Occurrence]:
        """Return all acts, earliest first."""
        acts = [*self._webinars(), *self._meetups(), *self._newsletters(), *self._enquiries(), *self._references()]
        return sorted(acts, key=lambda act: (act.at, act.key))

    def _webinars(self) -> Iterator[Occurrence]:
        for number, webinar in enumerate(self.rhythm["webinar"], 1):
            day = _third_wednesday(self.day, webinar["months"])
            if not self.first <= day < self.day:
                continue
            for handle in webinar["speakers"]:
                yield self._act(SignalKind.TALK_GIVEN, handle, (day, WEBINAR_AT), ("webinar", number))
            for handle, chance in self._chances(day, "seminar"):
                if self.chance.random() < chance and handle not in webinar["speakers"]:
                    came = self.chance.random() < COMES_AFTER_ALL
                    kind = SignalKind.SEMINAR_ATTENDED if came else SignalKind.REGISTERED_NOT_COME
                    yield self._act(kind, handle, (day, WEBINAR_AT), ("webinar", number))

    def _meetups(self) -> Iterator[Occurrence]:
        for number, meetup in enumerate(self.rhythm["meetup"], 1):
            day = _saturday(self.day, meetup["weeks"])
            cast = (
                (SignalKind.MEETUP_ORGANISED, [meetup["organiser"]]),
                (SignalKind.TALK_GIVEN, meetup["speakers"]),
                (SignalKind.MEETUP_ATTENDED, meetup["attended"]),
                (SignalKind.REGISTERED_NOT_COME, meetup["absent"]),
            )
            for kind, handles in cast:
                for handle in handles:
                    yield self._act(kind, handle, (day, MEETUP_AT), ("meetup", number))

    def _newsletters(self) -> Iterator[Occurrence]:
        day, number = _next(self.first, TUESDAY), 0
        while day < self.day:
            if is_workday(day):
                number += 1
                for handle, chance in self._chances(day, "mail"):
                    if self.chance.random() < chance:
                        at = self._reading_time(day)
                        if at.date() < self.day:
                            yield Occurrence(SignalKind.MAIL_CLICKED, handle, at, "newsletter", number)
            day += NEWSLETTER_EVERY

    def _enquiries(self) -> Iterator[Occurrence]:
        number = 0
        for day in workdays_between(self.first, self.day):
            for company in self.companies:
                if self.chance.random() < _phase(company, self.day, day)["support"]:
                    known = [
                        (h, w) for h, w in self.weights[company["key"]] if self._is_here(h, company["key"], day) and w
                    ]
                    if known:
                        number += 1
                        (handle,) = self.chance.choices([h for h, _ in known], [w for _, w in known])
                        at = datetime.combine(day, self._office_time(), self.zone)
                        yield Occurrence(SignalKind.SUPPORT_ASKED, handle, at, "enquiry", number)
        for told in self.rhythm["enquiry"]:
            for days in told["days"]:
                number += 1
                day = self._workday_back(days)
                yield self._act(SignalKind.SUPPORT_ASKED, told["by"], (day, ENQUIRY_AT), ("enquiry", number))

    def _references(self) -> Iterator[Occurrence]:
        for number, reference in enumerate(self.rhythm["reference"], 1):
            day = self._workday_back(reference["days"])
            yield self._act(SignalKind.REFERENCE_DONE, reference["by"], (day, time(15, 0)), ("reference", number))

    def _workday_back(self, days: int) -> date:
        """Return the day so many days back, or the last working day before it."""
        day = self.day - timedelta(days=days)
        while not is_workday(day):
            day -= timedelta(days=1)
        return day

    def _act(self, kind: SignalKind, handle: str, when: tuple[date, time], subject: tuple[str, int]) -> Occurrence:
        return Occurrence(kind, handle, datetime.combine(*when, self.zone), *subject)

    def _chances(self, day: date, what: str) -> Iterator[tuple[str, float]]:
        """Yield the handle of everybody who is with a company on that day, and the probability that they do it."""
        for company in self.companies:
            base = _phase(company, self.day, day)[what]
            for handle, weight in self.weights[company["key"]]:
                if self._is_here(handle, company["key"], day):
                    yield handle, base * weight

    def _weights(self, company: Mapping[str, Any]) -> list[tuple[str, float]]:
        keen, quiet = company.get("keen", ()), company.get("quiet", ())
        return [
            (handle, KEEN if handle in keen else QUIET if handle in quiet else USUAL)
            for handle, person in self.people.items()
            if company["key"] in {person.company, person.former_company}
        ]

    def _is_here(self, handle: str, company: str, day: date) -> bool:
        """Return whether the person had joined by then and was with that company."""
        person, age = self.people[handle], (self.day - day).days
        at = person.former_company if person.former_company and age > person.moved else person.company
        return age < person.joined and at == company

    def _office_time(self) -> time:
        (hour,) = self.chance.choices(HOURS, HOUR_WEIGHTS)
        return time(hour, self.chance.randrange(60))

    def _reading_time(self, day: date) -> datetime:
        """Return when a newsletter is read: on the day it was sent, or within the next three."""
        sent = datetime.combine(day, NEWSLETTER_AT, self.zone)
        if self.chance.random() < READS_THE_SAME_DAY:
            return sent + timedelta(minutes=self.chance.randrange(3, 450))
        return datetime.combine(day + timedelta(days=self.chance.randrange(1, 4)), self._office_time(), self.zone)


def record_outside_acts(acts: Sequence[Occurrence], people: Mapping[str, Member]) -> None:
    """Record the acts in the ledger, as one import from another system."""
    record_outside(
        [
            OutsideAct(each.kind, people[each.handle], each.at, (each.subject_kind, each.subject_id), each.key)
            for each in acts
        ],
        SOURCE,
    )


def _phase(company: Mapping[str, Any], today: date, day: date) -> Mapping[str, float]:
    """Return the phase in force on the day; before the first one, a phase in which nothing happens."""
    age = (today - day).days
    begun = [phase for phase in company["phases"] if phase["days"] >= age]
    return min(begun, key=lambda phase: phase["days"]) if begun else {"seminar": 0.0, "mail": 0.0, "support": 0.0}


def _third_wednesday(today: date, months: int) -> date:
    month = today.year * 12 + today.month - 1 - months
    first = date(month // 12, month % 12 + 1, THIRD_WEEK.start)
    return _next(first, WEDNESDAY)


def _saturday(today: date, weeks: int) -> date:
    """Return the Saturday so many weeks ago, or an earlier one where that lies in a long break."""
    day = _next(today - timedelta(weeks=weeks, days=6), SATURDAY)
    while is_quiet(day):
        day -= timedelta(weeks=1)
    return day


def _next(day: date, weekday: int) -> date:
    """Return the first such weekday on or after the day."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)
