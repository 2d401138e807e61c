"""The small, fixed cast of people that most tests use.

Tests with the fixture `cast` get a copy of a database in which these people are already (`tests/databases.py`), and
only load them. `make_cast` adds them to any other database.
"""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from sqlalchemy.orm import Session, scoped_session

from models.accounts import (
    Account,
    AccountKind,
    AccountPhase,
    Member,
    Membership,
    Segment,
    StaffRole,
    Stage,
)
from models.base import now

# The password of the whole cast. Hashed once, as cheaply as argon2 allows.
PASSWORD = "hinata-no-engawa"
_PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)

A_YEAR = timedelta(days=365)


@dataclass
class Cast:
    """Customers A, B and C, a prospect, a partner and the vendor, and one member of each kind."""

    a: Account
    b: Account
    c: Account
    prospect_account: Account
    partner_account: Account
    vendor: Account

    owner: Member  # of A: whose things the tests are about
    colleague: Member  # of A
    company_admin: Member  # of A
    stranger: Member  # of B
    moderator: Member  # of B, a customer
    suspended: Member  # of B
    third: Member  # of C
    prospect: Member
    partner: Member
    community_manager: Member
    cs: Member
    administrator: Member

    def people(self) -> dict[str, Member]:
        """Return all members by the names of their fields."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: member for name, member in named.items() if isinstance(member, Member)}


def make_cast(session: "scoped_session[Any] | Session") -> Cast:
    """Add the whole cast to the database (flushed, not committed) and return it. All of them joined a year ago."""
    stage = _Stage()
    cast = stage.cast()
    stage.put_into(session)
    return cast


def load_cast(session: "scoped_session[Any] | Session") -> Cast | None:
    """Return the cast if the database has it: as `make_cast` would add it now, wherever the clock is."""
    cast = _read_cast(session)
    arrival = now() - A_YEAR
    if cast and cast.owner.membership and cast.owner.membership.from_day != arrival.date():
        _move(session, arrival)
        return _read_cast(session)
    return cast


def _read_cast(session: "scoped_session[Any] | Session") -> Cast | None:
    # One query for all: with a person come membership and company.
    chosen = sa.select(Member).execution_options(populate_existing=True)
    people: dict[str, Any] = {member.handle: member for member in session.scalars(chosen).unique()}
    if "owner" not in people:
        return None
    members = {field.name: people[field.name] for field in fields(Cast) if field.name in people}
    return Cast(
        a=people["owner"].account,
        b=people["stranger"].account,
        c=people["third"].account,
        prospect_account=people["prospect"].account,
        partner_account=people["partner"].account,
        vendor=people["cs"].account,
        **members,
    )


def _move(session: "scoped_session[Any] | Session", arrival: datetime) -> None:
    """The test has another clock than the template had. Nobody else is in the database yet."""
    suspended = Member.suspended_until.is_not(None)
    connection = session.connection()
    connection.execute(sa.update(Account).values(created_at=arrival))
    connection.execute(sa.update(Member).values(created_at=arrival))
    connection.execute(sa.update(Member).where(suspended).values(suspended_until=arrival + 2 * A_YEAR))
    connection.execute(sa.update(AccountPhase).values(from_day=arrival.date()))
    connection.execute(sa.update(Membership).values(from_day=arrival.date()))


class _Stage:
    """Collects the rows of the cast and adds all rows of a kind at once, since nearly every test begins with this."""

    def __init__(self) -> None:
        self.arrival = now() - A_YEAR
        self.accounts: list[tuple[Account, Stage]] = []
        self.members: list[tuple[Member, Account, bool]] = []

    def put_into(self, session: "scoped_session[Any] | Session") -> None:
        day = self.arrival.date()
        session.add_all(account for account, _ in self.accounts)
        session.add_all(member for member, _, _ in self.members)
        session.flush()
        session.add_all(
            AccountPhase(account_id=account.id, from_day=day, segment=Segment.MID, stage=stage)
            for account, stage in self.accounts
        )
        session.add_all(
            Membership(member_id=member.id, account_id=account.id, from_day=day, is_company_admin=admin)
            for member, account, admin in self.members
        )
        session.flush()
        # One query loads all memberships.
        session.scalars(sa.select(Member).execution_options(populate_existing=True)).unique().all()

    def cast(self) -> Cast:
        a = self.account("株式会社あさひ製作所", "アサヒセイサクショ", industry="製造業", employees=320)
        b = self.account("べにばな商事株式会社", "ベニバナショウジ", industry="卸売業", employees=80)
        c = self.account("株式会社千鳥運輸", "チドリウンユ", industry="運輸業", employees=1200)
        prospect = self.account(
            "検討中株式会社", "ケントウチュウ", AccountKind.PROSPECT, Stage.PROSPECT, industry="小売業", employees=45
        )
        partner = self.account(
            "パートナーズ合同会社", "パートナーズ", AccountKind.PARTNER, industry="情報サービス業", employees=30
        )
        vendor = self.account(
            "株式会社ベンダー", "ベンダー", AccountKind.VENDOR, industry="ソフトウェア", employees=140
        )
        return Cast(
            a=a,
            b=b,
            c=c,
            prospect_account=prospect,
            partner_account=partner,
            vendor=vendor,
            owner=self.member("owner", "青木", "陽子", a),
            colleague=self.member("colleague", "赤井", "健", a),
            company_admin=self.member("company_admin", "秋山", "誠", a, admin=True),
            stranger=self.member("stranger", "別府", "直樹", b),
            moderator=self.member("moderator", "文野", "薫", b, role=StaffRole.MODERATOR),
            suspended=self.member("suspended", "古川", "翔", b, suspended=True),
            third=self.member("third", "千葉", "美咲", c),
            prospect=self.member("prospect", "検見川", "葵", prospect),
            partner=self.member("partner", "灰原", "涼", partner),
            community_manager=self.member(
                "community_manager", "小宮", "結衣", vendor, role=StaffRole.COMMUNITY_MANAGER
            ),
            cs=self.member("cs", "須藤", "涼子", vendor, role=StaffRole.CS),
            administrator=self.member("administrator", "神田", "修", vendor, role=StaffRole.ADMINISTRATOR),
        )

    def account(
        self,
        name: str,
        reading: str,
        kind: AccountKind = AccountKind.CUSTOMER,
        stage: Stage = Stage.ADOPTION,
        *,
        industry: str,
        employees: int,
    ) -> Account:
        account = Account(
            name=name, reading=reading, kind=kind, industry=industry, employees=employees, created_at=self.arrival
        )
        self.accounts.append((account, stage))
        return account

    def member(
        self,
        handle: str,
        family: str,
        given: str,
        account: Account,
        *,
        role: StaffRole | None = None,
        admin: bool = False,
        suspended: bool = False,
    ) -> Member:
        member = Member(
            email=f"{handle}@example.jp",
            handle=handle,
            family_name=family,
            given_name=given,
            password_hash=_PASSWORD_HASH,
            staff_role=role,
            suspended_until=now() + A_YEAR if suspended else None,
            created_at=self.arrival,
        )
        self.members.append((member, account, admin))
        return member
