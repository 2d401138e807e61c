"""One function writes memberships, and what follows from them follows: at once, and on the day that was planned."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from community import realtime
from community.accounts import actions, companies, contact_vendor, indexing, memberships, queries, rules
from community.accounts.contact_vendor import Matter
from community.accounts.tasks import begin_day
from community.ledger import reassignment
from community.search import actions as search
from community.search.queries import Search, find, list_misses
from community.signin import rights
from community.signin.rights import LastAdministratorError
from models.accounts import Account, AccountKind, Member, Membership, StaffRole
from models.audit import AuditEntry
from models.base import db, now, today, transaction
from models.mail import Mail
from models.search import SearchDocument
from tests.cast import Cast
from tests.guest_versions import changed_since, read_versions
from tests.signing_in import client_of


def found_by(viewer: Member | None, person: Member) -> bool:
    """Whether the index lets the person be found, whatever is asked of the hits afterwards."""
    hits = find(Search(person.handle, indexing.tokens_of(viewer))).hits
    return person.id in [hit.thing_id for hit in hits if hit.kind == indexing.MEMBER]


def shown_to(app: Flask, viewer: Member, person: Member) -> bool:
    page = client_of(app, viewer).get(f"/search?q={person.handle}").text
    return f'href="/people/{person.handle}"' in page


def move(member: Member, to: Account | None, day: date, by: Member) -> None:
    with transaction():
        reassignment.carry_out(memberships.plan_transfer(member, to, day), by=by, reason="異動")


@pytest.fixture
def mover(cast: Cast) -> Member:
    """One of the vendor's people without a role; whoever is signed in finds them."""
    with transaction():
        member = actions.create_member("idou@example.jp", "idou", "井堂")
        actions.join_account(member, cast.vendor, today() - timedelta(days=40))
        indexing.index_members(*cast.people().values())
    return member


def tomorrow() -> Any:  # noqa: ANN401  time_machine's own
    return time_machine.travel(now() + timedelta(days=1), tick=False)


# --- at once


def test_changing_company_reindexes_the_person_at_once(app: Flask, cast: Cast, mover: Member) -> None:
    assert (found_by(cast.prospect, mover), found_by(cast.owner, mover)) == (True, True)
    move(mover, cast.a, today(), cast.administrator)
    assert (found_by(cast.prospect, mover), found_by(cast.owner, mover)) == (False, True)
    assert not shown_to(app, cast.prospect, mover)
    move(mover, cast.vendor, today(), cast.administrator)
    assert found_by(cast.prospect, mover)
    move(mover, None, today(), cast.administrator)
    assert (found_by(cast.prospect, mover), found_by(cast.owner, mover)) == (False, True)


def test_a_move_that_is_dated_back_reindexes_at_once_too(cast: Cast, mover: Member) -> None:
    move(mover, cast.a, today() - timedelta(days=3), cast.administrator)
    assert not found_by(cast.prospect, mover)


def test_erasure_and_a_role_count_at_once(cast: Cast, mover: Member) -> None:
    move(mover, None, today(), cast.administrator)
    assert not found_by(cast.prospect, mover)
    with transaction():
        mover.erased_at = now()
        indexing.index_members(mover)
    assert not found_by(cast.cs, mover)


# --- on the day that was planned


def test_a_planned_move_closes_the_search_by_itself_and_opens_it_with_the_days_job(
    app: Flask, cast: Cast, mover: Member
) -> None:
    move(mover, cast.a, today() + timedelta(days=1), cast.administrator)
    begin_day()
    assert found_by(cast.prospect, mover)
    with tomorrow():
        # Nobody has done anything yet: nobody finds the person, rather than the wrong ones.
        assert [found_by(viewer, mover) for viewer in (cast.prospect, cast.owner, cast.cs)] == [False] * 3
        begin_day()
        assert (found_by(cast.prospect, mover), found_by(cast.owner, mover)) == (False, True)
        db.session.expire_all()
        assert not shown_to(app, cast.prospect, mover)


def test_days_without_a_worker_are_made_up_for(cast: Cast, mover: Member) -> None:
    move(mover, cast.a, today() + timedelta(days=2), cast.administrator)
    with time_machine.travel(now() + timedelta(days=30), tick=False):
        assert not found_by(cast.owner, mover)
        for _ in range(2):
            begin_day()
            assert (found_by(cast.prospect, mover), found_by(cast.owner, mover)) == (False, True)


def test_a_plan_that_is_replaced_no_longer_ends_anything(cast: Cast, mover: Member) -> None:
    move(mover, cast.a, today() + timedelta(days=1), cast.administrator)
    move(mover, cast.vendor, today() + timedelta(days=1), cast.administrator)
    with tomorrow():
        assert found_by(cast.prospect, mover)


def test_a_move_between_customers_keeps_the_person_found_throughout(cast: Cast) -> None:
    with transaction():
        indexing.index_members(cast.owner)
    move(cast.owner, cast.b, today() + timedelta(days=1), cast.cs)
    with tomorrow():
        assert (found_by(cast.third, cast.owner), found_by(cast.prospect, cast.owner)) == (True, False)


def test_reindexing_everybody_keeps_the_days_to_come(cast: Cast, mover: Member) -> None:
    move(mover, cast.a, today() + timedelta(days=1), cast.administrator)
    with transaction():
        assert indexing.index_members_after(mover.id - 1) == mover.id
    with tomorrow():
        assert not found_by(cast.prospect, mover)


def test_a_company_that_becomes_another_kind_takes_those_along_who_are_to_come(cast: Cast, mover: Member) -> None:
    move(mover, cast.prospect_account, today() + timedelta(days=1), cast.administrator)
    until = sa.select(SearchDocument.visible_until).where(SearchDocument.thing_id == mover.id)
    until = until.where(SearchDocument.kind == indexing.MEMBER)
    assert db.session.scalar(until) is not None
    with transaction():
        search.forget(indexing.MEMBER, [mover.id])
        companies.change_company(cast.prospect_account, {"kind": AccountKind.CUSTOMER}, (), by=cast.cs)
    assert db.session.scalar(until) is not None


def test_open_pages_and_kept_ones_are_asked_anew_when_the_day_begins(
    cast: Cast, mover: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    move(mover, cast.a, today() + timedelta(days=1), cast.administrator)
    told: list[str] = []
    monkeypatch.setattr(realtime, "reauthorise", told.append)
    before = read_versions()
    begin_day()
    assert (told, read_versions()) == ([], before)
    with tomorrow():
        begin_day()
    assert told == [f"member:{mover.id}"]
    assert changed_since(before) == {"everything"}


def as_an_older_version_indexed(member: Member, audience: str) -> None:
    """The row as code before wrote it: moves left the audience as it was, and no day to come was known."""
    known = sa.update(SearchDocument).where(
        SearchDocument.kind == indexing.MEMBER, SearchDocument.thing_id == member.id
    )
    with transaction():
        db.session.execute(known.values(audience=audience, visible_until=None))


def test_rows_that_an_older_version_indexed_are_mended_within_the_hour(cast: Cast, mover: Member) -> None:
    move(mover, cast.a, today(), cast.administrator)
    as_an_older_version_indexed(mover, indexing.SIGNED_IN)
    as_an_older_version_indexed(cast.cs, indexing.INSIDE)
    assert (found_by(cast.prospect, mover), found_by(cast.prospect, cast.cs)) == (True, False)
    begin_day()
    assert (found_by(cast.prospect, mover), found_by(cast.prospect, cast.cs)) == (False, True)
    assert indexing.list_outdated() == []


def test_a_planned_move_that_an_older_version_indexed_is_mended_before_its_day(cast: Cast, mover: Member) -> None:
    move(mover, cast.a, today() + timedelta(days=1), cast.administrator)
    as_an_older_version_indexed(mover, indexing.SIGNED_IN)
    begin_day()
    assert found_by(cast.prospect, mover)
    with tomorrow():
        assert not found_by(cast.prospect, mover)


def test_who_is_missing_in_the_index_or_erased_is_mended_too(cast: Cast, mover: Member) -> None:
    with transaction():
        search.forget(indexing.MEMBER, [cast.owner.id])
        mover.erased_at = now()
    assert indexing.list_outdated() == sorted([cast.owner.id, mover.id])
    begin_day()
    assert (found_by(cast.third, cast.owner), found_by(cast.cs, mover)) == (True, False)
    assert indexing.list_outdated() == []


def test_what_is_right_is_not_touched_by_the_hour(cast: Cast, mover: Member) -> None:
    with transaction():
        actions.join_account(cast.owner, cast.b, today() + timedelta(days=3))
        actions.join_account(mover, cast.b, today() + timedelta(days=1))
    rows = sa.select(SearchDocument.id).order_by(SearchDocument.id)
    before = db.session.scalars(rows).all()
    begin_day()
    assert db.session.scalars(rows).all() == before


def test_hits_that_are_held_back_are_not_counted(app: Flask, cast: Cast, mover: Member) -> None:
    move(mover, cast.a, today(), cast.administrator)
    as_an_older_version_indexed(mover, indexing.SIGNED_IN)
    address = f"/search?q={mover.handle}&kind=member"
    assert "0件" in client_of(app, cast.prospect).get(address).text
    assert "1件" not in client_of(app, cast.prospect).get(address).text
    assert "1件" in client_of(app, cast.owner).get(address).text
    # Nor is a search that finds nobody taken for one that found somebody.
    client_of(app, cast.prospect).post("/search/missed", data={"q": mover.handle})
    assert [miss.words for miss in list_misses()] == [mover.handle]
    assert "1件" in client_of(app, cast.prospect).get(f"/search?q={cast.cs.handle}&kind=member").text


def test_the_index_alone_lets_nobody_be_seen(app: Flask, cast: Cast, mover: Member) -> None:
    """As it was before: memberships written past the one function, and an index that has not heard of it."""
    db.session.execute(sa.update(Membership).where(Membership.member_id == mover.id).values(account_id=cast.a.id))
    db.session.flush()
    db.session.expire_all()
    assert found_by(cast.prospect, mover)
    assert not shown_to(app, cast.prospect, mover)
    assert shown_to(app, cast.owner, mover)


# --- roles hang on the vendor


def give_role(member: Member, role: StaffRole | None, by: Member) -> None:
    with transaction():
        rights.give_role(member, role, by=by, reason="4月から")


def in_days(days: int) -> Any:  # noqa: ANN401  time_machine's own
    return time_machine.travel(now() + timedelta(days=days), tick=False)


def seen_as_staff(app: Flask, member: Member) -> bool:
    """Whether the person comes in and opens a page of the staff's; asked of the rows, as a new process would."""
    db.session.expire_all()
    page = client_of(app, member).get("/companies")
    return page.status_code == 200


@pytest.mark.parametrize("to", ["a", "prospect_account", None])
@pytest.mark.parametrize("role", [StaffRole.CS, StaffRole.COMMUNITY_MANAGER, StaffRole.ADMINISTRATOR])
def test_a_role_given_today_ends_on_the_day_of_the_move_that_was_planned_before(
    app: Flask, cast: Cast, mover: Member, role: StaffRole, to: str | None
) -> None:
    move(mover, getattr(cast, to) if to else None, today() + timedelta(days=2), cast.administrator)
    give_role(mover, role, cast.administrator)
    with in_days(1):
        assert seen_as_staff(app, mover)
    with in_days(2):  # its first moment: no worker has run
        assert not seen_as_staff(app, mover)
        assert not rules.is_staff(mover)
        assert mover.id not in [each.id for each in queries.list_cs_people()]
        assert not found_by(cast.prospect, mover)
        begin_day()
        begin_day()
        db.session.expire_all()
        assert (mover.staff_role, mover.role_until) == (None, None)
        taken = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "member.lose_role")).one()
        assert (taken.actor_id, taken.subject_id, taken.before) == (None, mover.id, {"staff_role": role})
        assert found_by(cast.owner, mover)
        assert not found_by(cast.prospect, mover)


def test_a_role_that_was_given_before_the_move_was_planned_ends_too(app: Flask, cast: Cast, mover: Member) -> None:
    give_role(mover, StaffRole.CS, cast.administrator)
    move(mover, cast.a, today() + timedelta(days=2), cast.administrator)
    assert seen_as_staff(app, mover)
    with in_days(2):
        assert not seen_as_staff(app, mover)


def test_a_role_goes_at_once_with_a_move_of_today(app: Flask, cast: Cast, mover: Member) -> None:
    """The page refuses it; an administrator who gives the role at the same time is not seen by the page."""
    give_role(mover, StaffRole.CS, cast.administrator)
    move(mover, cast.a, today(), cast.administrator)
    assert mover.staff_role is None
    assert not seen_as_staff(app, mover)


def test_a_plan_that_is_taken_back_keeps_the_role_and_a_later_return_does_not_bring_it_back(
    app: Flask, cast: Cast, mover: Member
) -> None:
    move(mover, cast.a, today() + timedelta(days=2), cast.administrator)
    give_role(mover, StaffRole.CS, cast.administrator)
    move(mover, cast.vendor, today() + timedelta(days=2), cast.administrator)
    assert mover.role_until is None
    move(mover, None, today() + timedelta(days=2), cast.administrator)
    with in_days(3):
        move(mover, cast.vendor, today(), cast.administrator)
        assert mover.staff_role is None
        assert not seen_as_staff(app, mover)


def test_a_moderator_stays_one_and_who_belongs_nowhere_yet_keeps_the_role(
    app: Flask, cast: Cast, mover: Member
) -> None:
    move(mover, cast.a, today() + timedelta(days=2), cast.administrator)
    give_role(mover, StaffRole.MODERATOR, cast.administrator)
    with transaction():
        first = actions.create_member("first@example.jp", "first", "初", staff_role=StaffRole.ADMINISTRATOR)
        actions.grant_role(first, StaffRole.ADMINISTRATOR)
    move(first, cast.vendor, today() + timedelta(days=1), cast.administrator)
    assert (mover.role_until, first.role_until) == (None, None)
    assert seen_as_staff(app, first)
    with in_days(3):
        begin_day()
        db.session.expire_all()
        assert (mover.staff_role, first.staff_role) == (StaffRole.MODERATOR, StaffRole.ADMINISTRATOR)


def test_who_is_to_leave_is_not_the_administrator_who_remains(cast: Cast, mover: Member) -> None:
    move(mover, cast.a, today() + timedelta(days=2), cast.administrator)
    give_role(mover, StaffRole.ADMINISTRATOR, cast.administrator)
    with pytest.raises(LastAdministratorError):
        give_role(cast.administrator, None, cast.administrator)


def test_the_page_of_rights_says_on_which_day_the_role_will_end(app: Flask, cast: Cast, mover: Member) -> None:
    sentence = "運営の役割は"
    page = f"/people/{mover.handle}/rights"
    assert sentence not in client_of(app, cast.administrator).get(page).text
    move(mover, cast.a, today() + timedelta(days=2), cast.administrator)
    assert sentence in client_of(app, cast.administrator).get(page).text


def test_who_was_in_charge_and_has_left_reads_no_letters_of_customers(cast: Cast, mover: Member) -> None:
    give_role(mover, StaffRole.CS, cast.administrator)
    with transaction():
        cast.a.csm_id = mover.id
        contact_vendor.write_to_vendor(cast.a, cast.company_admin, Matter.OTHER, "ご相談です")
    move(mover, cast.b, today() + timedelta(days=1), cast.administrator)
    with tomorrow(), transaction():
        contact_vendor.write_to_vendor(cast.a, cast.company_admin, Matter.OTHER, "ご相談です")
    sent = db.session.scalars(sa.select(Mail.member_id).where(Mail.kind == "contact_vendor").order_by(Mail.id)).all()
    assert sent[0] == mover.id
    assert mover.id not in sent[1:]
    assert cast.cs.id in sent[1:]
