"""One person, one member: other forms of a member's address open no second account, and nobody learns whose it is."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import idna
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from community.accounts import memberships, queries
from community.joining import company_links, requests
from community.joining.company_links import LinkTerms
from community.joining.requests import MAILS_A_DAY
from models.accounts import Account, Invitation, MailDomain, Member
from models.audit import AuditEntry, AuditText
from models.base import db, transaction
from models.mail import Mail
from tests.cast import Cast, make_cast
from tests.forums.conftest import counting_queries
from tests.joining.test_joining import make_link
from tests.signing_in import client_of

FORM = {"family_name": "新藤", "given_name": "仁", "handle": "shindo", "password": "hajimete-no-asa"}
TAGGED = "owner+2@example.jp"
# A Cyrillic е and an а: the letters of another domain, which another person may hold.
IMITATED = "owner@" + idna.encode("еxаmple.jp").decode()
REASON = "共有のアドレスを、担当が分かれて使うため"


@pytest.fixture(params=[TAGGED, "ｏｗｎｅｒ＋ｘ＠ｅｘａｍｐｌｅ．ｊｐ", IMITATED])
def variant(request: pytest.FixtureRequest, cast: Cast) -> str:
    """Another form of the address of the owner (A), as somebody types it."""
    assert cast.owner.email == "owner@example.jp"
    return str(request.param)


def letters() -> list[tuple[str, str]]:
    return [(kind, to) for kind, to in db.session.execute(sa.select(Mail.kind, Mail.to_address).order_by(Mail.id))]


def newest_text() -> str:
    return db.session.scalars(sa.select(Mail.text).order_by(Mail.id.desc())).first() or ""


def path_in(text: str) -> str:
    return re.findall(r"http://localhost:8000(/(?:join/confirm|invitations)/\S+)", text)[0]


def invite(client: FlaskClient, account: Account, email: str, **fields: str) -> TestResponse:
    return client.post("/invitations", data={"email": email, "account": account.id, **fields})


def members() -> int:
    return db.session.scalars(sa.select(sa.func.count()).select_from(Member)).one()


# --- by domain and by link


def test_who_asks_to_join_is_answered_as_everybody_and_the_owner_is_told(
    client: FlaskClient, cast: Cast, variant: str
) -> None:
    db.session.add(MailDomain(domain="example.jp", account_id=cast.a.id))
    db.session.flush()
    answers, costs = [], []
    for email in ("first@nowhere.example", variant, "free@example.jp", cast.owner.email):
        with counting_queries() as statements:
            answers.append(client.post("/join", data={"email": email}))
        costs.append(len(statements))
    assert len({(answer.status_code, answer.location, answer.text) for answer in answers}) == 1
    assert len(set(costs[1:])) == 1  # the first request of an application asks more
    assert letters()[1] == ("join_variant", cast.owner.email)
    assert len(letters()) == len(answers)
    told = db.session.scalars(sa.select(Mail.text).where(Mail.kind == "join_variant")).one()
    assert cast.owner.email in told
    assert "/join/confirm/" not in told


def test_by_a_companys_link_it_is_the_same(client: FlaskClient, cast: Cast, variant: str) -> None:
    _, path = make_link(cast.c, cast.cs)
    free, taken = (client.post(path, data={"email": email}) for email in ("free@nowhere.example", variant))
    assert (free.status_code, free.text) == (taken.status_code, taken.text)
    assert letters() == [("join_confirm", "free@nowhere.example"), ("join_variant", cast.owner.email)]


def test_the_owner_is_not_flooded_by_many_forms_and_nobody_else_is_kept_out_by_them(
    client: FlaskClient, cast: Cast
) -> None:
    for n in range(MAILS_A_DAY + 2):
        client.post("/join", data={"email": f"owner+{n}@example.jp"})
    assert letters() == [("join_variant", cast.owner.email)] * MAILS_A_DAY
    client.post("/join", data={"email": cast.owner.email})
    assert letters()[-1] == ("join_known", cast.owner.email)


def test_of_two_forms_that_were_mailed_a_link_one_joins(app: Flask, client: FlaskClient, cast: Cast) -> None:
    db.session.add(MailDomain(domain="asahi.example", account_id=cast.a.id))
    db.session.flush()
    client.post("/join", data={"email": "shinjin+a@asahi.example"})
    first = path_in(newest_text())
    client.post("/join", data={"email": "shinjin@asahi.example"})
    second = path_in(newest_text())
    assert client.post(first, data=FORM).location == "/welcome"
    again = app.test_client()
    assert again.get(second).status_code == 410
    assert again.post(second, data={**FORM, "handle": "second"}).status_code == 410


# --- by invitation


def test_a_company_administrator_invites_another_form_as_anybody_and_the_owner_moves_by_the_letter(
    app: Flask, cast: Cast, variant: str
) -> None:
    assert cast.third.membership
    cast.third.membership.is_company_admin = True
    db.session.flush()
    admin = client_of(app, cast.third)
    with counting_queries() as of_variant:
        taken = invite(admin, cast.c, variant)
    with counting_queries() as of_free:
        free = invite(admin, cast.c, "free@nowhere.example")
    assert (taken.status_code, taken.location) == (free.status_code, free.location)
    assert len(of_variant) == len(of_free)
    assert letters() == [("invitation", cast.owner.email), ("invitation", "free@nowhere.example")]
    listed = admin.get("/invitations").text
    assert cast.owner.email not in listed.replace(TAGGED, "")
    path = path_in(db.session.scalars(sa.select(Mail.text).order_by(Mail.id)).first() or "")
    before = members()
    assert app.test_client().post(path, data=FORM).status_code == 410
    assert client_of(app, cast.stranger).post(f"{path}/move").status_code == 403
    assert client_of(app, cast.owner).post(f"{path}/move").location == "/"
    db.session.refresh(cast.owner, ["membership"])
    assert (cast.owner.account, members()) == (cast.c, before)


def test_a_colleagues_other_form_is_a_colleague(app: Flask, cast: Cast) -> None:
    answer = invite(client_of(app, cast.company_admin), cast.a, "colleague+x@example.jp", second_account_reason=REASON)
    assert answer.status_code == 422
    assert f"もう{cast.a.name}のメンバーです" in answer.text
    assert letters() == []


def test_the_mail_alone_moves_nobody_who_has_another_form_of_its_address(app: Flask, cast: Cast) -> None:
    invite(client_of(app, cast.cs), cast.b, "soon+x@nowhere.example")
    path = path_in(newest_text())
    with transaction():
        left = memberships.plan_transfer(cast.owner, None, queries.today())
        memberships.carry_out_transfer(left, by=cast.cs, reason="退職")
        cast.owner.email = "soon@nowhere.example"
    guest = app.test_client()
    assert guest.post(f"{path}/move").status_code == 403
    assert guest.post(path, data=FORM).status_code == 410


def test_staff_is_told_whose_it_is_and_lets_somebody_in_with_a_reason(app: Flask, cast: Cast, variant: str) -> None:
    cs = client_of(app, cast.cs)
    refused = invite(cs, cast.b, variant)
    assert refused.status_code == 422
    for named in (cast.owner.display_name, cast.a.name, cast.owner.email, 'name="second_account_reason"'):
        assert named in refused.text
    assert letters() == []
    assert 'name="second_account_reason"' not in cs.get("/invitations").text
    assert invite(cs, cast.b, variant, second_account_reason=REASON).status_code == 302
    invitation = db.session.scalars(sa.select(Invitation)).one()
    assert letters() == [("invitation", invitation.email)]
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "invitation.send")).one()
    assert entry.after is not None
    assert entry.after["like_member_id"] == cast.owner.id
    assert db.session.scalars(sa.select(AuditText.reason).where(AuditText.entry_id == entry.id)).one() == REASON
    path = path_in(newest_text())
    assert client_of(app, cast.owner).post(f"{path}/move").status_code == 403
    guest = app.test_client()
    assert guest.get(path).status_code == 200
    assert guest.post(path, data=FORM).location == "/welcome"
    second = queries.get_member_by_email(invitation.email)
    assert second is not None
    assert (second.account, second.is_second_account) == (cast.b, True)
    # They are known by their own address, and a third form is nobody's way in.
    assert queries.get_member_by_address_key(invitation.email) == second
    assert queries.get_member_by_address_key("owner+3@example.jp") == cast.owner


def test_a_reason_that_is_not_needed_is_not_kept(app: Flask, cast: Cast) -> None:
    invite(client_of(app, cast.cs), cast.b, "free@nowhere.example", second_account_reason=REASON)
    assert db.session.scalars(sa.select(Invitation.second_account_reason)).one() == ""


# --- from a file


def upload(client: FlaskClient, account: Account, *emails: str) -> TestResponse:
    body = "\n".join(["email", *emails]).encode()
    data = {"account": str(account.id), "strangers": "y", "file": (BytesIO(body), "people.csv")}
    return client.post("/invitations/csv", data=data, content_type="multipart/form-data")


def test_in_a_list_staff_is_told_and_lets_them_in_with_a_reason(app: Flask, cast: Cast) -> None:
    cs = client_of(app, cast.cs)
    page = upload(cs, cast.b, "free@nowhere.example", TAGGED, "free+x@nowhere.example")
    for named in (cast.owner.display_name, cast.owner.email, "上の行と、書き方が違うだけ"):
        assert named in page.text
    signed = re.findall(r'name="upload" type="hidden" value="([^"]+)"', page.text)[-1]
    refused = cs.post("/invitations/csv/confirm", data={"upload": signed, "second_account_reason": " "})
    assert refused.status_code == 422
    assert "理由を書いてください" in refused.text
    assert letters() == []
    assert cs.post("/invitations/csv/confirm", data={"upload": signed}).status_code == 302
    assert letters() == [("invitation", "free@nowhere.example")]
    cs.post("/invitations/csv/confirm", data={"upload": signed, "second_account_reason": REASON})
    assert letters()[1:] == [("invitation", TAGGED)]
    reasons = db.session.scalars(sa.select(Invitation.second_account_reason).order_by(Invitation.id)).all()
    assert reasons == ["", REASON]


def test_in_a_list_a_company_administrator_learns_nothing_of_others(app: Flask, cast: Cast) -> None:
    admin = client_of(app, cast.company_admin)
    page = upload(admin, cast.a, "stranger+x@example.jp", "free@nowhere.example", "colleague+x@example.jp")
    assert cast.stranger.display_name not in page.text
    assert page.text.count("もうメンバーです") == 1
    signed = re.findall(r'name="upload" value="([^"]+)"', page.text)[0]
    admin.post("/invitations/csv/confirm", data={"upload": signed, "second_account_reason": REASON})
    assert letters() == [("invitation", cast.stranger.email), ("invitation", "free@nowhere.example")]
    assert set(db.session.scalars(sa.select(Invitation.second_account_reason))) == {""}


def test_of_many_forms_at_once_one_joins(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    with app.app_context():
        with transaction():
            people = make_cast(db.session)
            link, _ = company_links.make_link(people.a, people.cs, LinkTerms(14, 20, own_domains_only=False))
            for n in range(4):
                requests.request_to_join(f"x+{n}@private.example", "ja", link)
        texts = db.session.scalars(sa.select(Mail.text).order_by(Mail.id)).all()
        paths = [path_in(text) for text in texts]
        db.session.remove()

    def press(n: int) -> int:
        with app.app_context():
            return app.test_client().post(paths[n], data={**FORM, "handle": f"shindo{n}"}).status_code

    with ThreadPoolExecutor(max_workers=4) as crowd:
        answers = sorted(crowd.map(press, range(4)))
    assert answers == [302, 410, 410, 410]
    with app.app_context():
        arrived = sa.select(sa.func.count()).where(Member.email.like("%@private.example"))
        assert db.session.scalar(arrived) == 1
