"""Choosing one's mails, stopping one from the mail itself, and what administrators see of those that failed."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community.extensions import csrf
from community.mail import actions as outbox
from community.mail import bounces
from community.mail.actions import Outcome
from community.mail.letters import Letter
from community.mail.queries import is_bouncing
from community.mail.stopping import make_stop_token
from community.mailings import choices, queries, rules
from community.room import current_rooms
from models.accounts import Member
from models.base import db
from models.mail import Delivery, Mail
from tests.cast import Cast
from tests.forms.filling import send_form

SignIn = Callable[[Member], FlaskClient]
MENTION, ACCEPTED, REPLY, SOLVED = "mention", "accepted", "reply", "solved"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def mail(member: Member, kind: str = "invitation") -> Mail:
    letter = Letter("件名", "秘密のリンク\n", "<p>秘密のリンク</p>")
    return outbox.queue_mail(kind, member.email, letter, event_key=f"{kind} {member.id}", member_id=member.id)


def test_what_is_chosen_is_kept(signed_in: SignIn, cast: Cast) -> None:
    owner = signed_in(cast.owner)
    assert 'selected value="at_once"' in owner.get("/me/mails").text
    chosen = {MENTION: "digest", ACCEPTED: "none", REPLY: "at_once", SOLVED: "digest"}
    usual = {kind.name: kind.delivery.value for kind in current_rooms().notification_kinds.values()}
    fields = {**usual, **chosen, "at_any_hour": "y"}
    assert send_form(owner, "/me/mails", fields).location == "/me/mails"
    assert {name: queries.get_choices(cast.owner.id)[name] for name in chosen} == chosen
    assert queries.wants_any_hour(cast.owner.id)
    assert queries.get_choices(cast.colleague.id) == {}
    send_form(owner, "/me/mails", {**fields, "reply": "none", "at_any_hour": ""})
    assert queries.get_choices(cast.owner.id)[REPLY] == Delivery.NONE
    assert send_form(owner, "/me/mails", {**fields, "reply": "hourly"}).status_code == 422


def test_a_mail_program_stops_one_kind_without_session_or_token(csrf_client: FlaskClient, cast: Cast) -> None:
    address = f"/mails/stop/{make_stop_token(cast.owner.id, 'mention')}"
    for _ in range(2):
        assert csrf_client.post(address, data=ONE_CLICK).status_code == 200
    assert queries.get_choices(cast.owner.id) == {MENTION: Delivery.NONE}


def test_looking_stops_nothing_and_the_button_does(csrf_client: FlaskClient, cast: Cast) -> None:
    address = f"/mails/stop/{make_stop_token(cast.owner.id, 'reply')}"
    page = csrf_client.get(address)
    assert f'action="{address}"' in page.text
    assert queries.get_choices(cast.owner.id) == {}
    assert "もう送りません" in csrf_client.post(address).text
    assert queries.get_choices(cast.owner.id) == {REPLY: Delivery.NONE}


def test_stopping_the_digest_stops_what_it_gathers(client: FlaskClient, cast: Cast) -> None:
    choices.choose(cast.owner.id, {REPLY: Delivery.AT_ONCE, ACCEPTED: Delivery.DIGEST})
    client.post(f"/mails/stop/{make_stop_token(cast.owner.id, rules.DIGEST)}", data=ONE_CLICK)
    assert queries.get_choices(cast.owner.id) == {
        REPLY: Delivery.AT_ONCE, ACCEPTED: Delivery.NONE, SOLVED: Delivery.NONE,
    }  # fmt: skip


def test_the_key_is_for_one_person_and_one_kind_and_cannot_be_made(client: FlaskClient, cast: Cast) -> None:
    good = make_stop_token(cast.owner.id, "reply")
    for token in (good[:-1], make_stop_token(cast.stranger.id, "reply").partition(".")[0] + "." + good.split(".")[1]):
        assert client.get(f"/mails/stop/{token}").status_code == 410
        assert client.post(f"/mails/stop/{token}", data=ONE_CLICK).status_code == 410
    assert queries.get_choices(cast.owner.id) == queries.get_choices(cast.stranger.id) == {}


@pytest.mark.parametrize("database", ["sqlite"])
def test_only_that_route_needs_no_form_token_and_what_guests_may_choose(app: Flask) -> None:
    choices = {"blueprints.accounts.settings.choose_theme", "blueprints.accounts.settings.choose_locale"}
    assert csrf._exempt_views == {"blueprints.mailings.views.stop_mails", *choices}
    assert csrf._exempt_blueprints == set()


def test_a_person_is_told_that_mail_comes_back_and_resumes_it(signed_in: SignIn, cast: Cast) -> None:
    owner = signed_in(cast.owner)
    pages = ("/notifications", "/me/mails")
    assert not any("戻ってきた" in owner.get(page).text for page in pages)
    bounces.note(mail(cast.owner), "5.1.1")
    assert all("戻ってきた" in owner.get(page).text for page in pages)
    assert "戻ってきた" not in signed_in(cast.colleague).get("/me/mails").text
    owner.post("/me/mails/resume")
    assert not is_bouncing(cast.owner.email)


@pytest.mark.parametrize("returned", [True, False])
def test_administrators_see_who_was_not_reached_and_no_secrets(
    signed_in: SignIn, cast: Cast, *, returned: bool
) -> None:
    administrator = signed_in(cast.administrator)
    assert "届かなかったメールはありません" in administrator.get("/staff/mails").text
    failed = mail(cast.owner)
    if returned:
        failed.next_try = None
        bounces.note(failed, "5.1.1")
    else:
        outbox.claim_mail()
        outbox.note_outcome(failed, Outcome("SMTPDataError: 451"))
    outbox.drop(mail(cast.stranger, "late"), "overdue")
    db.session.flush()
    page = administrator.get("/staff/mails").text
    assert cast.owner.email in page
    assert ("5.1.1" if returned else "SMTPDataError: 451") in page
    assert "秘密" not in page
    assert cast.stranger.email not in page, "what was left out on purpose did not fail"


def test_the_mailbox_shows_one_persons_mails(signed_in: SignIn, cast: Cast) -> None:
    mail(cast.owner)
    mail(cast.stranger)
    page = signed_in(cast.administrator).get(f"/mailbox?to={cast.owner.email}").text
    assert f"<span>{cast.owner.email}</span>" in page
    assert f"<span>{cast.stranger.email}</span>" not in page
