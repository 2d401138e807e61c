"""What administrators give people and take from them, and what follows at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from community.accounts import actions, memberships, queries, rules
from community.signin import rights
from community.signin.rights import LastAdministratorError, OwnSuspensionError, UnfitRoleError
from models.accounts import Member, StaffRole
from models.audit import AuditEntry
from models.base import db, now, transaction
from tests.cast import PASSWORD, Cast, make_cast
from tests.forms.filling import send_form
from tests.joining.test_invitations import signed_in

REASON = "4月から運営に加わったため"


@pytest.fixture
def administrator(app: Flask, cast: Cast) -> FlaskClient:
    return signed_in(app, cast.administrator)


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The rooms whose sockets were cut."""
    rooms: list[str] = []
    monkeypatch.setattr("community.realtime.reauthorise", rooms.append)
    return rooms


def audited(action: str) -> AuditEntry:
    return db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == action)).one()


def tomorrow() -> str:
    return (queries.today() + timedelta(days=1)).isoformat()


# --- roles


def press(administrator: FlaskClient, member: Member, what: str, fields: dict[str, str]) -> TestResponse:
    """Send one of the forms on the page of somebody's rights."""
    person = f"/people/{member.handle}"
    return send_form(administrator, f"{person}/{what}", fields, f"{person}/rights")


def test_a_role_is_given_and_taken_with_a_reason(administrator: FlaskClient, cast: Cast) -> None:
    answer = press(administrator, cast.cs, "role", {"role": "community_manager", "role_reason": REASON})
    assert answer.location == f"/people/{cast.cs.handle}/rights"
    assert cast.cs.staff_role == StaffRole.COMMUNITY_MANAGER
    entry = audited("member.grant_role")
    assert (entry.actor_id, entry.subject_id, entry.reason) == (cast.administrator.id, cast.cs.id, REASON)
    assert (entry.before, entry.after) == ({"staff_role": "cs"}, {"staff_role": "community_manager"})
    press(administrator, cast.cs, "role", {"role": "", "role_reason": REASON})
    assert cast.cs.staff_role is None


@pytest.mark.parametrize("role", ["community_manager", "cs", "administrator"])
def test_customers_get_no_role_of_the_vendors(administrator: FlaskClient, cast: Cast, role: str) -> None:
    path = f"/people/{cast.owner.handle}"
    assert f'value="{role}"' not in administrator.get(f"{path}/rights").text
    assert press(administrator, cast.owner, "role", {"role": role, "role_reason": REASON}).status_code == 422
    assert cast.owner.staff_role is None
    with pytest.raises(UnfitRoleError):
        rights.give_role(cast.owner, StaffRole(role), by=cast.administrator, reason=REASON)


def test_anybody_can_be_a_moderator(administrator: FlaskClient, cast: Cast) -> None:
    form = {"role": "moderator", "role_reason": REASON}
    assert press(administrator, cast.partner, "role", form).status_code == 302
    assert rules.is_moderator(cast.partner)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"role": "moderator", "role_reason": " "}, "理由を書いてください"),
        ({"role": "moderator", "role_reason": "あ" * 1001}, "1,000文字まで"),
        ({"role": "cs", "role_reason": REASON}, "いまと同じ役割です"),
        ({"role": "king", "role_reason": REASON}, "error-text"),
    ],
)
def test_a_refused_change_keeps_what_was_typed(
    administrator: FlaskClient, cast: Cast, typed: dict[str, str], sentence: str
) -> None:
    answer = press(administrator, cast.cs, "role", typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert typed["role_reason"].strip() in answer.text
    assert cast.cs.staff_role == StaffRole.CS


def test_the_last_administrator_stays(administrator: FlaskClient, cast: Cast) -> None:
    form = {"role": "cs", "role_reason": REASON}
    answer = press(administrator, cast.administrator, "role", form)
    assert answer.status_code == 422
    assert "ほかにシステム管理者がいません" in answer.text
    actions.grant_role(cast.cs, StaffRole.ADMINISTRATOR)
    cast.cs.suspended_until = now() + timedelta(days=1)
    db.session.flush()
    assert press(administrator, cast.administrator, "role", form).status_code == 422
    cast.cs.suspended_until = None
    db.session.flush()
    answer = press(administrator, cast.administrator, "role", form)
    assert answer.location == f"/people/{cast.administrator.handle}"  # no longer a place for them
    assert cast.administrator.staff_role == StaffRole.CS


def test_two_administrators_cannot_take_each_others_right_at_once(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    with app.app_context():
        with transaction():
            cast = make_cast(db.session)
            actions.grant_role(cast.cs, StaffRole.ADMINISTRATOR)
        pair = (cast.cs.id, cast.administrator.id)
        db.session.remove()

    def take(by_id: int, from_id: int) -> None:
        with app.app_context(), suppress(LastAdministratorError), transaction():
            by, member = queries.get_member(by_id), queries.get_member(from_id)
            assert by is not None
            assert member is not None
            rights.give_role(member, None, by=by, reason=REASON)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(take, pair, reversed(pair)))
    with app.app_context():
        left = db.session.scalar(
            sa.select(sa.func.count()).select_from(Member).where(Member.staff_role == StaffRole.ADMINISTRATOR)
        )
        db.session.remove()
    assert left == 1


@pytest.mark.parametrize("act", ["role", "suspension", "company"])
def test_who_loses_a_right_at_the_same_moment_does_nothing_with_it_any_more(
    make_app: Callable[..., Flask], act: str
) -> None:
    """One takes the right from another, who has passed the door and is about to take a third one's, or to give it."""
    app = make_app()
    with app.app_context():
        with transaction():
            cast = make_cast(db.session)
            actions.grant_role(cast.cs, StaffRole.ADMINISTRATOR)
            actions.grant_role(cast.community_manager, StaffRole.ADMINISTRATOR)
            memberships.name_company_admin(cast.colleague, is_admin=True)
        loser, target = (cast.company_admin, cast.owner) if act == "company" else (cast.cs, cast.community_manager)
        ids = loser.id, target.id, cast.a.id
        other = cast.colleague.id if act == "company" else cast.administrator.id
        db.session.remove()
    is_inside = threading.Event()

    def act_late() -> bool:
        with app.app_context():
            by, who, account = queries.get_member(ids[0]), queries.get_member(ids[1]), queries.get_account(ids[2])
            is_inside.set()
            assert by is not None
            assert who is not None
            assert account is not None
            try:
                with transaction():
                    if act == "role":
                        rights.give_role(who, None, by=by, reason=REASON)
                    elif act == "suspension":
                        rights.suspend(who, queries.today(), by=by, reason=REASON)
                    else:
                        rights.share_company(who, account, is_admin=True, by=by)
            except rights.LostRightError:
                return False
            finally:
                db.session.remove()
            return True

    with app.app_context(), ThreadPoolExecutor(1) as pool:
        with transaction():
            by, member, account = queries.get_member(other), queries.get_member(ids[0]), queries.get_account(ids[2])
            assert by is not None
            assert member is not None
            assert account is not None
            if act == "company":
                rights.share_company(member, account, is_admin=False, by=by)
            else:
                rights.give_role(member, None, by=by, reason=REASON)
            late = pool.submit(act_late)
            is_inside.wait(1)  # on SQLite it is not let in before the end of this transaction
        assert late.result() is False
        db.session.remove()


# --- a company's own administrators


def test_a_company_admin_is_made_and_unmade(administrator: FlaskClient, cast: Cast, cut: list[str]) -> None:
    path = f"/people/{cast.owner.handle}/company-admin"
    administrator.post(path, data={"is_admin": "1"})
    assert rules.is_company_admin(cast.owner, cast.a)
    assert cut == [f"member:{cast.owner.id}"]
    administrator.post(path, data={"is_admin": "1"})  # pressed twice: written once
    entry = audited("member.set_company_admin")
    assert entry.after == {"account_id": cast.a.id, "is_company_admin": True}
    administrator.post(path, data={"is_admin": "0"})
    assert not rules.is_company_admin(cast.owner, cast.a)


# --- the emergency brake


def test_a_suspension_ends_everything_at_once(
    app: Flask, administrator: FlaskClient, cast: Cast, cut: list[str]
) -> None:
    theirs = signed_in(app, cast.owner)
    assert theirs.get("/notifications").status_code == 200
    cut.clear()  # signing in and proving it have cut what was open before
    form = {"through": tomorrow(), "suspension_reason": "乗っ取りのおそれ"}
    assert press(administrator, cast.owner, "suspend", form).status_code == 302
    assert theirs.get("/notifications").status_code == 302
    assert cut == [f"member:{cast.owner.id}"]
    again = app.test_client().post("/sign-in", data={"email": cast.owner.email, "password": PASSWORD})
    assert "利用を止められている" in again.text
    assert cast.owner.suspended_until is not None
    here = cast.owner.suspended_until.astimezone(ZoneInfo("Asia/Tokyo"))
    assert here == datetime.fromisoformat(f"{tomorrow()}T00:00:00+09:00") + timedelta(days=1)
    entry = audited("member.suspend")
    assert (entry.actor_id, entry.reason) == (cast.administrator.id, "乗っ取りのおそれ")


def test_a_lifted_suspension_lets_in_again(app: Flask, administrator: FlaskClient, cast: Cast) -> None:
    path = f"/people/{cast.suspended.handle}"
    assert "利用を止めています" in administrator.get(f"{path}/rights").text
    assert administrator.post(f"{path}/lift", data={}).status_code == 422
    assert press(administrator, cast.suspended, "lift", {"lift_reason": "本人を確かめました"}).status_code == 302
    assert signed_in(app, cast.suspended).get("/notifications").status_code == 200
    assert audited("member.lift_suspension").reason == "本人を確かめました"


@pytest.mark.parametrize(
    ("through", "reason", "sentence"),
    [
        ("", "x", "いつまで止めるかを入力してください"),
        ("2020-01-01", "x", "今日か、これからの日にしてください"),
        ("0001-01-01", "x", "2000年から2099年まで"),
        ("あした", "x", "日付になっていません"),
        ("2099-12-31", "", "理由を書いてください"),
    ],
)
def test_a_suspension_has_an_end_and_a_reason(
    administrator: FlaskClient, cast: Cast, through: str, reason: str, sentence: str
) -> None:
    form = {"through": through, "suspension_reason": reason}
    answer = press(administrator, cast.owner, "suspend", form)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert cast.owner.suspended_until is None


def test_nobody_suspends_themselves(administrator: FlaskClient, cast: Cast) -> None:
    actions.grant_role(cast.cs, StaffRole.ADMINISTRATOR)
    form = {"through": tomorrow(), "suspension_reason": "x"}
    assert press(administrator, cast.administrator, "suspend", form).status_code == 403
    with pytest.raises(OwnSuspensionError):
        rights.suspend(cast.administrator, queries.today(), by=cast.administrator, reason="x")
    assert "自分の利用は止められません" in administrator.get(f"/people/{cast.administrator.handle}/rights").text


def test_who_is_erased_or_unknown_has_no_rights_to_change(administrator: FlaskClient, cast: Cast) -> None:
    cast.third.erased_at = now()
    db.session.flush()
    assert administrator.get(f"/people/{cast.third.handle}/rights").status_code == 404
    assert administrator.get("/people/nobody-here/rights").status_code == 404


# --- the people of a company


def test_the_staff_see_the_people_and_only_administrators_their_rights(
    app: Flask, administrator: FlaskClient, cast: Cast
) -> None:
    path = f"/companies/{cast.b.id}/people"
    page = signed_in(app, cast.cs).get(path).text
    assert all(word in page for word in (cast.stranger.display_name, "モデレーター", "利用停止中"))
    assert f"/invitations?account={cast.b.id}" in page
    assert "/rights" not in page
    assert f"/people/{cast.stranger.handle}/rights" in administrator.get(path).text
    assert administrator.get("/companies/999999/people").status_code == 404


def test_the_invitation_is_filled_in_with_the_company(administrator: FlaskClient, cast: Cast) -> None:
    page = administrator.get(f"/invitations?account={cast.c.id}").text
    assert f'<option selected value="{cast.c.id}">' in page


def test_only_administrators_invite_into_the_vendors_company(app: Flask, cast: Cast) -> None:
    page = signed_in(app, cast.cs).get(f"/companies/{cast.vendor.id}/people").text
    assert "/invitations?account=" not in page


def test_nobody_becomes_administrator_of_a_company_they_were_moved_to_meanwhile(cast: Cast) -> None:
    """The page was about company A; the move of the same day has taken over the very row of the membership."""
    assert cast.owner.membership is not None  # as the view has loaded it
    moved = sa.text("UPDATE membership SET account_id = :to WHERE member_id = :who AND until_day IS NULL")
    db.session.execute(moved, {"to": cast.b.id, "who": cast.owner.id})
    with transaction():
        assert not rights.set_company_admin(cast.owner, cast.a, is_admin=True, by=cast.administrator)
        assert not rights.share_company(cast.owner, cast.a, is_admin=True, by=cast.company_admin)
    assert rights.set_company_admin(cast.owner, cast.b, is_admin=False, by=cast.administrator)
    named = sa.text("SELECT is_company_admin FROM membership WHERE member_id = :who AND until_day IS NULL")
    assert not db.session.scalar(named, {"who": cast.owner.id})
