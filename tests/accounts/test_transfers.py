"""The staff move a person to another company: what the page shows, refuses, and leaves behind."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from community.accounts import memberships, queries
from community.forums import actions as forums
from community.projections.tasks import process_pending
from models.accounts import Account, Member
from models.audit import AuditEntry
from models.base import db, transaction
from models.forums import Post
from models.health import AccountScore
from models.ledger import Signal
from tests.cast import Cast
from tests.forms.parsing import list_forms, parse
from tests.forums.conftest import make_forum, open_topic
from tests.signing_in import client_of

REASON = "4月に転職されたため"


@pytest.fixture
def staff(app: Flask, cast: Cast) -> FlaskClient:
    return client_of(app, cast.cs)


def typed(account: Account | None, days_ago: int = 0, **more: str) -> dict[str, Any]:
    day = queries.today() - timedelta(days=days_ago)
    return {"account": account.id if account else 0, "from_day": day.isoformat(), "transfer_reason": REASON, **more}


def seen(staff: FlaskClient, path: str, form: dict[str, Any]) -> dict[str, Any]:
    """The form as the page of the preview has it."""
    (shown,) = (f for f in list_forms(parse(staff.post(path, data=form).text), path) if "seen" in f.fields)
    return {**form, "seen": shown.fields["seen"].value}


def periods(member: Member) -> list[tuple[int, bool]]:
    return [(period.account_id, period.is_company_admin) for period in memberships.list_periods(member)]


def test_the_page_says_first_what_would_happen_and_then_does_it(staff: FlaskClient, cast: Cast) -> None:
    with transaction():
        topic = open_topic(make_forum(cast).members, cast.owner)
        post = forums.post_reply(topic, cast.stranger, "ここから直せます。")
    process_pending()
    path = f"/people/{cast.stranger.handle}/company"
    form = typed(cast.c, 3)
    answer = staff.post(path, data=form)
    assert answer.status_code == 200
    assert "行動1件が、べにばな商事株式会社から株式会社千鳥運輸へ移ります" in answer.text
    assert 'name="seen" value=""' not in answer.text
    assert periods(cast.stranger) == [(cast.b.id, False)]
    assert staff.post(path, data=seen(staff, path, form)).location == path
    assert periods(cast.stranger) == [(cast.b.id, False), (cast.c.id, False)]
    process_pending()
    scores = {row.account_id: row.behavior for row in db.session.scalars(sa.select(AccountScore))}
    assert scores[cast.b.id] == 0
    assert (scores[cast.c.id] or 0) > 0
    assert db.session.scalar(sa.select(Post.account_id).where(Post.id == post.id)) == cast.c.id
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "member.move")).one()
    assert (entry.actor_id, entry.subject_id, entry.reason) == (cast.cs.id, cast.stranger.id, REASON)


def test_a_preview_of_what_is_no_longer_so_is_shown_again(staff: FlaskClient, cast: Cast) -> None:
    """Another of the staff has moved the person meanwhile: nothing else is done than what was shown."""
    path = f"/people/{cast.owner.handle}/company"
    form = seen(staff, path, typed(cast.b, 3))
    assert staff.post(path, data=seen(staff, path, typed(cast.c, 10))).location == path
    answer = staff.post(path, data=form)
    assert (answer.status_code, periods(cast.owner)[-1][0]) == (200, cast.c.id)
    assert staff.post(path, data=seen(staff, path, typed(cast.b, 3))).location == path
    assert periods(cast.owner)[-1][0] == cast.b.id


def test_what_was_not_shown_is_not_done(staff: FlaskClient, cast: Cast) -> None:
    path = f"/people/{cast.stranger.handle}/company"
    form = seen(staff, path, typed(cast.c, 3)) | {"account": cast.a.id}
    assert staff.post(path, data=form).status_code == 200
    assert periods(cast.stranger) == [(cast.b.id, False)]


def test_a_person_may_leave_and_come_back_and_look_after_the_company(staff: FlaskClient, cast: Cast) -> None:
    path = f"/people/{cast.stranger.handle}/company"
    staff.post(path, data=seen(staff, path, typed(None, 20)))
    staff.post(path, data=seen(staff, path, typed(cast.c, 5, is_company_admin="y")))
    assert periods(cast.stranger) == [(cast.b.id, False), (cast.c.id, True)]
    gap = queries.today() - timedelta(days=10)
    assert queries.account_id_on(cast.stranger.id, gap) is None


def test_a_planned_move_waits_for_its_day(staff: FlaskClient, cast: Cast) -> None:
    path = f"/people/{cast.stranger.handle}/company"
    page = staff.post(path, data=typed(cast.c, -7)).text
    assert "ひとりでに株式会社千鳥運輸へ移ります" in page
    staff.post(path, data=seen(staff, path, typed(cast.c, -7)))
    assert cast.stranger.account == cast.b
    assert "予定" in staff.get(path).text
    assert db.session.query(Signal).count() == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"from_day": ""}, "いつからかを入力してください"),
        ({"from_day": "2099-01-01"}, "1年より先の日は選べません"),
        ({"transfer_reason": " "}, "理由を書いてください"),
        ({"account": "999999"}, "error-text"),
    ],
)
def test_what_cannot_be_is_refused(staff: FlaskClient, cast: Cast, change: dict[str, str], sentence: str) -> None:
    answer = staff.post(f"/people/{cast.stranger.handle}/company", data=typed(cast.c) | change)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert periods(cast.stranger) == [(cast.b.id, False)]


def test_the_same_again_is_refused(staff: FlaskClient, cast: Cast) -> None:
    own = memberships.list_periods(cast.stranger)[0]
    form = typed(cast.b) | {"from_day": own.from_day.isoformat()}
    assert "いまの登録と同じです" in staff.post(f"/people/{cast.stranger.handle}/company", data=form).text


def test_the_vendors_people_are_moved_by_administrators_and_without_their_role(app: Flask, cast: Cast) -> None:
    path = f"/people/{cast.community_manager.handle}/company"
    assert client_of(app, cast.cs).get(path).status_code == 403
    into = client_of(app, cast.cs).post(f"/people/{cast.stranger.handle}/company", data=typed(cast.vendor))
    assert into.status_code == 422
    answer = client_of(app, cast.administrator).post(path, data=typed(cast.b))
    assert "先に、役割を「なし」か「モデレーター」にしてください" in answer.text
    assert periods(cast.community_manager) == [(cast.vendor.id, False)]
