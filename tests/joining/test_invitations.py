"""Inviting, accepting, moving."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from community.accounts import actions, memberships, queries
from community.forums import actions as forums
from community.health.actions import rescore
from community.joining import invitations as invitations_of_community
from community.joining.invitations import INVITATION_LIFE
from community.ledger.queries import effective_acts
from community.projections.tasks import process_pending
from community.signin import rights
from models.accounts import Account, Invitation, Member
from models.base import db, now, transaction
from models.health import AccountScore
from models.mail import Mail
from tests.cast import PASSWORD, Cast, make_cast
from tests.forums.conftest import make_forum, open_topic
from tests.signing_in import prove

NEWCOMER = "shinjin@example.com"
FORM = {"family_name": "新藤", "given_name": "仁", "handle": "shindo", "password": "hajimete-no-asa"}


def signed_in(app: Flask, member: Member) -> FlaskClient:
    client = app.test_client()
    client.post("/sign-in", data={"email": member.email, "password": PASSWORD})
    prove(client)
    return client


def invite(client: FlaskClient, account: Account, email: str = NEWCOMER, **fields: str) -> TestResponse:
    return client.post("/invitations", data={"email": email, "account": account.id, **fields})


def mailed_path() -> str:
    mail = db.session.scalars(sa.select(Mail).where(Mail.kind == "invitation").order_by(Mail.id.desc())).first()
    assert mail is not None
    return re.findall(r"http://localhost:8000(/invitations/\S+)", mail.text)[0]


def invitations() -> list[Invitation]:
    return list(db.session.scalars(sa.select(Invitation).order_by(Invitation.id)))


def test_a_new_member_registers_by_the_mailed_link(app: Flask, client: FlaskClient, cast: Cast) -> None:
    assert invite(signed_in(app, cast.company_admin), cast.a).status_code == 302
    path = mailed_path()
    page = client.get(path)
    assert page.status_code == 200
    assert cast.a.name in page.text
    assert client.get(path).status_code == 200  # looking uses nothing up
    assert client.post(path, data=FORM).location == "/welcome"
    member = queries.get_member_by_email(NEWCOMER)
    assert member is not None
    assert (member.display_name, member.handle, member.account) == ("新藤 仁", "shindo", cast.a)
    assert member.membership is not None
    assert member.membership.from_day == queries.today()
    assert not member.membership.is_company_admin
    assert client.get("/me/settings").status_code == 200


def test_who_joins_by_an_invitation_is_counted_at_once(app: Flask, client: FlaskClient, cast: Cast) -> None:
    with transaction():
        rescore([cast.a.id], queries.today())
    before = scored(cast.a)
    invite(signed_in(app, cast.cs), cast.a)
    assert client.post(mailed_path(), data=FORM).location == "/welcome"
    after = scored(cast.a)
    assert after.members == before.members + 1
    assert after.memberships_to > before.memberships_to


def scored(account: Account) -> sa.Row[int, int]:
    """The number of members as the score knows it, and the newest membership that it knows."""
    known = sa.select(AccountScore.members, AccountScore.memberships_to)
    return db.session.execute(known.where(AccountScore.account_id == account.id)).one()


def test_an_invitation_is_accepted_once(app: Flask, client: FlaskClient, cast: Cast) -> None:
    invite(signed_in(app, cast.cs), cast.a)
    path = mailed_path()
    client.post(path, data=FORM)
    again = app.test_client()
    assert again.get(path).status_code == 410
    assert again.post(path, data={**FORM, "handle": "second"}).status_code == 410
    assert queries.get_member_by_handle("second") is None


def test_the_database_keeps_no_key(app: Flask, cast: Cast) -> None:
    invite(signed_in(app, cast.cs), cast.a)
    token = mailed_path().rpartition("/")[2]
    (invitation,) = invitations()
    assert token not in (invitation.token_hash, str(vars(invitation)))
    assert re.fullmatch(r"[0-9a-f]{64}", invitation.token_hash)


def test_a_link_is_void_after_two_weeks(app: Flask, client: FlaskClient, cast: Cast) -> None:
    invite(signed_in(app, cast.cs), cast.a)
    path = mailed_path()
    with time_machine.travel(now() + INVITATION_LIFE + timedelta(seconds=5), tick=False):
        assert client.get(path).status_code == 410
        assert client.post(path, data=FORM).status_code == 410
    assert queries.get_member_by_email(NEWCOMER) is None


def test_a_withdrawn_invitation_opens_nothing(app: Flask, client: FlaskClient, cast: Cast) -> None:
    staff = signed_in(app, cast.cs)
    invite(staff, cast.a)
    path = mailed_path()
    assert f'row-title">{NEWCOMER}' in staff.get("/invitations").text
    assert staff.post(f"/invitations/{invitations()[0].id}/withdraw").status_code == 302
    assert client.get(path).status_code == 410
    assert client.post(path, data=FORM).status_code == 410
    assert f'row-title">{NEWCOMER}' not in staff.get("/invitations").text


def test_an_invitation_of_somebody_who_was_dismissed_opens_nothing(app: Flask, client: FlaskClient, cast: Cast) -> None:
    invite(signed_in(app, cast.company_admin), cast.a)
    path = mailed_path()
    with transaction():
        rights.set_company_admin(cast.company_admin, cast.a, is_admin=False, by=cast.administrator)
    assert (client.get(path).status_code, client.post(path, data=FORM).status_code) == (410, 410)
    staff = signed_in(app, cast.cs)
    assert f'row-title">{NEWCOMER}' not in staff.get("/invitations").text
    assert invite(staff, cast.a).status_code == 302
    assert client.get(mailed_path()).status_code == 200


def test_an_invitation_that_was_accepted_is_not_said_to_be_withdrawn(
    app: Flask, client: FlaskClient, cast: Cast
) -> None:
    staff = signed_in(app, cast.cs)
    invite(staff, cast.a)
    client.post(mailed_path(), data=FORM)
    answer = staff.post(f"/invitations/{invitations()[0].id}/withdraw", follow_redirects=True)
    assert "もう受けられています" in answer.text
    assert "取り消しました" not in answer.text
    assert invitations()[0].withdrawn_at is None


def test_a_second_letter_replaces_the_first(app: Flask, client: FlaskClient, cast: Cast) -> None:
    staff = signed_in(app, cast.cs)
    invite(staff, cast.a)
    first = mailed_path()
    invite(staff, cast.a)
    assert client.get(first).status_code == 410
    assert client.get(mailed_path()).status_code == 200


@pytest.mark.parametrize("token", ["x", "a" * 3000, "%00", "../../x"])
def test_made_up_links_are_void(client: FlaskClient, cast: Cast, token: str) -> None:
    assert client.get(f"/invitations/{token}").status_code in {404, 410}


def test_company_administrators_invite_into_their_own_company_only(app: Flask, cast: Cast) -> None:
    client = signed_in(app, cast.company_admin)
    page = client.get("/invitations").text
    assert cast.a.name in page
    assert cast.b.name not in page
    assert invite(client, cast.b).status_code == 422
    assert invite(client, cast.a, is_company_admin="y").status_code == 302
    assert [(i.account_id, i.is_company_admin) for i in invitations()] == [(cast.a.id, False)]


def test_company_administrators_see_and_withdraw_their_own_only(app: Flask, cast: Cast) -> None:
    invite(signed_in(app, cast.cs), cast.b, "secret@example.com")
    client = signed_in(app, cast.company_admin)
    assert "secret@example.com" not in client.get("/invitations").text
    assert client.post(f"/invitations/{invitations()[0].id}/withdraw").status_code == 404
    assert invitations()[0].withdrawn_at is None


def test_others_invite_nobody(app: Flask, cast: Cast) -> None:
    for member in (cast.owner, cast.moderator, cast.prospect, cast.partner):
        client = signed_in(app, member)
        assert client.get("/invitations").status_code == 403
        assert invite(client, cast.a).status_code == 403
    assert app.test_client().get("/invitations").status_code == 302
    assert invitations() == []


def test_staff_may_make_a_company_administrator(app: Flask, client: FlaskClient, cast: Cast) -> None:
    invite(signed_in(app, cast.community_manager), cast.c, is_company_admin="y")
    client.post(mailed_path(), data=FORM)
    member = queries.get_member_by_email(NEWCOMER)
    assert member is not None
    assert member.membership is not None
    assert member.membership.is_company_admin


def test_only_administrators_let_people_into_the_vendors_company(app: Flask, cast: Cast) -> None:
    assert invite(signed_in(app, cast.cs), cast.vendor).status_code == 422
    assert invite(signed_in(app, cast.administrator), cast.vendor).status_code == 302


def test_a_colleague_is_here_already(app: Flask, cast: Cast) -> None:
    answer = invite(signed_in(app, cast.company_admin), cast.a, cast.colleague.email)
    assert answer.status_code == 422
    assert "もう株式会社あさひ製作所のメンバーです" in answer.text


def test_an_address_of_another_company_is_refused_without_naming_it(app: Flask, cast: Cast) -> None:
    actions.create_account("秘密の会社", mail_domains=("himitsu.example",))
    answer = invite(signed_in(app, cast.company_admin), cast.a, "x@himitsu.example")
    assert answer.status_code == 422
    assert "別の会社のもの" in answer.text
    assert "秘密の会社" not in answer.text


def test_a_company_administrator_does_not_learn_who_is_elsewhere(app: Flask, cast: Cast) -> None:
    client = signed_in(app, cast.company_admin)
    known, unknown = invite(client, cast.a, cast.third.email), invite(client, cast.a, "nobody@example.com")
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)


def test_who_is_here_already_moves(app: Flask, cast: Cast) -> None:
    invite(signed_in(app, cast.cs), cast.b, cast.owner.email)
    path = mailed_path()
    guest = app.test_client()
    assert f"/sign-in?next={path}" in guest.get(path).text
    assert guest.post(f"{path}/move").status_code == 403
    assert guest.post(path, data=FORM).status_code == 410
    somebody_else = signed_in(app, cast.third)
    assert somebody_else.post(f"{path}/move").status_code == 403
    owner = signed_in(app, cast.owner)
    assert f"{path}/move" in owner.get(path).text
    assert owner.post(f"{path}/move").location == "/"
    db.session.refresh(cast.owner, ["membership"])
    assert cast.owner.account == cast.b
    assert owner.post(f"{path}/move").status_code == 410


def test_what_was_written_on_the_day_of_a_move_by_invitation_goes_to_the_new_company(app: Flask, cast: Cast) -> None:
    with transaction():
        forum = make_forum(cast)
        topic = open_topic(forum.members, cast.stranger)
        post = forums.post_reply(topic, cast.owner, "ここから直せます。")
        own = open_topic(forum.members, cast.owner, "きょうの質問")
    process_pending()
    invite(signed_in(app, cast.cs), cast.b, cast.owner.email)
    assert signed_in(app, cast.owner).post(f"{mailed_path()}/move").location == "/"
    process_pending()
    db.session.expire_all()
    assert (post.account_id, own.account_id) == (cast.b.id, cast.b.id)
    acts = db.session.execute(effective_acts()).all()
    assert {act.account_id for act, _ in acts if act.member_id == cast.owner.id} == {cast.b.id}
    assert topic.account_id == cast.b.id
    scores = db.session.scalars(sa.select(AccountScore.account_id)).all()
    assert {cast.a.id, cast.b.id} <= set(scores)


def test_an_invitation_moves_who_is_to_leave_on_a_day_that_is_planned(app: Flask, cast: Cast) -> None:
    with transaction():
        leaves = memberships.plan_transfer(cast.owner, None, queries.today() + timedelta(days=5))
        memberships.carry_out_transfer(leaves, by=cast.cs, reason="退職")
    invite(signed_in(app, cast.cs), cast.b, cast.owner.email, is_company_admin="y")
    assert signed_in(app, cast.owner).post(f"{mailed_path()}/move").location == "/"
    last = memberships.list_periods(cast.owner)[-1]
    assert (last.account_id, last.until_day, last.is_company_admin) == (cast.b.id, None, True)


def test_who_has_left_a_company_is_let_in_by_the_letter(app: Flask, client: FlaskClient, cast: Cast) -> None:
    left = memberships.plan_transfer(cast.owner, None, queries.today() - timedelta(days=3))
    memberships.carry_out_transfer(left, by=cast.cs, reason="退職")
    assert client.post("/sign-in", data={"email": cast.owner.email, "password": PASSWORD}).status_code == 422
    invite(signed_in(app, cast.cs), cast.b, cast.owner.email)
    assert client.post(f"{mailed_path()}/move").location == "/sign-in"
    db.session.refresh(cast.owner, ["membership"])
    assert cast.owner.account == cast.b
    assert client.post("/sign-in", data={"email": cast.owner.email, "password": PASSWORD}).status_code == 302


def test_the_suspended_do_not_slip_in_by_a_letter(app: Flask, client: FlaskClient, cast: Cast) -> None:
    invite(signed_in(app, cast.cs), cast.a, cast.suspended.email)
    assert client.post(f"{mailed_path()}/move").status_code == 403


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("family_name", "", "姓を入力してください"),
        ("family_name", "\u200b\u202e", "姓は1文字から"),
        ("family_name", "あ" * 65, "64文字まで"),
        ("handle", "日本", "半角の英字で始め"),
        ("handle", "owner", "もう使われています"),
        ("handle", "admin", "半角の英字で始め"),
        ("password", "shinjin2026", "よく使われる"),
        ("password", "short", "10文字以上"),
    ],
)
def test_errors_say_what_to_do_and_keep_what_was_typed(
    app: Flask, client: FlaskClient, cast: Cast, field: str, value: str, sentence: str
) -> None:
    invite(signed_in(app, cast.cs), cast.a)
    answer = client.post(mailed_path(), data={**FORM, "given_name": "のこる", field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="のこる"' in answer.text
    assert queries.get_member_by_email(NEWCOMER) is None


@pytest.mark.one_database
def test_hostile_names_are_shown_as_they_are(app: Flask, client: FlaskClient, cast: Cast) -> None:
    invite(signed_in(app, cast.cs), cast.a)
    client.post(mailed_path(), data={**FORM, "family_name": "<script>alert(1)</script>", "given_name": "\u202e{{7*7}}"})
    page = client.get("/people/shindo").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}}" in page
    assert "<script>alert" not in page


@pytest.mark.one_database
def test_a_handle_is_suggested_from_the_address(app: Flask, client: FlaskClient, cast: Cast) -> None:
    invite(signed_in(app, cast.cs), cast.a, "owner@elsewhere.example")
    assert 'value="owner2"' in client.get(mailed_path()).text


def test_of_many_presses_at_once_one_counts(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    with app.app_context():
        with transaction():
            people = make_cast(db.session)
            company_id = invite_directly(people)
        path = mailed_path()
        db.session.remove()

    def press(n: int) -> int:
        with app.app_context():
            return app.test_client().post(path, data={**FORM, "handle": f"shindo{n}"}).status_code

    with ThreadPoolExecutor(max_workers=4) as crowd:
        answers = sorted(crowd.map(press, range(4)))
    assert answers == [302, 410, 410, 410]
    with app.app_context():
        arrived = [m for m in queries.list_members_of(company_id, queries.today()) if m.email == NEWCOMER]
        assert len(arrived) == 1


def invite_directly(people: Cast) -> int:
    invitations_of_community.invite(NEWCOMER, people.a, people.cs)
    return people.a.id
