"""Companies, people, and where they belong."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from community.accounts import actions, memberships, queries
from community.accounts.memberships import BelongsElsewhereError
from community.signin import queries as signin_queries
from models.accounts import AccountKind, AccountPhase, Member, Membership, Segment, StaffRole, Stage
from models.audit import AuditEntry
from models.base import db, now
from tests.cast import Cast
from tests.signing_in import session_of

TODAY = now().date()


def days_of(member_id: int) -> list[tuple[int, date, date | None]]:
    rows = db.session.scalars(
        sa.select(Membership).where(Membership.member_id == member_id).order_by(Membership.from_day)
    )
    return [(row.account_id, row.from_day, row.until_day) for row in rows]


def audited() -> list[tuple[int | None, str, int | None]]:
    rows = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id))
    return [(row.actor_id, row.action, row.subject_id) for row in rows]


def leave(member: Member, day: date, by: Member) -> None:
    memberships.carry_out_transfer(memberships.plan_transfer(member, None, day), by=by, reason="退職")


def test_a_company_has_its_facts_and_domains(cast: Cast) -> None:
    account = actions.create_account(
        "新しい会社",
        AccountKind.PARTNER,
        mail_domains=("Atarashii.Example",),
        by=cast.cs,
        industry="建設業",
        employees=9,
    )
    assert (account.kind, account.industry, account.employees) == (AccountKind.PARTNER, "建設業", 9)
    assert queries.get_account_by_mail_domain("Someone@ATARASHII.example") == account
    assert audited() == [(cast.cs.id, "account.create", account.id)]


def test_a_phase_holds_until_the_next(cast: Cast) -> None:
    start = TODAY - timedelta(days=30)
    actions.open_phase(cast.a, Segment.HIGH, Stage.RENEWAL, start, by=cast.cs)
    before, then = queries.phase_on(cast.a.id, start - timedelta(days=1)), queries.phase_on(cast.a.id, TODAY)
    assert before is not None
    assert then is not None
    assert (before.segment, before.stage) == (Segment.MID, Stage.ADOPTION)
    assert (then.segment, then.stage) == (Segment.HIGH, Stage.RENEWAL)
    assert queries.phase_on(cast.a.id, TODAY - timedelta(days=4000)) is None


def test_a_phase_of_the_same_day_is_replaced(cast: Cast) -> None:
    actions.open_phase(cast.a, Segment.HIGH, Stage.RENEWAL, TODAY)
    actions.open_phase(cast.a, Segment.DIGITAL, Stage.ADVOCATE, TODAY)
    phases = db.session.scalars(sa.select(AccountPhase).where(AccountPhase.from_day == TODAY)).all()
    assert [(phase.segment, phase.stage) for phase in phases] == [(Segment.DIGITAL, Stage.ADVOCATE)]


def test_a_move_ends_the_old_membership_on_the_same_day(cast: Cast) -> None:
    came = cast.owner.memberships[0].from_day if "memberships" in vars(cast.owner) else days_of(cast.owner.id)[0][1]
    actions.join_account(cast.owner, cast.b, TODAY, by=cast.cs)
    assert days_of(cast.owner.id) == [(cast.a.id, came, TODAY), (cast.b.id, TODAY, None)]
    assert cast.owner.account == cast.b
    assert queries.account_id_on(cast.owner.id, TODAY - timedelta(days=1)) == cast.a.id
    assert queries.account_id_on(cast.owner.id, TODAY) == cast.b.id


def test_two_moves_on_one_day_leave_no_day_that_never_was(cast: Cast) -> None:
    actions.join_account(cast.owner, cast.b, TODAY)
    actions.join_account(cast.owner, cast.c, TODAY)
    assert [row[0] for row in days_of(cast.owner.id)] == [cast.a.id, cast.c.id]


def test_nobody_belongs_to_two_companies(cast: Cast) -> None:
    actions.join_account(cast.owner, cast.b, TODAY - timedelta(days=10))
    with pytest.raises(BelongsElsewhereError):
        actions.join_account(cast.owner, cast.c, TODAY - timedelta(days=20))
    leave(cast.owner, TODAY - timedelta(days=5), cast.company_admin)
    with pytest.raises(BelongsElsewhereError):
        actions.join_account(cast.owner, cast.c, TODAY - timedelta(days=7))


def test_who_leaves_belongs_nowhere_and_can_come_back(cast: Cast) -> None:
    leave(cast.owner, TODAY - timedelta(days=5), cast.company_admin)
    assert cast.owner.account is None
    assert queries.account_id_on(cast.owner.id, TODAY) is None
    assert cast.owner not in queries.list_members_of(cast.a.id, TODAY)
    actions.join_account(cast.owner, cast.a, TODAY, is_company_admin=True)
    assert cast.owner.membership is not None
    assert cast.owner.membership.is_company_admin
    assert cast.owner in queries.list_members_of(cast.a.id, TODAY)


def test_roles_are_granted_and_taken_on_record(cast: Cast) -> None:
    actions.grant_role(cast.owner, StaffRole.MODERATOR, by=cast.administrator, reason="依頼")
    actions.grant_role(cast.owner, None, by=cast.administrator)
    first, second = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()
    assert (first.before, first.after, first.reason) == (
        {"staff_role": None},
        {"staff_role": "moderator"},
        "依頼",
    )
    assert (second.before, second.after) == ({"staff_role": "moderator"}, {"staff_role": None})
    assert cast.owner.staff_role is None


def test_an_address_is_one_whatever_its_case(cast: Cast) -> None:
    member = actions.create_member(" New.Person@Example.JP ", "new_person", "新", by=cast.administrator)
    assert queries.get_member_by_email("new.person@EXAMPLE.jp") == member
    assert queries.get_member_by_handle("new_person") == member


def test_a_visit_begins_after_a_pause_only(cast: Cast) -> None:
    first = now() - timedelta(days=2)
    second = first + timedelta(days=1)
    actions.begin_visit(cast.owner, first)
    assert (cast.owner.seen_at, cast.owner.visited_at) == (None, first)
    actions.begin_visit(cast.owner, second)
    actions.begin_visit(cast.owner, second + actions.SAME_VISIT - timedelta(seconds=1))
    assert (cast.owner.seen_at, cast.owner.visited_at) == (first, second)


@pytest.mark.parametrize(
    "session_id", ["", "x", "1", "1.", ".1", "-1.1", "1.x", "²..1", "99999999.1", "1.1.x", "1.1.1.1"]
)
def test_no_session_without_its_member(cast: Cast, session_id: str) -> None:
    assert signin_queries.get_member_by_session(session_id) is None


def test_a_session_stands_for_its_member_until_it_is_ended(cast: Cast) -> None:
    session_id = session_of(cast.owner)
    assert signin_queries.get_member_by_session(session_id) == cast.owner
    assert cast.owner.get_id() == session_id
    number, version, key = session_id.split(".")
    assert signin_queries.get_member_by_session(f"{number}.{int(version) + 1}.{key}") is None
    assert signin_queries.get_member_by_session(f"{cast.colleague.id}.{version}.{key}") is None
    assert signin_queries.get_member_by_session(session_of(cast.suspended)) is None
