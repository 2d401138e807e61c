"""What people see of one another."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.accounts import Member
from models.base import now
from tests.cast import PASSWORD, Cast
from tests.forms.filling import send_form

PROFILE = {
    "family_name": "青木", "given_name": "陽子", "family_reading": "あおき", "given_reading": "ようこ",
    "headline": "情報システム部 課長", "bio": "一行目\n二行目",
}  # fmt: skip


def signed_in(app: Flask, member: Member) -> FlaskClient:
    client = app.test_client()
    client.post("/sign-in", data={"email": member.email, "password": PASSWORD})
    return client


def test_the_companys_name_is_for_its_own_people_and_staff(app: Flask, cast: Cast) -> None:
    def sees_name(viewer: Member) -> bool:
        page = signed_in(app, viewer).get("/people/owner").text
        assert ("製造業・300〜999名" in page) != (cast.a.name in page)
        return cast.a.name in page

    viewers = {name: member for name, member in cast.people().items() if name not in {"suspended", "prospect"}}
    assert {name for name, viewer in viewers.items() if sees_name(viewer)} == {
        "owner", "colleague", "company_admin", "community_manager", "cs", "administrator",
    }  # fmt: skip


def test_addresses_are_shown_to_nobody(app: Flask, cast: Cast) -> None:
    for viewer in (cast.owner, cast.colleague, cast.third, cast.cs):
        assert cast.owner.email not in signed_in(app, viewer).get("/people/owner").text


def test_guests_are_asked_to_sign_in_and_prospects_see_the_hosts(app: Flask, client: FlaskClient, cast: Cast) -> None:
    assert client.get("/people/owner").status_code == 302
    prospect = signed_in(app, cast.prospect)
    assert prospect.get("/people/owner").status_code == 404
    assert prospect.get("/people/cs").status_code == 200
    assert prospect.get("/people/prospect").status_code == 200


@pytest.mark.parametrize("handle", ["nobody", "'", "owner%00"])
def test_there_is_no_such_person(app: Flask, cast: Cast, handle: str) -> None:
    assert signed_in(app, cast.third).get(f"/people/{handle}").status_code == 404


def test_the_erased_have_no_page(app: Flask, cast: Cast) -> None:
    cast.owner.erased_at = now()
    assert signed_in(app, cast.administrator).get("/people/owner").status_code == 404


def test_people_say_of_themselves_what_others_see(app: Flask, cast: Cast) -> None:
    client = signed_in(app, cast.owner)
    assert "青木" in client.get("/me/profile").text
    assert send_form(client, "/me/profile", PROFILE).location == "/people/owner"
    page = signed_in(app, cast.third).get("/people/owner").text
    assert "情報システム部 課長" in page
    assert "一行目\n二行目" in page
    assert "あおき ようこ" in page
    assert "/me/profile" not in page


@pytest.mark.one_database
def test_members_text_is_text(app: Flask, cast: Cast) -> None:
    typed = {**PROFILE, "bio": "<img src=x onerror=alert(1)>", "headline": "\u202e<b>部長</b>"}
    send_form(signed_in(app, cast.owner), "/me/profile", typed)
    page = signed_in(app, cast.third).get("/people/owner").text
    assert "<img src=x" not in page
    assert "&lt;b&gt;部長&lt;/b&gt;" in page
    assert "\u202e" not in page


@pytest.mark.one_database
def test_an_error_keeps_what_was_typed(app: Flask, cast: Cast) -> None:
    client = signed_in(app, cast.owner)
    answer = client.post("/me/profile", data={**PROFILE, "family_name": "", "bio": "あ" * 1001})
    assert answer.status_code == 422
    assert "姓を入力してください" in answer.text
    assert "1000文字まで" in answer.text
    assert "あ" * 1001 in answer.text
    assert cast.owner.bio == ""
