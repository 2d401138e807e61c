"""Addresses as people type them, and old Japanese mobile addresses in every way in."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from community.__main__ import main
from community.accounts import queries
from community.accounts.mail_addresses import is_address, tidy_address
from community.joining import csv_invitations
from community.signin import guesses
from models.accounts import Invitation, Member
from models.base import db, transaction
from models.mail import Mail
from tests.cast import PASSWORD, Cast
from tests.databases import plain_environment
from tests.joining.test_joining import FORM, make_link
from tests.signin.test_sign_in import is_in, sign_in
from tests.signing_in import client_of

# Given out until about 2009, against RFC 5321; still in use.
OLD_MOBILE = (
    "hana..k@docomo.ne.jp",
    "taro.@ezweb.ne.jp",
    ".taro@docomo.ne.jp",
    "...a...@d.vodafone.ne.jp",
    "-taro_@softbank.ne.jp",
    "a/b+c?d=e&f@docomo.ne.jp",
    "taro..t.@mobile.example.jp",
)


@pytest.mark.parametrize("address", OLD_MOBILE)
def test_old_mobile_addresses_exist(address: str) -> None:
    assert is_address(address)
    assert tidy_address(f" {address.upper()} ") == address


@pytest.mark.parametrize(
    "address",
    [
        ".@docomo.ne.jp", "...@docomo.ne.jp", "@docomo.ne.jp", "hana k@docomo.ne.jp", "hana@docomo..ne.jp",
        "hana@@docomo.ne.jp", "hana\r\nBcc:x@docomo.ne.jp", "a@b", "a", "",
        "佐伯@docomo.ne.jp", "a,b@docomo.ne.jp", "a;b@docomo.ne.jp", "<a@docomo.ne.jp>",
        f"a@{'b.' * 125}example.jp",
    ],
)  # fmt: skip
def test_other_addresses_keep_the_rules(address: str) -> None:
    assert not is_address(address)


def test_the_quoted_way_of_writing_one_is_the_plain_one() -> None:
    assert tidy_address('"hana..k"@docomo.ne.jp') == "hana..k@docomo.ne.jp"


# --- every way in


@pytest.fixture(params=OLD_MOBILE[:3])
def mobile(request: pytest.FixtureRequest) -> str:
    return request.param


def letters_to(address: str) -> list[str]:
    return list(db.session.scalars(sa.select(Mail.kind).where(Mail.to_address == address).order_by(Mail.id)))


def path_in(kind: str) -> str:
    text = db.session.scalars(sa.select(Mail.text).where(Mail.kind == kind).order_by(Mail.id.desc())).first()
    found = re.search(r"https?://[^/\s]+(/\S+)", text or "")
    assert found, text
    return found[1]


def test_an_old_mobile_address_signs_in(client: FlaskClient, cast: Cast, mobile: str) -> None:
    cast.owner.email = mobile
    assert sign_in(client, f"　{mobile.upper().replace('@', '＠').replace('.', '．')}").location == "/"
    assert is_in(client)


def test_an_old_mobile_address_is_invited_and_comes_in(
    app: Flask, client: FlaskClient, cast: Cast, mobile: str
) -> None:
    form = {"email": mobile, "account": cast.a.id}
    assert client_of(app, cast.company_admin).post("/invitations", data=form).status_code == 302
    assert letters_to(mobile) == ["invitation"]
    assert client.post(path_in("invitation"), data=FORM).location == "/welcome"
    assert db.session.scalars(sa.select(Member.email).where(Member.handle == FORM["handle"])).one() == mobile


def test_an_old_mobile_address_joins_by_the_companys_link(client: FlaskClient, cast: Cast, mobile: str) -> None:
    _, path = make_link(cast.a, cast.company_admin)
    assert client.post(path, data={"email": mobile}).status_code == 200
    assert letters_to(mobile) == ["join_confirm"]
    assert client.post(path_in("join_confirm"), data=FORM).location == "/welcome"
    assert queries.get_member_by_email(mobile) is not None


def test_an_old_mobile_address_asks_to_join(client: FlaskClient, cast: Cast, mobile: str) -> None:
    assert client.post("/join", data={"email": mobile}).location == "/join/sent"
    assert letters_to(mobile) == ["join_unknown"]


def test_an_old_mobile_address_is_invited_from_a_list(app: Flask, cast: Cast, mobile: str) -> None:
    (judged,) = csv_invitations.judge_rows(csv_invitations.parse_csv(f"email\n{mobile}\n"), cast.a, strangers=False)
    assert (judged.row.email, judged.reason) == (mobile, None)


def test_an_address_is_changed_to_an_old_mobile_one(app: Flask, cast: Cast, mobile: str) -> None:
    owner = client_of(app, cast.owner)
    assert owner.post("/me/email", data={"email": mobile, "password": PASSWORD}).location == "/me/email"
    assert letters_to(mobile) == ["email_change_new"]
    assert owner.post(path_in("email_change_new")).location == "/me/settings"
    assert cast.owner.email == mobile


def test_an_old_mobile_address_gets_a_new_password(client: FlaskClient, cast: Cast, mobile: str) -> None:
    cast.owner.email = mobile
    assert client.post("/password/forgot", data={"email": mobile}).location == "/password/sent"
    assert letters_to(mobile) == ["password_reset"]
    assert client.post(path_in("password_reset"), data={"password": "hajimete-no-asa"}).status_code == 302


@pytest.mark.parametrize("database", ["sqlite"])
def test_an_operator_creates_an_administrator_with_one(
    app: Flask, mobile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("community.commands.accounts.create_app", lambda _: app)
    options = ["--family-name=神田", "--given-name=修", "--handle=Ｋａｎｄａ"]
    command = ["create-admin", mobile.replace("@", "＠"), *options]
    runner = CliRunner(env=plain_environment())
    done = runner.invoke(main, command, input="tsuki-to-sanpo\n", catch_exceptions=False)
    assert done.output == f"{mobile} is an administrator.\n"
    member = queries.get_member_by_email(mobile)
    assert member is not None
    assert member.handle == "kanda"


@pytest.mark.parametrize("database", ["sqlite"])
def test_an_operator_creates_nobody_with_another_form_of_a_members_address(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("community.commands.accounts.create_app", lambda _: app)
    command = ["create-admin", "owner+2@example.jp", "--family-name=神田", "--given-name=修", "--handle=kanda"]
    done = CliRunner(env=plain_environment()).invoke(main, command, input="tsuki-to-sanpo\n", catch_exceptions=False)
    assert done.exit_code != 0
    assert "another form of the address of a member: owner@example.jp" in done.output
    assert queries.get_member_by_handle("kanda") is None


# --- what is folded is one address, wherever it is looked up


def test_letters_go_to_the_folded_address_never_to_what_was_typed(client: FlaskClient, cast: Cast) -> None:
    """U+212A is a K that folds to the letter: the person's own mailbox is written to."""
    cast.owner.email = "kanda@example.jp"
    assert client.post("/password/forgot", data={"email": "\u212aanda@example.jp"}).location == "/password/sent"
    assert list(db.session.scalars(sa.select(Mail.to_address))) == ["kanda@example.jp"]


def test_another_width_is_no_second_invitation(app: Flask, cast: Cast) -> None:
    admin = client_of(app, cast.company_admin)
    for typed in ("shinjin@example.com", "ｓｈｉｎｊｉｎ＠ｅｘａｍｐｌｅ．ｃｏｍ"):
        admin.post("/invitations", data={"email": typed, "account": cast.a.id})
    found = db.session.scalars(sa.select(Invitation).where(Invitation.withdrawn_at.is_(None))).all()
    assert [invitation.email for invitation in found] == ["shinjin@example.com"]


def test_another_width_is_counted_as_the_same_person(make_app: Callable[..., Flask]) -> None:
    app = make_app(rate_limits=True)
    with app.app_context(), transaction():
        counted = {
            tuple(counter.key for counter in guesses.count_password_guess(typed, "192.0.2.0/24", None).counters)
            for typed in ("owner@example.jp", "ｏｗｎｅｒ＠example.jp", "owner@example。jp", "\u200bOWNER@example.jp ")
        }
    assert len(counted) == 1
