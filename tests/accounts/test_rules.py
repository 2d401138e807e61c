"""Who is what and who may do what, over the whole cast."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from community.accounts import queries, rules
from community.joining import rules as joining_rules
from models.accounts import Invitation, Member
from models.base import now
from tests.cast import Cast

VENDORS = {"community_manager", "cs", "administrator"}
CUSTOMERS = {"owner", "colleague", "company_admin", "stranger", "moderator", "suspended", "third"}
EVERYBODY = CUSTOMERS | VENDORS | {"prospect", "partner"}

TABLE: dict[Callable[[Member], bool], set[str]] = {
    rules.is_staff: VENDORS,
    rules.is_member: CUSTOMERS | VENDORS | {"partner"},
    rules.is_moderator: {"moderator", "community_manager", "administrator"},
    rules.is_community_manager: {"community_manager", "administrator"},
    rules.is_cs: {"cs", "administrator"},
    rules.is_administrator: {"administrator"},
    rules.can_sign_in: EVERYBODY - {"suspended"},
    rules.is_suspended: {"suspended"},
    rules.is_without_company: set(),
    rules.can_see_scores: VENDORS,
    rules.can_grant_roles: {"administrator"},
}


@pytest.mark.parametrize("rule", TABLE, ids=lambda rule: rule.__name__)
def test_rule_holds_for_exactly_these(cast: Cast, rule: Callable[[Member], bool]) -> None:
    assert {name for name, member in cast.people().items() if rule(member)} == TABLE[rule]


def test_a_company_is_looked_after_by_its_own_administrator_only(cast: Cast) -> None:
    people = cast.people().items()
    assert {name for name, member in people if rules.is_company_admin(member, cast.a)} == {"company_admin"}
    assert {name for name, member in people if rules.is_company_admin(member, cast.b)} == set()


def test_company_names_are_for_its_own_people_and_staff(cast: Cast) -> None:
    people = cast.people().items()
    own = {"owner", "colleague", "company_admin"}
    assert {name for name, member in people if rules.can_see_company_name(member, cast.a)} == own | VENDORS
    assert {name for name, member in people if rules.can_see_company_name(member, cast.vendor)} == EVERYBODY
    assert not rules.can_see_company_name(None, cast.a)
    assert rules.can_see_company_name(None, cast.vendor)


def test_profiles_are_seen_by_members_and_a_prospect_sees_the_hosts(cast: Cast) -> None:
    def seen_by(viewer: Member) -> set[str]:
        return {name for name, member in cast.people().items() if rules.can_see_profile(viewer, member)}

    assert seen_by(cast.third) == EVERYBODY
    assert seen_by(cast.partner) == EVERYBODY
    assert seen_by(cast.prospect) == VENDORS | {"prospect"}
    cast.owner.erased_at = now()
    assert "owner" not in seen_by(cast.administrator)


def test_erased_people_stay_out(cast: Cast) -> None:
    cast.owner.erased_at = now()
    assert not rules.can_sign_in(cast.owner)
    assert not rules.is_without_company(cast.owner)


def test_a_suspension_ends_by_itself(cast: Cast) -> None:
    cast.suspended.suspended_until = now() - timedelta(seconds=1)
    assert rules.can_sign_in(cast.suspended)


def test_after_the_contract_there_is_time_to_say_farewell(cast: Cast) -> None:
    today = queries.today()
    cast.a.contract_ended_on = today - timedelta(days=rules.FAREWELL_DAYS)
    assert rules.can_sign_in(cast.owner)
    cast.a.contract_ended_on = today - timedelta(days=rules.FAREWELL_DAYS + 1)
    assert not rules.can_sign_in(cast.owner)
    assert rules.is_without_company(cast.owner)


def test_the_vendors_people_need_no_company(cast: Cast) -> None:
    cast.cs.membership = None
    cast.moderator.membership = None
    assert rules.can_sign_in(cast.cs)
    assert rules.is_staff(cast.cs)
    assert not rules.can_sign_in(cast.moderator)


@pytest.mark.parametrize("change", ["accepted_at", "withdrawn_at", "expires_at"])
def test_an_invitation_is_open_until_something_happens(cast: Cast, change: str) -> None:
    invitation = Invitation(account=cast.a, invited_by=cast.cs, expires_at=now() + timedelta(days=1))
    assert joining_rules.is_open(invitation)
    setattr(invitation, change, now())
    assert not joining_rules.is_open(invitation)


def test_moving_by_invitation_is_for_the_invited_customer(cast: Cast) -> None:
    invitation = Invitation(email=cast.owner.email, account=cast.b, account_id=cast.b.id)
    assert {name for name, member in cast.people().items() if joining_rules.can_transfer_by(member, invitation)} == {
        "owner"
    }
    home = Invitation(email=cast.owner.email, account=cast.a, account_id=cast.a.id)
    assert not joining_rules.can_transfer_by(cast.owner, home)
    headhunter = Invitation(email=cast.cs.email, account=cast.a, account_id=cast.a.id)
    assert not joining_rules.can_transfer_by(cast.cs, headhunter)
