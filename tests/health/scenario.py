"""A small community to score: companies, people, acts on any day, processed as in production."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

import sqlalchemy as sa

from community.health import projector
from community.health.situations import today
from community.ledger import actions as ledger
from community.projections.tasks import process_pending
from models.accounts import Account, AccountKind, AccountPhase, Member, Membership, Segment, Stage
from models.base import db, transaction
from models.health import AccountScore, AccountSnapshot, DailyCount
from models.ledger import Signal, SignalCause, SignalKind
from models.projections import StuckSignal

LONG_AGO = timedelta(days=900)
NOON_IN_TOKYO = time(3, 0, tzinfo=UTC)

_number = count(1)


def ago(days: int) -> date:
    return today() - timedelta(days=days)


@dataclass
class Company:
    """One account of the scenario with its people; every company is new, so tests do not see one another's."""

    account: Account
    people: list[Member] = field(default_factory=list)

    @property
    def id(self) -> int:
        return self.account.id

    def score(self) -> AccountScore | None:
        return db.session.get(AccountScore, self.id, populate_existing=True)

    def behavior(self) -> float:
        score = self.score()
        assert score is not None
        assert score.behavior is not None
        return score.behavior

    def counted(self) -> dict[tuple[int, str, date], int]:
        rows = db.session.scalars(sa.select(DailyCount).where(DailyCount.account_id == self.id))
        return {(row.member_id, row.kind, row.day): row.n for row in rows}

    def snapshots(self) -> list[AccountSnapshot]:
        mine = sa.select(AccountSnapshot).where(AccountSnapshot.account_id == self.id)
        return list(db.session.scalars(mine.order_by(AccountSnapshot.day)))


def found(
    people: int = 3,
    *,
    segment: Segment | None = Segment.MID,
    kind: AccountKind = AccountKind.CUSTOMER,
    since: date | None = None,
) -> Company:
    """Found a company with so many people, all of them there for long."""
    since = since or today() - LONG_AGO
    number = next(_number)
    account = Account(name=f"第{number}株式会社", reading=f"ダイ{number:05}", kind=kind)
    db.session.add(account)
    db.session.flush()
    if segment is not None:
        db.session.add(AccountPhase(account_id=account.id, from_day=since, segment=segment, stage=Stage.ADOPTION))
    company = Company(account)
    for _ in range(people):
        hire(company, since)
    db.session.flush()
    return company


def hire(company: Company, since: date | None = None) -> Member:
    number = next(_number)
    member = Member(email=f"p{number}@example.jp", handle=f"p{number}", family_name=f"山田{number}", given_name="花")
    db.session.add(member)
    db.session.flush()
    db.session.add(Membership(member_id=member.id, account_id=company.id, from_day=since or today() - LONG_AGO))
    db.session.flush()
    company.people.append(member)
    return member


def act(member: Member, kind: str, day: date, thing: int) -> Signal:
    """Let a person do something on a day; `thing` is what it was done with."""
    with transaction():
        at = min(datetime.combine(day, NOON_IN_TOKYO), datetime.now(UTC))
        return ledger.record_signal(SignalKind(kind), member, subject=("post", thing), at=at)


def withdraw(signal: Signal, cause: SignalCause = SignalCause.WITHDRAWN) -> None:
    with transaction():
        ledger.reverse(signal, cause)


def restore(signal: Signal, cause: SignalCause = SignalCause.WITHDRAWN) -> None:
    with transaction():
        ledger.reinstate(signal, cause)


def process() -> None:
    process_pending((projector,))
    assert db.session.query(StuckSignal).all() == []
