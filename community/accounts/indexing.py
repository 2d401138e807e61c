"""Which people and companies the search finds, and for whom.

The company of a person is not indexed: names of companies are shown to few.
"""

from collections.abc import Sequence
from datetime import date, datetime, time

import sqlalchemy as sa
from flask import current_app

from community.accounts import rules
from community.room import Condition
from community.search import actions as search
from community.search.actions import Document
from community.search.queries import documents_of
from models.accounts import Account, AccountKind, Member, Membership, covers_today, holds_role
from models.base import db, today

MEMBER, ACCOUNT = "member", "account"
# Each stands for one rule of `rules`; `tokens_of` says who holds which.
INSIDE, SIGNED_IN, COMPANIES = "members", "signed_in", "companies"


def tokens_of(member: Member | None) -> frozenset[str]:
    """Return the search tokens that the person holds today; none for a guest.

    They follow `rules.can_see_profile` for people and `rules.can_manage_companies` for companies.
    """
    if member is None:
        return frozenset()
    held = {SIGNED_IN: True, INSIDE: rules.is_member(member), COMPANIES: rules.can_manage_companies(member)}
    return frozenset(token for token, holds in held.items() if holds)


def allowed_to(member: Member | None) -> Condition | None:
    """Return the condition on hits that the tokens cannot express, or None where there is none.

    A prospect finds the vendor's people only (`rules.can_see_profile`). Their index rows may be older than today, so
    the condition asks the members' rows.
    """
    if member is None or rules.is_member(member):
        return None

    def is_allowed(of: sa.FromClause) -> sa.ColumnElement[bool]:
        theirs = sa.exists().where(Member.id == of.c.thing_id, Member.erased_at.is_(None), _is_staff_in_sql())
        return sa.or_(of.c.kind != MEMBER, theirs)

    return is_allowed


def index_members(*members: Member) -> None:
    """Index people after they were added, changed or transferred; erased people are removed from the index.

    The `membership` of today must be loaded.
    """
    db.session.flush()
    search.forget(MEMBER, [member.id for member in members if member.erased_at is not None])
    there = [member for member in members if member.erased_at is None]
    turns = _days_of_change(there)
    search.index(*(_describe_member(member, turns.get(member.id)) for member in there))


def index_accounts(*accounts: Account) -> None:
    """Index companies after they were added or changed."""
    db.session.flush()
    search.index(*map(_describe_account, accounts))


def index_people_of(account: Account) -> None:
    """Index all people who belong to the company today or later: their audience depends on its kind."""
    is_not_over = sa.or_(Membership.until_day.is_(None), Membership.until_day > today())
    theirs = sa.select(Membership.member_id).where(Membership.account_id == account.id, is_not_over)
    there = sa.select(Member).where(Member.id.in_(theirs)).order_by(Member.id)
    index_members(*db.session.scalars(there.execution_options(populate_existing=True)))


def list_outdated() -> list[int]:
    """Return the ids of the people whose index row differs from what it would be if they were indexed now.

    Their planned day has come, or the row is of an older version, an older archive, or a clock that was wrong. Two
    queries over everybody, and one over those with a day to come: cheap enough for every hour.
    """
    known = documents_of(MEMBER)
    audience = sa.case((_is_staff_in_sql(), _audience(is_staff=True)), else_=_audience(is_staff=False))
    of_all = sa.select(Member.id).outerjoin(known, known.c.thing_id == Member.id)
    is_there, is_erased = known.c.thing_id.is_not(None), Member.erased_at.is_not(None)
    is_wrong = sa.or_(sa.not_(is_there), known.c.audience != audience)
    wrong = set(db.session.scalars(of_all.where(sa.case((is_erased, is_there), else_=is_wrong))))
    turning = sa.select(Membership.member_id)
    turning = turning.where(sa.or_(Membership.from_day > today(), Membership.until_day > today()))
    dated = sa.select(Member, known.c.visible_until).join(known, known.c.thing_id == Member.id)
    dated = dated.where(sa.or_(known.c.visible_until.is_not(None), Member.id.in_(turning)))
    people = db.session.execute(dated.execution_options(populate_existing=True)).all()
    turns = _days_of_change([member for member, _ in people])
    return sorted(wrong | {member.id for member, until in people if until != _start_of_day(turns.get(member.id))})


def index_anew(member_ids: Sequence[int]) -> None:
    """Index these people from what the database holds now, and lock their rows against changes meanwhile."""
    held = sa.select(Member).where(Member.id.in_(member_ids)).order_by(Member.id)
    held = held.with_for_update(read=True, of=Member).execution_options(populate_existing=True)
    index_members(*db.session.scalars(held))


def index_members_after(member_id: int, limit: int = 500) -> int | None:
    """Index the next `limit` people by id. Return the last one's id, or None if there are no more."""
    held = sa.select(Member).where(Member.id > member_id).order_by(Member.id).limit(limit)
    held = held.with_for_update(read=True, of=Member).execution_options(populate_existing=True)
    people = db.session.scalars(held).all()
    index_members(*people)
    return people[-1].id if people else None


def index_accounts_after(account_id: int, limit: int = 500) -> int | None:
    """Index the next `limit` companies by id. Return the last one's id, or None if there are no more."""
    held = sa.select(Account).where(Account.id > account_id).order_by(Account.id).limit(limit)
    accounts = db.session.scalars(held.with_for_update(read=True).execution_options(populate_existing=True)).all()
    index_accounts(*accounts)
    return accounts[-1].id if accounts else None


def _days_of_change(members: Sequence[Member]) -> dict[int, date]:
    """Return, by member id, the first future day on which somebody joins or leaves the vendor. One query.

    On that day another audience may find them. People without such a day are missing.
    """
    day = today()
    is_not_over = sa.or_(Membership.until_day.is_(None), Membership.until_day > day)
    chosen = sa.select(Membership.member_id, Membership.from_day, Membership.until_day, Account.kind).join(
        Account, Account.id == Membership.account_id
    )
    periods: dict[int, list[tuple[date, date | None, bool]]] = {}
    for row in db.session.execute(chosen.where(Membership.member_id.in_([each.id for each in members]), is_not_over)):
        periods.setdefault(row.member_id, []).append((row.from_day, row.until_day, row.kind == AccountKind.VENDOR))
    found: dict[int, date] = {}
    for member in members:
        if rules.role_of(member) in rules.STAFF_ROLES and member.role_until is None:
            continue  # known to everybody, wherever they belong
        own = periods.get(member.id, [])
        turns = sorted({turn for begin, end, _ in own for turn in (begin, end) if turn is not None and turn > day})
        is_known = rules.is_staff(member)
        changing = (turn for turn in turns if _belongs_to_vendor(own, turn) != is_known)
        first = next(changing, None)
        if first is not None:
            found[member.id] = first
    return found


def _is_staff_in_sql() -> sa.ColumnElement[bool]:
    """Return `rules.is_staff` as an SQL condition; NULL counts as no."""
    vendors = sa.select(Membership.member_id).join(Account, Account.id == Membership.account_id)
    vendors = vendors.where(covers_today(), Account.kind == AccountKind.VENDOR)
    return sa.or_(holds_role(rules.STAFF_ROLES), Member.id.in_(vendors))


def _audience(*, is_staff: bool) -> str:
    """Return the token of those who may find the person: the vendor's people are known to all who are signed in."""
    return SIGNED_IN if is_staff else INSIDE


def _start_of_day(day: date | None) -> datetime | None:
    """Return the first instant of the day in the community's time zone."""
    return datetime.combine(day, time.min, current_app.config["COMMUNITY_ZONE"]) if day else None


def _belongs_to_vendor(periods: Sequence[tuple[date, date | None, bool]], day: date) -> bool:
    """Return whether one of these periods (begin, end, is the vendor's) covers the day and is the vendor's."""
    return any(vendor for begin, end, vendor in periods if begin <= day and (end is None or day < end))


def _describe_member(member: Member, turn: date | None) -> Document:
    """Return the search document of a person.

    `turn`: on that day another audience may find them. From its first moment nobody finds them, until `tasks.begin_day`
    has indexed them anew: closed rather than open.
    """
    readings = (member.family_reading + member.given_reading, f"{member.family_reading} {member.given_reading}")
    return Document(
        kind=MEMBER,
        id=member.id,
        title=member.display_name,
        body="\n".join(filter(None, (member.headline, member.bio))),
        audience=frozenset({_audience(is_staff=rules.is_staff(member))}),
        written_at=member.created_at,
        author_id=member.id,
        visible_until=_start_of_day(turn),
        spellings=(member.family_name + member.given_name, *readings, member.handle),
    )


def _describe_account(account: Account) -> Document:
    return Document(
        kind=ACCOUNT,
        id=account.id,
        title=account.name,
        body=account.industry,
        audience=frozenset({COMPANIES}),
        written_at=account.created_at,
        spellings=(account.reading,),
    )
