"""The loaded sample as pages see it: from the stored rows, by the rules that the pages stand on."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import sqlalchemy as sa

from blueprints.health.breakdown import PersonRow, by_person
from blueprints.health.filters import parse_params
from blueprints.health.overview import overview
from community.accounts.rules import is_past
from community.health.account_history import AccountHistory, Reading, load_account_history
from community.health.acts import ListedAct, list_acts
from community.health.groups import MatrixGroup
from community.health.listing import AccountFilter, AccountRow, Scored, list_accounts
from community.health.presence import ACTIVE_DAYS, Roster, seen
from models.accounts import Member
from models.base import db

YEAR = 365


@dataclass(frozen=True)
class SampleCompany:
    """One customer on the day of loading."""

    row: AccountRow
    day: date

    @cached_property
    def history(self) -> AccountHistory:
        return load_account_history(self.row.account.id, self.day, YEAR)

    @cached_property
    def reading(self) -> Reading:
        found = self.history.explain(self.day)
        assert found is not None
        return found

    @cached_property
    def acts(self) -> Sequence[ListedAct]:
        """Those that count, newest first."""
        return [act for act in list_acts(self.history, self.reading) if act.counts]

    @cached_property
    def done(self) -> Counter[str]:
        """The number of acts by kind, as the breakdown has it."""
        return Counter(act.ledger_act.kind for act in self.acts)

    @property
    def roster(self) -> Roster:
        return self.history.customers.rosters[self.row.account.id]

    @cached_property
    def persons(self) -> Sequence[PersonRow]:
        """All with a share in the score, whoever holds most first."""
        situation = self.reading.situation
        active = self.roster.present(self.day) & seen(situation.points, self.day, ACTIVE_DAYS)
        rows, _ = by_person(
            self.reading.behavior, situation.terms.member_cap, (), active, self.roster.departures(self.day)
        )
        return rows

    @property
    def active(self) -> Sequence[PersonRow]:
        """As 「活動中の人」 lists them."""
        return [person for person in self.persons if person.is_active]

    @property
    def left(self) -> Sequence[PersonRow]:
        """As 「離れた人」 lists them."""
        return [person for person in self.persons if person.departure is not None]

    @property
    def score(self) -> float:
        return self.reading.behavior.score

    @property
    def figures(self) -> Scored:
        """What is stored for the list."""
        assert self.row.score is not None
        return self.row.score

    def score_before(self, days: int) -> float:
        """Return the recorded score so many days before the day of the reading."""
        behavior = self.history.written[self.reading.standing.day - timedelta(days=days)].behavior
        assert behavior is not None
        return behavior

    def share_of(self, person: PersonRow) -> float:
        """Return what part of the score the person holds."""
        return person.exact / self.score


@dataclass(frozen=True)
class Sample:
    """What a load has left, for whoever looks on its day."""

    day: date

    @cached_property
    def rows(self) -> list[AccountRow]:
        return list_accounts(AccountFilter(), self.day)

    @cached_property
    def groups(self) -> Mapping[int, MatrixGroup]:
        """By account, as in the matrix."""
        return {each.row.account.id: each.group for each in overview(self.rows, parse_params({}), self.day).placed}

    @cached_property
    def open_rows(self) -> list[AccountRow]:
        """Without contracts that have ended."""
        return [row for row in self.rows if not is_past(row.account.contract_ended_on, self.day)]

    def find(self, name: str) -> SampleCompany:
        (row,) = (row for row in self.rows if name in row.account.name)
        return SampleCompany(row, self.day)

    def group(self, company: SampleCompany) -> MatrixGroup:
        return self.groups[company.row.account.id]


def handle_of(person: PersonRow) -> str:
    return db.session.scalars(sa.select(Member.handle).where(Member.id == person.member_id)).one()
