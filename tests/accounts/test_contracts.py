"""What ends with a contract, what stays, and what comes back when it goes on after all."""

import io
import json
from datetime import date, timedelta
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from community.accounts import actions as accounts
from community.accounts import companies, memberships, queries, rules
from community.files import actions as files
from community.files.uploads import read_upload
from community.forums import actions as forums
from community.forums import answers
from community.health import tasks as health
from community.health.actions import rescore
from community.joining import invitations, terms
from community.joining import rules as joining_rules
from community.moderation import actions as moderation
from community.projections.tasks import process_pending
from community.signin import known_devices
from models.accounts import Invitation
from models.audit import AuditEntry
from models.base import db, now, transaction
from models.forums import Audience, Draft, Post
from models.health import AccountScore, AccountSnapshot
from models.joining import TermsKind
from models.moderation import RemovalReason
from models.security import SignIn
from tests.cast import PASSWORD, Cast
from tests.files import documents
from tests.files.samples import upload
from tests.forms.filling import send_form
from tests.forums.conftest import make_forum, open_topic, reply
from tests.joining.test_invitations import signed_in
from tests.signing_in import client_of

REASON = "更新されなかったため"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def day(ago: int) -> date:
    return queries.today() - timedelta(days=ago)


def end(cast: Cast, last_day: date) -> None:
    with transaction():
        companies.end_contract(cast.a, last_day, by=cast.cs, reason=REASON)


@pytest.fixture
def staff(app: Flask, cast: Cast) -> FlaskClient:
    return client_of(app, cast.cs)


def test_the_staff_end_a_contract_and_take_it_back_with_a_reason(staff: FlaskClient, cast: Cast) -> None:
    path = f"/companies/{cast.a.id}"
    answer = send_form(staff, f"{path}/end", {"last_day": day(10).isoformat(), "end_reason": REASON})
    assert answer.location == f"{path}/end"
    assert cast.a.contract_ended_on == day(10)
    assert db.session.scalar(sa.select(AccountScore.day).where(AccountScore.account_id == cast.a.id)) == day(10)
    assert "契約終了" in staff.get(f"{path}/end").text
    send_form(staff, f"{path}/resume", {"resume_reason": "更新されました"}, f"{path}/end")
    assert cast.a.contract_ended_on is None
    assert db.session.scalar(sa.select(AccountScore.day).where(AccountScore.account_id == cast.a.id)) == day(0)
    written = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action.endswith("_contract")))
    assert [(entry.action, entry.reason) for entry in written] == [
        ("account.end_contract", REASON),
        ("account.resume_contract", "更新されました"),
    ]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"last_day": ""}, "最後の日を入力してください"),
        ({"last_day": "9999-12-31"}, "2000年から2099年まで"),
        ({"end_reason": ""}, "理由を書いてください"),
    ],
)
def test_what_cannot_be_is_refused(staff: FlaskClient, cast: Cast, typed: dict[str, str], sentence: str) -> None:
    form = {"last_day": day(1).isoformat(), "end_reason": REASON} | typed
    answer = send_form(staff, f"/companies/{cast.a.id}/end", form)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert cast.a.contract_ended_on is None


def test_on_the_last_day_people_write_and_from_the_next_on_they_read(app: Flask, cast: Cast) -> None:
    with transaction():
        forum = make_forum(cast)
        topics = [open_topic(category, cast.colleague) for category in (forum.members, forum.private)]
    owner = client_of(app, cast.owner)
    end(cast, day(0))
    assert owner.post(f"/forums/topics/{topics[0].id}/posts", data={"body": "まだ書けます。"}).status_code == 302
    end(cast, day(1))
    for topic in topics:
        page = owner.get(f"/forums/topics/{topic.id}")
        assert page.status_code == 200
        assert "ご契約は終わりました" in page.text
        assert 'id="reply-body"' not in page.text
        assert owner.post(f"/forums/topics/{topic.id}/posts", data={"body": "書けません。"}).status_code == 403
    assert owner.get("/forums/topics/new").status_code == 403
    written = db.session.scalars(sa.select(Post.body).where(Post.author_id == cast.owner.id))
    assert written.all() == ["まだ書けます。"]
    assert owner.post("/files").status_code == 403
    assert not joining_rules.can_invite(cast.company_admin)
    assert "ご契約は終わりました" not in client_of(app, cast.stranger).get("/").text


def test_after_the_farewell_the_sign_in_page_says_why(app: Flask, cast: Cast) -> None:
    end(cast, day(rules.FAREWELL_DAYS))
    assert signed_in(app, cast.owner).get("/me/data").status_code == 200
    end(cast, day(rules.FAREWELL_DAYS + 1))
    refused = app.test_client().post("/sign-in", data={"email": cast.owner.email, "password": PASSWORD})
    assert refused.status_code == 422
    assert f"「{cast.a.name}」のご契約が" in refused.text
    assert "90日も過ぎた" in refused.text
    end(cast, day(-1))
    assert signed_in(app, cast.owner).get("/notifications").status_code == 200


def test_who_belongs_to_no_company_is_told_what_to_do(app: Flask, cast: Cast) -> None:
    with transaction():
        memberships.carry_out_transfer(memberships.plan_transfer(cast.owner, None, day(0)), by=cast.cs, reason="退職")
    refused = app.test_client().post("/sign-in", data={"email": cast.owner.email, "password": PASSWORD})
    assert "どの会社にも属していない" in refused.text


def test_the_score_closes_with_a_snapshot_of_the_last_day_and_is_filled_up_when_it_goes_on(
    app: Flask, cast: Cast, staff: FlaskClient
) -> None:
    with transaction():
        open_topic(make_forum(cast).members, cast.owner)
    process_pending()
    end(cast, day(0))
    with time_machine.travel(now() + timedelta(days=5), tick=False):
        health.take_snapshots()
        health.rescore_accounts()
        closed = day(5)
        assert newest_snapshot(cast) == closed
        assert db.session.scalar(sa.select(AccountScore.day).where(AccountScore.account_id == cast.a.id)) == closed
        page = client_of(app, cast.cs).get("/accounts?view=table").text
        assert "契約終了" in page
        assert "契約終了" in client_of(app, cast.cs).get(f"/accounts/{cast.a.id}").text
        with transaction():
            companies.resume_contract(cast.a, by=cast.cs, reason="更新")
        health.take_snapshots()
        assert newest_snapshot(cast) == day(1)
        taken = db.session.query(AccountSnapshot).filter_by(account_id=cast.a.id)
        assert taken.filter(AccountSnapshot.day > closed).count() == 4


def newest_snapshot(cast: Cast) -> date | None:
    mine = AccountSnapshot.account_id == cast.a.id
    return db.session.scalar(sa.select(sa.func.max(AccountSnapshot.day)).where(mine))


def test_nobody_whose_contract_is_over_is_to_be_called(staff: FlaskClient, cast: Cast) -> None:
    with transaction():
        rescore([cast.a.id], day(0))
        score = db.session.get(AccountScore, cast.a.id)
        assert score is not None
        score.behavior, score.momentum, score.falling = 12.0, 0.1, True
    assert "きょう声をかける会社が、1社" in staff.get("/accounts").text
    cast.a.contract_ended_on = day(1)
    page = staff.get("/accounts").text
    assert "急いで声をかける会社はありません" in page
    assert f"/accounts/{cast.a.id}" not in page


# --- taking along what is one's own


def taken(app: Flask, cast: Cast) -> dict[str, bytes]:
    answer = client_of(app, cast.owner).get("/me/data.zip")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f"attachment; filename={cast.owner.handle}.zip"
    with ZipFile(io.BytesIO(answer.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("is_hidden", [False, True])
def test_a_topic_whose_answer_is_hidden_is_taken_along_as_unsolved(app: Flask, cast: Cast, *, is_hidden: bool) -> None:
    with transaction():
        topic = open_topic(make_forum(cast).members, cast.owner)
        answer = reply(topic, cast.stranger)
        answers.accept_answer(topic, answer, cast.owner)
        if is_hidden:
            moderation.remove(answer, cast.moderator, RemovalReason.SPAM)
    assert [each["is_solved"] for each in json.loads(taken(app, cast)["topics.json"])] == [not is_hidden]


def test_a_person_takes_along_what_is_theirs_and_nothing_else(app: Flask, cast: Cast) -> None:
    with transaction():
        forum = make_forum(cast)
        own = open_topic(forum.private, cast.owner, title="社内の話題")
        other = open_topic(forum.members, cast.stranger, title="よその話題")
        forums.post_reply(other, cast.owner, "=1+1 で始まる返信です。")
        forums.post_reply(own, cast.colleague, "同僚の返信です。")
        db.session.add(Draft(member_id=cast.owner.id, place="new", title="書きかけ", body="まだ"))
        image = files.store_file(cast.owner, upload())
    end(cast, day(3))
    found = taken(app, cast)
    assert json.loads(found["profile.json"])["email"] == cast.owner.email
    assert [topic["title"] for topic in json.loads(found["topics.json"])] == ["社内の話題"]
    assert {post["topic"] for post in json.loads(found["posts.json"])} == {"社内の話題", "よその話題"}
    assert [draft["title"] for draft in json.loads(found["drafts.json"])] == ["書きかけ"]
    assert found["posts.csv"].startswith(b"\xef\xbb\xbf")
    assert "'=1+1 で始まる".encode() in found["posts.csv"]
    assert [name for name in found if name.startswith("pictures/")] == [f"pictures/{image.key}.webp"]
    assert not any("同僚の返信".encode() in body for body in found.values())


def test_a_person_takes_along_what_they_agreed_to_whom_they_invited_and_where_they_are_known(
    app: Flask, cast: Cast
) -> None:
    with transaction():
        version = terms.publish(terms.NewVersion(TermsKind.TERMS, day(9), must_accept=True, body_ja="約束です。"), None)
        terms.accept(cast.owner, [version])
        terms.accept(cast.colleague, [version])
        invitations.invite("kacho@example.jp", cast.a, cast.owner)
        invitations.invite("bucho@example.jp", cast.a, cast.colleague)
        known = known_devices.remember(cast.owner, [], FIREFOX)
        known_devices.remember(cast.colleague, [], FIREFOX)
    found = taken(app, cast)
    assert [(each["kind"], each["number"]) for each in json.loads(found["terms.json"])] == [("terms", 1)]
    assert [each["is_company_admin"] for each in json.loads(found["invitations.json"])] == [False]
    assert b"kacho@example.jp" not in found["invitations.json"]
    assert [each["browser"] for each in json.loads(found["devices.json"])] == ["Firefox"]
    assert [(each["browser"], each["system"]) for each in json.loads(found["sign-ins.json"])] == [
        ("Firefox", "Windows")
    ]
    keys = db.session.scalars(sa.select(SignIn.key)).all()
    hashes = db.session.scalars(sa.select(Invitation.token_hash)).all()
    for secret in (*keys, *hashes, known.device.token_hash, *known.tokens):
        assert not any(secret.encode() in body for body in found.values())
    page = client_of(app, cast.owner).get("/me/data").text
    for line in ("同意した規約 1件", "送った招待 1件", "サインインの記録 2件", "覚えている端末 1台"):
        assert f"<li>{line}</li>" in page


@pytest.mark.one_database
def test_a_person_takes_along_documents_under_their_names(app: Flask, cast: Cast) -> None:
    with transaction():
        given = [("見積.xlsx", documents.EXCEL), ("見積.xlsx", documents.WORD), ("部品.csv", documents.CSV)]
        kept = [files.store_file(cast.owner, read_upload(data, name)) for name, data in given]
        files.store_file(cast.stranger, read_upload(documents.PDF, "よその.pdf"))
    found = taken(app, cast)
    assert {name: body for name, body in found.items() if name.startswith("files/")} == {
        "files/見積.xlsx.docx": documents.WORD,
        "files/見積.xlsx": documents.EXCEL,
        "files/部品.csv": documents.CSV,
    }
    listed = found["pictures.csv"].decode("utf-8-sig")
    assert f"files/部品.csv,{len(documents.CSV)},/files/{kept[2].key}" in listed
    page = client_of(app, cast.owner).get("/me/data").text
    assert "<li>画像 0枚</li>" in page
    assert "<li>そのほかのファイル 3個</li>" in page


@pytest.mark.one_database
def test_the_page_says_how_many_pictures_are_left_out(app: Flask, cast: Cast) -> None:
    told = "いまのあなたが見られない場所にある画像やファイルが1個あり、それは入りません。"
    with transaction():
        forum = make_forum(cast)
        image = files.store_file(cast.owner, upload())
        forums.open_topic(forum.members, cast.owner, "画像つき", f"![図](/files/{image.key})")
    assert told not in client_of(app, cast.owner).get("/me/data").text
    with transaction():
        forum.members.readers = Audience.STAFF
    page = client_of(app, cast.owner).get("/me/data").text
    assert told in page
    assert "<li>画像 0枚</li>" in page
    assert not any(name.startswith("pictures/") for name in taken(app, cast))


def test_what_stands_on_a_former_companys_category_stays_there(app: Flask, cast: Cast) -> None:
    with transaction():
        open_topic(make_forum(cast).private, cast.owner, title="社内の話題")
        accounts.join_account(cast.owner, cast.b, day(0))
    assert json.loads(taken(app, cast)["posts.json"]) == []
    assert "入りません" in client_of(app, cast.owner).get("/me/data").text
