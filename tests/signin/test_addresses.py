"""Another mail address: both mailboxes have a say, and nobody learns who is here."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from community.signin import rules, totp
from models.accounts import MailDomain
from models.audit import AuditEntry
from models.base import db, now
from models.mail import Mail
from tests.cast import PASSWORD, Cast
from tests.signin.test_sign_in import is_in, sign_in
from tests.signing_in import client_of

OLD, NEW = "owner@example.jp", "atarashii@example.jp"


def ask(client: FlaskClient, email: str = NEW, password: str = PASSWORD, **fields: str) -> TestResponse:
    return client.post("/me/email", data={"email": email, "password": password, **fields})


def letters() -> list[tuple[str, str]]:
    return [(kind, to) for kind, to in db.session.execute(sa.select(Mail.kind, Mail.to_address).order_by(Mail.id))]


def link(kind: str) -> str:
    text = db.session.scalars(sa.select(Mail.text).where(Mail.kind == kind).order_by(Mail.id.desc())).first()
    found = re.search(r"https?://[^/\s]+(/email/\S+)", text or "")
    assert found, text
    return found[1]


@pytest.fixture
def owner(app: Flask, cast: Cast) -> FlaskClient:
    return client_of(app, cast.owner)


def test_nothing_changes_until_the_new_mailbox_says_yes(owner: FlaskClient, client: FlaskClient, cast: Cast) -> None:
    assert ask(owner, " Atarashii@Example.JP ").location == "/me/email"
    assert cast.owner.email == OLD
    assert letters() == [("email_change_new", NEW), ("email_change_old", OLD)]
    path = link("email_change_new")
    page = owner.get(path)
    assert (page.status_code, page.headers["Referrer-Policy"]) == (200, "no-referrer")
    assert cast.owner.email == OLD  # looking changes nothing
    assert owner.post(path).location == "/me/settings"
    assert cast.owner.email == NEW
    assert letters()[2:] == [("email_changed", OLD)]
    assert owner.post(path).status_code == 410
    assert sign_in(client, NEW).location == "/"
    actions = db.session.scalars(sa.select(AuditEntry.action).where(AuditEntry.subject_id == cast.owner.id))
    assert set(actions) == {"member.ask_for_email", "member.change_email"}


def test_a_stranger_at_a_mistyped_address_gets_nothing(app: Flask, owner: FlaskClient, cast: Cast) -> None:
    ask(owner)
    path = link("email_change_new")
    guest, stranger = app.test_client(), client_of(app, cast.stranger)
    assert guest.post(path).location.startswith("/sign-in")
    assert stranger.get(path).status_code == 410
    assert stranger.post(path).status_code == 410
    assert cast.owner.email == OLD


def test_the_old_mailbox_stops_it(app: Flask, owner: FlaskClient, cast: Cast) -> None:
    ask(owner)
    stop, confirm = link("email_change_old"), link("email_change_new")
    guest = app.test_client()
    assert guest.get(stop).status_code == 200
    assert guest.post(stop).location == "/password/forgot"
    assert owner.post(confirm).status_code == 410
    assert guest.post(stop).status_code == 410
    assert (cast.owner.email, is_in(owner)) == (OLD, True)


def test_the_old_mailbox_undoes_it_within_a_week(app: Flask, owner: FlaskClient, cast: Cast) -> None:
    ask(owner)
    first = link("email_change_old")
    owner.post(link("email_change_new"))
    assert link("email_changed") == first  # the letter from before is good, too
    ask(owner, "san@example.jp")  # whoever took it moves on
    owner.post(link("email_change_new"))
    assert cast.owner.email == "san@example.jp"
    guest = app.test_client()
    assert "もとのアドレスに戻す" in guest.get(first).text
    guest.post(first)
    assert (cast.owner.email, is_in(owner)) == (OLD, False)
    assert letters()[-1] == ("email_restored", OLD)
    assert guest.post(link("email_changed")).status_code == 410


def test_who_changed_the_address_does_not_come_back_with_the_password_they_knew(
    app: Flask, owner: FlaskClient, cast: Cast
) -> None:
    ask(owner)
    owner.post(link("email_change_new"))
    guest = app.test_client()
    guest.post(link("email_changed"))
    assert sign_in(app.test_client(), OLD).status_code == 422
    guest.post("/password/forgot", data={"email": OLD})
    letter = db.session.scalars(sa.select(Mail.text).where(Mail.kind == "password_reset")).one()
    path = re.findall(r"http://localhost:8000(/password/reset/\S+)", letter)[0]
    assert guest.post(path, data={"password": "yugata-no-engawa"}).status_code == 302
    assert is_in(guest)


def test_links_end(app: Flask, owner: FlaskClient, cast: Cast) -> None:
    ask(owner)
    with time_machine.travel(now() + rules.CONFIRM_LIFE + timedelta(minutes=1), tick=False):
        late = client_of(app, cast.owner)
        assert late.get(link("email_change_new")).status_code == 410
        assert late.post(link("email_change_new")).status_code == 410
        assert NEW not in late.get("/me/email").text
    owner.post(link("email_change_new"))
    with time_machine.travel(now() + rules.UNDO_LIFE + timedelta(minutes=1), tick=False):
        assert app.test_client().post(link("email_changed")).status_code == 410
    assert cast.owner.email == NEW


def test_asking_again_replaces_the_first(owner: FlaskClient, cast: Cast) -> None:
    ask(owner)
    first = link("email_change_new")
    ask(owner, "betsu@example.jp")
    assert owner.post(first).status_code == 410
    assert owner.post(link("email_change_new")).status_code == 302
    assert cast.owner.email == "betsu@example.jp"


def test_nobody_learns_that_an_address_is_taken(owner: FlaskClient, cast: Cast) -> None:
    free, taken = ask(owner), ask(owner, cast.stranger.email)
    assert (free.status_code, free.location) == (taken.status_code, taken.location)
    assert ("email_change_new", cast.stranger.email) not in letters()
    assert letters()[-1] == ("email_change_old", OLD)


def test_another_form_of_somebodys_address_is_answered_as_any_and_they_are_told(owner: FlaskClient, cast: Cast) -> None:
    variant = "stranger+new@example.jp"
    free, taken = ask(owner), ask(owner, variant)
    assert (free.status_code, free.location) == (taken.status_code, taken.location)
    assert letters() == [
        ("email_change_new", NEW),
        ("email_change_old", OLD),
        ("email_variant", cast.stranger.email),
        ("email_change_old", OLD),
    ]
    told = db.session.scalars(sa.select(Mail.text).where(Mail.kind == "email_variant")).one()
    assert variant in told
    assert cast.owner.display_name not in told
    assert cast.owner.email not in told


def test_another_form_of_ones_own_address_is_taken(owner: FlaskClient, cast: Cast) -> None:
    for variant in ("owner+tsudoi@example.jp", OLD):
        ask(owner, variant)
        assert owner.post(link("email_change_new")).location == "/me/settings"
        assert (cast.owner.email, cast.owner.address_key) == (variant, OLD)


def test_of_two_forms_the_one_that_came_first_stays(owner: FlaskClient, cast: Cast) -> None:
    ask(owner)
    cast.stranger.email = NEW.replace("@", "+2@")
    assert owner.post(link("email_change_new")).status_code == 410
    assert cast.owner.email == OLD


def test_a_second_account_that_changes_its_address_is_none_any_more(owner: FlaskClient, cast: Cast) -> None:
    variant = cast.stranger.email.replace("@", "+2@")
    cast.owner.is_second_account, cast.owner.email = True, variant
    db.session.flush()
    ask(owner, variant.replace("+2", "+3"))
    owner.post(link("email_change_new"))
    assert cast.owner.is_second_account
    ask(owner)
    owner.post(link("email_change_new"))
    assert (cast.owner.email, cast.owner.is_second_account) == (NEW, False)
    # And comes back, though the first one is still there.
    assert owner.post(link("email_changed")).status_code == 302
    assert cast.owner.is_second_account


def test_who_took_another_form_meanwhile_does_not_keep_the_owner_from_coming_back(
    owner: FlaskClient, cast: Cast
) -> None:
    ask(owner)
    owner.post(link("email_change_new"))
    cast.stranger.email = OLD.replace("@", "+2@")
    db.session.flush()
    assert owner.post(link("email_changed")).status_code == 302
    assert (cast.owner.email, cast.owner.is_second_account) == (OLD, True)


def test_an_address_taken_meanwhile_is_not_given_twice(owner: FlaskClient, cast: Cast) -> None:
    ask(owner)
    cast.stranger.email = NEW
    assert owner.post(link("email_change_new")).status_code == 410
    assert cast.owner.email == OLD


@pytest.mark.one_database
def test_what_is_refused_says_why(owner: FlaskClient, cast: Cast) -> None:
    db.session.add(MailDomain(domain="benibana.example", account_id=cast.b.id))
    db.session.add(MailDomain(domain="asahi.example", account_id=cast.a.id))
    for answer, sentence in (
        (ask(owner, password="not-the-password"), "いまのパスワードが違います"),
        (ask(owner, OLD), "いまと同じアドレスです"),
        (ask(owner, "x"), "メールアドレスの形になっていません"),
        (ask(owner, "aoki@benibana.example"), "別の会社のものとして登録されています"),
    ):
        assert answer.status_code == 422
        assert sentence in answer.text
    assert letters() == []
    assert ask(owner, "aoki@asahi.example").status_code == 302


def test_a_code_is_asked_of_those_who_have_one(owner: FlaskClient, cast: Cast) -> None:
    cast.owner.totp_salt, cast.owner.totp_since = "salt", now()
    assert 'name="code"' in owner.get("/me/email").text
    assert ask(owner).status_code == 422
    assert ask(owner, code="000000").status_code == 422
    assert letters() == []
    maker = totp.TOTP(totp.derive_secrets(cast.owner.id, "salt")[0])
    assert ask(owner, code=maker.at(now())).status_code == 302
