"""What the administrator of a company may do once its contract is over: read and write to the vendor, nothing else."""

import io
from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community.accounts import companies, queries, rules
from community.joining import company_links, invitations
from community.joining import rules as joining_rules
from community.joining.company_links import LinkTerms
from community.joining.invitations import InvitationClosedError
from community.moderation.rules import can_moderate
from models.accounts import Account, Invitation, Member
from models.base import db, today, transaction
from tests.cast import Cast
from tests.joining.test_invitations import mailed_path
from tests.signing_in import client_of

NEWCOMER = "shinjin@example.jp"
FACTS = {"reading": "アサヒ", "industry": "金属加工業", "employees": "450", "prefecture": "13"}
CSV = "メールアドレス,姓\nhitori@example.jp,一人\n"


def end(account: Account, days_ago: int) -> None:
    with transaction():
        account.contract_ended_on = today() - timedelta(days=days_ago)


def attempts(cast: Cast, invitation: Invitation, link_id: int) -> dict[str, tuple[str, Mapping[str, object]]]:
    """Everything that a company's administrator is there for."""
    account = str(cast.a.id)
    sheet = {"account": account, "file": (io.BytesIO(CSV.encode()), "people.csv"), "strangers": "y"}
    return {
        "invite": ("/invitations", {"email": NEWCOMER, "account": account}),
        "withdraw an invitation": (f"/invitations/{invitation.id}/withdraw", {}),
        "list of people": ("/invitations/csv", sheet),
        "make a link": ("/invitations/links", {"account": account, "days": "7", "max_uses": "5"}),
        "renew a link": (f"/invitations/links/{link_id}/renew", {}),
        "withdraw a link": (f"/invitations/links/{link_id}/withdraw", {}),
        "facts": ("/company", FACTS),
        "another administrator": (f"/company/people/{cast.owner.handle}", {"is_admin": "1"}),
        "no longer oneself": (f"/company/people/{cast.company_admin.handle}", {"is_admin": "0"}),
    }


@pytest.fixture
def admin(app: Flask, cast: Cast) -> FlaskClient:
    return client_of(app, cast.company_admin)


@pytest.fixture
def invitation(cast: Cast) -> Invitation:
    with transaction():
        return invitations.invite("mae@example.jp", cast.a, cast.company_admin)


def make_link(account: Account, by: Member) -> tuple[int, str]:
    with transaction():
        link, token = company_links.make_link(account, by, LinkTerms(7, 5, own_domains_only=False))
    return link.id, token


def answers(admin: FlaskClient, cast: Cast, invitation: Invitation, link_id: int) -> dict[str, int]:
    tried = attempts(cast, invitation, link_id)
    return {name: admin.post(path, data=data).status_code for name, (path, data) in tried.items()}


def test_a_company_administrator_of_an_ended_contract_administers_nothing(
    admin: FlaskClient, cast: Cast, invitation: Invitation
) -> None:
    link_id, _ = make_link(cast.a, cast.company_admin)
    end(cast.a, 1)
    assert set(answers(admin, cast, invitation, link_id).values()) == {403}
    for page in ("/invitations", "/invitations/csv", "/invitations/links"):
        answer = admin.get(page)
        assert (answer.status_code, "会社の契約が終わったため" in answer.text) == (403, True), page
        assert "社内の管理者か" not in answer.text
    assert not cast.owner.membership or not cast.owner.membership.is_company_admin
    assert cast.a.industry != FACTS["industry"]
    own = admin.get("/company")
    assert (own.status_code, "/company/people/" in own.text, "/invitations" in own.text) == (200, False, False)


def test_on_the_last_day_of_the_contract_it_still_administers(admin: FlaskClient, cast: Cast) -> None:
    end(cast.a, 0)
    assert admin.post("/invitations", data={"email": NEWCOMER, "account": str(cast.a.id)}).status_code == 302
    assert admin.post(f"/company/people/{cast.owner.handle}", data={"is_admin": "1"}).status_code == 302


def test_a_contract_that_is_taken_up_again_gives_the_company_its_administrator_back(
    admin: FlaskClient, cast: Cast
) -> None:
    end(cast.a, 30)
    share = f"/company/people/{cast.owner.handle}"
    assert admin.post(share, data={"is_admin": "1"}).status_code == 403
    with transaction():
        companies.resume_contract(cast.a, by=cast.cs, reason="更新")
    assert admin.post(share, data={"is_admin": "1"}).status_code == 302


def test_neither_a_parent_company_nor_a_subsidiary_lends_its_contract(cast: Cast) -> None:
    cast.a.parent_id = cast.b.id
    cast.c.parent_id = cast.a.id
    end(cast.a, 1)
    assert not any(rules.is_company_admin(cast.company_admin, each) for each in (cast.a, cast.b, cast.c))
    assert not any(joining_rules.can_invite_into(cast.company_admin, each) for each in (cast.a, cast.b, cast.c))
    end(cast.a, -1)
    end(cast.b, 1)
    assert rules.is_company_admin(cast.company_admin, cast.a)
    assert joining_rules.can_invite_into(cast.company_admin, cast.a)


@pytest.mark.parametrize("by", ["company_admin", "cs"])
def test_an_invitation_that_was_sent_before_opens_nothing_until_the_contract_goes_on(
    app: Flask, client: FlaskClient, cast: Cast, by: str
) -> None:
    with transaction():
        invitation = invitations.invite(NEWCOMER, cast.a, cast.people()[by])
    token = mailed_path().rpartition("/")[2]
    end(cast.a, 1)
    assert client.get(f"/invitations/{token}").status_code == 410
    assert client.post(f"/invitations/{token}", data={}).status_code == 410
    with pytest.raises(InvitationClosedError), transaction():
        invitations.accept_invitation(invitation, today(), "shinjin", "新人")
    assert queries.get_member_by_email(NEWCOMER) is None
    end(cast.a, 0)
    assert client.get(f"/invitations/{token}").status_code == 200


def test_a_link_that_was_made_before_opens_nothing_until_the_contract_goes_on(client: FlaskClient, cast: Cast) -> None:
    _, token = make_link(cast.a, cast.company_admin)
    end(cast.a, 1)
    assert client.get(f"/join/links/{token}").status_code == 410
    end(cast.a, -30)
    assert client.get(f"/join/links/{token}").status_code == 200


def test_nobody_invites_into_a_company_whose_contract_is_over(
    app: Flask, cast: Cast, invitation: Invitation, signed_in: Callable[[Member], FlaskClient]
) -> None:
    staff = signed_in(cast.cs)
    end(cast.a, 1)
    refused = staff.post("/invitations", data={"email": NEWCOMER, "account": str(cast.a.id)})
    assert refused.status_code == 422
    assert staff.post(f"/invitations/{invitation.id}/withdraw").status_code == 302


def test_a_moderator_of_an_ended_contract_rests(cast: Cast) -> None:
    assert can_moderate(cast.moderator)
    end(cast.b, 1)
    assert not can_moderate(cast.moderator)
    assert can_moderate(cast.community_manager)
    assert db.session.get(Member, cast.moderator.id) is cast.moderator
