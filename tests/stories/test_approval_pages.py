"""The page of an approver's link: what it shows before and after the code, to whom, and what its answers write."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from community.stories import queries
from community.stories.approval import approvals
from community.stories.consent import consent_ledger
from community.stories.consent.consents import GUEST_READING, MEMBER_READING
from community.stories.versions import versions
from models.accounts import Member
from models.audit import AuditEntry
from models.base import db, now, today, transaction
from models.stories import ApprovalAnswer, ConsentUse, Decision, StoryApproval, StoryConsent, StoryPart, StoryVisit
from tests.cast import Cast
from tests.stories.asking import ADDRESS, CANARY, ask, basis_of, mails, open_page, path_of, read_code, submit
from tests.stories.telling import FOREVER, add_approver

pytestmark = pytest.mark.one_database

APPROVED = {"answer": "approved", "basis": basis_of()} | {
    f"{field}_{use}": value for use in ("members", "webinar") for field, value in (("use", "y"), ("end", "none"))
}


@pytest.fixture
def approval(cast: Cast) -> StoryApproval:
    story, _version = submit(cast)
    return ask(story, cast)


def test_the_mail_holds_title_author_and_link_and_nothing_of_the_text(approval: StoryApproval) -> None:
    (mail,) = mails("story_ask")
    path = path_of(approval)
    assert (mail.to_address, mail.drop_after) == (ADDRESS, approval.expires_at)
    assert path in mail.text
    assert path in mail.html
    assert "紙の点検表をやめた。" in mail.text
    for said in (mail.text, mail.html):  # a colleague is known, who asks is not
        assert "書いたのは、同じ会社の青木 陽子さんです。" in said
    for word in (CANARY, "株式会社あさひ製作所", "紙は、探すものでした"):
        assert word not in mail.subject + mail.text + mail.html


def test_what_stands_in_place_of_names_is_what_readers_will_read(app: Flask, cast: Cast) -> None:
    cast.a.prefecture = 27
    path = path_of(ask(submit(cast)[0], cast))
    page = open_page(app, path).get(path).text
    assert "「製造業・300〜999名・大阪府」だけ出します" in page
    assert "切ると、業種・人数の幅・都道府県だけ出します" in page


def test_before_the_code_only_company_and_title_are_shown(client: FlaskClient, approval: StoryApproval) -> None:
    page = client.get(path_of(approval))
    assert (page.status_code, page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == (
        200,
        "no-store",
        "no-referrer",
    )
    assert page.headers["X-Robots-Tag"] == "noindex"
    for shown in ("紙の点検表をやめた。", "株式会社あさひ製作所", "確認コードを送る"):
        assert shown in page.text
    for hidden in (CANARY, "大西", "青木", ADDRESS, "problemの答え"):
        assert hidden not in page.text


def test_get_changes_nothing(client: FlaskClient, approval: StoryApproval) -> None:
    before = len(mails("story_code")), approval.opened_at
    for path in ("", "/withdraw", "/receipt"):
        client.get(path_of(approval) + path)
    assert (len(mails("story_code")), approval.opened_at) == before
    assert db.session.scalars(sa.select(StoryVisit)).all() == []


def test_the_code_opens_the_whole_story_with_everything_off(app: Flask, approval: StoryApproval) -> None:
    client = open_page(app, path_of(approval))
    page = client.get(path_of(approval)).text
    for shown in (CANARY, "problemの答え", "紙は、探すものでした", "青木 陽子", "第1版"):
        assert shown in page
    assert page.count('type="checkbox"') == len(ConsentUse) + 1  # and one for the same end of all
    assert "checked" not in page
    assert approval.opened_at is not None
    wished = client.get(path_of(approval) + "?wishes=1").text
    assert wished.count("checked") == 2 * len(ConsentUse)  # each use, and its end
    assert f"{len(ConsentUse)}つの使い方を承認する" in wished


def test_the_cookie_is_the_links_own(client: FlaskClient, approval: StoryApproval) -> None:
    sent = client.post(f"{path_of(approval)}/code").headers["Set-Cookie"]
    assert f"Path={path_of(approval)}" in sent
    assert "HttpOnly" in sent
    assert "SameSite=Lax" in sent


def test_in_a_second_browser_a_valid_link_shows_nothing(app: Flask, approval: StoryApproval) -> None:
    open_page(app, path_of(approval))
    other = app.test_client()
    code = read_code()
    pages = [other.get(path_of(approval)), other.post(f"{path_of(approval)}/open", data={"code": code})]
    pages += [other.post(f"{path_of(approval)}/answer", data=APPROVED), other.get(f"{path_of(approval)}/receipt")]
    assert all(CANARY not in page.text for page in pages)
    assert approval.answered_at is None


@pytest.mark.parametrize("typed", ["１２３４５６", "{code} ", "{wide}", "{code:.3}-{code:.6}"])
def test_digits_are_read_as_they_are_typed(app: Flask, approval: StoryApproval, typed: str) -> None:
    client = app.test_client()
    client.post(f"{path_of(approval)}/code")
    code = read_code()
    wide = code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    said = f"{code[:3]}-{code[3:]}" if "-" in typed else typed.format(code=code, wide=wide)
    answer = client.post(f"{path_of(approval)}/open", data={"code": said})
    assert (answer.status_code == 302) == (typed != "１２３４５６" or code == "123456")


@pytest.mark.parametrize("typed", ["", "0", "١٢٣٤٥٦", "1" * 10_000, "\x00", "'; DROP TABLE", "６けた", "½" * 6])
def test_what_is_no_code_opens_nothing(client: FlaskClient, approval: StoryApproval, typed: str) -> None:
    client.post(f"{path_of(approval)}/code")
    answer = client.post(f"{path_of(approval)}/open", data={"code": typed})
    assert (answer.status_code, CANARY in answer.text) == (422, False)


def test_the_sixth_try_is_none(client: FlaskClient, approval: StoryApproval) -> None:
    client.post(f"{path_of(approval)}/code")
    code = read_code()
    wrong = "000000" if code != "000000" else "000001"
    for _ in range(5):
        client.post(f"{path_of(approval)}/open", data={"code": wrong})
    answer = client.post(f"{path_of(approval)}/open", data={"code": code})
    assert answer.status_code == 422
    assert "もう使えません" in answer.text
    assert CANARY not in client.get(path_of(approval)).text


def test_after_ten_minutes_a_code_opens_nothing(client: FlaskClient, approval: StoryApproval) -> None:
    path = path_of(approval)
    with time_machine.travel(now(), tick=False) as clock:
        client.post(f"{path}/code")
        clock.shift(timedelta(minutes=10))
        assert client.post(f"{path}/open", data={"code": read_code()}).status_code == 422
        assert CANARY not in client.get(path).text


def test_a_code_is_used_once(app: Flask, approval: StoryApproval) -> None:
    path = path_of(approval)
    with time_machine.travel(now(), tick=False) as clock:
        client = open_page(app, path)
        clock.shift(timedelta(hours=12))
        assert CANARY not in client.get(path).text
        assert client.post(f"{path}/open", data={"code": read_code()}).status_code == 422


def test_there_are_a_few_codes_an_hour(client: FlaskClient, approval: StoryApproval) -> None:
    path = path_of(approval)
    with time_machine.travel(now(), tick=False) as clock:
        answers = [client.post(f"{path}/code").status_code for _ in range(6)]
        assert answers == [302] * 5 + [429]
        assert len(mails("story_code")) == 5
        clock.shift(timedelta(hours=1))
        assert client.post(f"{path}/code").status_code == 302


FORGED = ["x", "あ", "%00", "a" * 5000, "..", "A" * 43, "..%2f..%2fetc", "' OR 1=1", "\U0001f600"]


@pytest.mark.parametrize("token", FORGED)
def test_a_forged_link_opens_nothing(client: FlaskClient, approval: StoryApproval, token: str) -> None:
    for answer in (
        client.get(f"/stories/approve/{token}"),
        client.post(f"/stories/approve/{token}/code"),
        client.post(f"/stories/approve/{token}/open", data={"code": "123456"}),
        client.post(f"/stories/approve/{token}/answer", data=APPROVED),
        client.get(f"/stories/approve/{token}/withdraw"),
    ):
        assert answer.status_code in {302, 308, 404, 410}
        assert "あさひ" not in answer.text
    assert mails("story_code") == []


def test_an_expired_link_says_so_and_opens_nothing(app: Flask, approval: StoryApproval) -> None:
    path = path_of(approval)
    client = open_page(app, path)
    with time_machine.travel(approval.expires_at, tick=False):
        page = client.get(path)
        assert (page.status_code, "期限が過ぎた" in page.text, "あさひ" in page.text) == (410, True, False)
        assert client.post(f"{path}/answer", data=APPROVED).status_code == 410
    assert approval.answered_at is None


def test_a_link_that_was_replaced_opens_nothing(app: Flask, cast: Cast, approval: StoryApproval) -> None:
    client, path = open_page(app, path_of(approval)), path_of(approval)
    new = approvals.ask_again(approval.version.story, cast.cs, approval.approver, today() + timedelta(days=5))
    db.session.expire_all()
    assert client.get(path).status_code == 410
    assert client.post(f"{path}/answer", data=APPROVED).status_code == 410
    assert client.get(path_of(new)).status_code == 200


def test_approving_records_the_approvers_own_consents(app: Flask, cast: Cast, approval: StoryApproval) -> None:
    client = open_page(app, path_of(approval))
    done = client.post(f"{path_of(approval)}/answer", data=APPROVED)
    assert done.headers["Location"].endswith("/receipt")
    entries = db.session.scalars(sa.select(StoryConsent).where(StoryConsent.approver_id == approval.approver_id)).all()
    granted = {entry.use for entry in entries if entry.decision == Decision.GRANTED}
    assert granted == {ConsentUse.MEMBERS, ConsentUse.WEBINAR}
    assert {entry.use for entry in entries} == set(ConsentUse)
    assert {(entry.approval_id, entry.member_id) for entry in entries} == {(approval.id, None)}
    receipt = client.get(f"{path_of(approval)}/receipt").text
    assert "2つの使い方を承認しました" in receipt
    (mail,) = mails("story_receipt")
    assert f"{path_of(approval)}/withdraw" in mail.text
    assert CANARY not in mail.text
    lines = mail.text.splitlines()
    assert sum(line.startswith("- ") for line in lines) == len(ConsentUse)
    assert all(line.count("：") == 1 for line in lines if line.startswith("- "))
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "stories.answer_approval")).one()
    assert entry.after == {
        "approver_id": approval.approver_id, "version": 1, "answer": "approved", "approver_role": "superior",
        "uses": "members,webinar",
    }  # fmt: skip


@pytest.mark.parametrize("who", ["owner", "cs"])
def test_the_consent_belongs_to_who_was_mailed_whoever_is_signed_in(
    app: Flask, cast: Cast, approval: StoryApproval, who: str, signed_in: Callable[[Member], FlaskClient]
) -> None:
    client = signed_in(cast.people()[who])
    assert CANARY not in client.get(path_of(approval)).text
    open_page(app, path_of(approval), client)
    client.post(f"{path_of(approval)}/answer", data=APPROVED)
    entries = db.session.scalars(sa.select(StoryConsent).where(StoryConsent.approval_id == approval.id)).all()
    assert {(entry.approver_id, entry.member_id) for entry in entries} == {(approval.approver_id, None)}
    audit = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "stories.answer_approval")).one()
    assert audit.actor_id is None


def test_a_used_link_opens_only_the_way_back(app: Flask, approval: StoryApproval) -> None:
    client = open_page(app, path_of(approval))
    client.post(f"{path_of(approval)}/answer", data=APPROVED)
    again = client.get(path_of(approval))
    assert (again.status_code, "もう答えていただきました" in again.text, CANARY in again.text) == (410, True, False)
    assert client.post(f"{path_of(approval)}/answer", data={"answer": "declined", "note": "x"}).status_code == 410
    assert len(mails("story_receipt")) == 1


def test_a_used_link_says_that_a_newer_request_was_mailed(app: Flask, cast: Cast, approval: StoryApproval) -> None:
    no, said = {"answer": "declined", "note": "今回は見送ります。"}, "あらためてお願いのメールをお送りしました"
    path, client = path_of(approval), open_page(app, path_of(approval))
    client.post(f"{path}/answer", data=no)
    receipt = client.get(f"{path}/receipt").text
    assert "承認しないことを伝えました" in receipt
    assert "あとから取り下げるとき" not in receipt  # there is nothing to take back
    assert said not in client.get(path).text
    with transaction():
        story = queries.load_with_people(approval.version.story_id)
        again = path_of(approvals.ask_again(story, cast.cs, approval.approver, today()))
    page = client.get(path).text
    assert (said in page, "もう答えていただきました" in page) == (True, False)
    open_page(app, again).post(f"{again}/answer", data=no)
    assert said not in client.get(path).text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "ひとつも"),
        ({"use_members": "y"}, "会員のページ：いつまで使ってよいかを"),
        ({"use_logo": "y"}, "社名と名前：いつまで使ってよいかを"),
        ({"use_members": "y", "end_members": "day", "day_members": "2001-01-01"}, "きょうより前"),
        ({"use_members": "y", "end_members": "day", "day_members": "2099-01-01"}, "より後の日"),
        ({"use_members": "y", "end_members": "day", "day_members": "soon"}, "日付になっていません"),
        ({"use_members": "y", "use_logo": "y", "same": "y", "end_same": "day", "day_same": "2099-01-01"}, "より後の日"),
        ({"use_press": "y"}, "ひとつも"),
    ],
)
def test_an_answer_beyond_the_authors_is_refused(app: Flask, cast: Cast, data: dict[str, str], sentence: str) -> None:
    wishes = {ConsentUse.MEMBERS: today() + timedelta(days=30), ConsentUse.LOGO: None}
    story, _version = submit(cast, wishes)
    approval = ask(story, cast)
    client = open_page(app, path_of(approval))
    page = client.get(path_of(approval)).text
    assert "use_press" not in page
    assert "「使わない」を選んでいます" in page
    answer = client.post(f"{path_of(approval)}/answer", data={"answer": "approved", "basis": basis_of(wishes), **data})
    assert (answer.status_code, sentence in answer.text, approval.answered_at) == (422, True, None)


def test_as_the_author_wishes_a_consent_ends_with_the_authors(app: Flask, cast: Cast) -> None:
    end = today() + timedelta(days=30)
    story, version = submit(cast, {ConsentUse.MEMBERS: end})
    approval = ask(story, cast)
    sent = APPROVED | {"basis": basis_of({ConsentUse.MEMBERS: end})}
    open_page(app, path_of(approval)).post(f"{path_of(approval)}/answer", data=sent)
    said = sa.select(StoryConsent).where(StoryConsent.approver_id == approval.approver_id)
    (entry,) = db.session.scalars(said)
    assert (entry.use, entry.until_day, entry.version_id) == (ConsentUse.MEMBERS, end, version.id)


@pytest.mark.parametrize("wider", [{ConsentUse.MEMBERS: None}, FOREVER])
@pytest.mark.parametrize("same", [{}, {"same": "y", "end_same": "none"}])
def test_another_wish_than_was_shown_is_shown_first(
    app: Flask, cast: Cast, wider: Mapping[ConsentUse, date | None], same: dict[str, str]
) -> None:
    story, version = submit(cast, {ConsentUse.MEMBERS: today() + timedelta(days=30)})
    approval = ask(story, cast)
    path = path_of(approval)
    client = open_page(app, path)
    read = BeautifulSoup(client.get(path).text, "html.parser")
    sent = APPROVED | same | {"basis": str(read.select(".answers input[name=basis]")[0]["value"])}
    consent_ledger.record_author_consents(version, cast.owner, wider)
    again = client.post(f"{path}/answer", data=sent)
    assert (again.status_code, approval.answered_at) == (422, None)
    assert "書いた方の希望が、たったいま変わりました" in again.text
    assert client.post(f"{path}/answer", data=sent | {"basis": basis_of(wider)}).status_code == 302


@pytest.mark.parametrize("answer", ["changes", "declined"])
def test_the_two_other_answers_need_a_sentence(app: Flask, approval: StoryApproval, answer: str) -> None:
    client, path = open_page(app, path_of(approval)), path_of(approval)
    refused = client.post(f"{path}/answer", data={"answer": answer, "note": " \u200b"})
    assert (refused.status_code, "ひとこと書いてください" in refused.text) == (422, True)
    client.post(f"{path}/answer", data={"answer": answer, "note": "数字を確かめたいです。"})
    said = db.session.scalars(sa.select(StoryConsent).where(StoryConsent.approver_id == approval.approver_id)).all()
    assert (approval.answer, approval.note) == (ApprovalAnswer(answer), "数字を確かめたいです。")
    assert {entry.decision for entry in said} == (set() if answer == "changes" else {Decision.DECLINED})


@pytest.mark.parametrize("note", ["> - " * 240, ">" * 900])
def test_a_note_that_cannot_be_shown_is_refused(app: Flask, approval: StoryApproval, note: str) -> None:
    client, path = open_page(app, path_of(approval)), path_of(approval)
    refused = client.post(f"{path}/answer", data={"answer": "changes", "note": note})
    assert (refused.status_code, approval.answered_at) == (422, None)
    assert BeautifulSoup(refused.text, "html.parser").select(".error-text")


def test_an_unknown_answer_is_a_bad_request(app: Flask, approval: StoryApproval) -> None:
    client = open_page(app, path_of(approval))
    assert client.post(f"{path_of(approval)}/answer", data={"answer": "all"}).status_code == 400


def test_the_next_version_voids_the_link(app: Flask, cast: Cast, approval: StoryApproval) -> None:
    client = open_page(app, path_of(approval))
    story = approval.version.story
    part = db.session.scalars(
        sa.select(StoryPart).where(StoryPart.story_id == story.id, StoryPart.name == "lead")
    ).one()
    part.body = "直したはじめの文。"
    versions.freeze(story, cast.owner)
    from_now_on = approvals.ask(story, cast.cs, [approval.approver], today() + timedelta(days=5))[0]
    assert [each.id for each in approvals.list_unanswered()] == [from_now_on.id]  # and nobody is reminded of the other
    assert client.get(path_of(approval)).status_code == 410
    assert client.post(f"{path_of(approval)}/answer", data=APPROVED).status_code == 410
    assert CANARY not in client.get(path_of(from_now_on)).text


def test_after_all_have_approved_what_they_allow_may_be_shown_and_nothing_else(app: Flask, cast: Cast) -> None:
    story, version = submit(cast, FOREVER)
    approval = ask(story, cast, add_approver(story, cast.cs, email=ADDRESS))
    story.published_version_id, story.published_at = version.id, now()
    open_page(app, path_of(approval)).post(f"{path_of(approval)}/answer", data=APPROVED)
    assert queries.get_permit(story.id, MEMBER_READING) is not None
    assert queries.get_permit(story.id, GUEST_READING) is None


@pytest.mark.parametrize("said", ["approved", "changes"])
def test_without_a_session_the_answer_is_asked_again_and_nobody_signs_in(
    app: Flask, approval: StoryApproval, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = path_of(approval)
    client = open_page(app, path)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    sent = APPROVED | {"answer": said, "note": "数字を確かめたいです。"}
    page = client.post(f"{path}/answer", data=sent)
    assert (page.status_code, "もう一度押してください" in page.text, approval.answered_at) == (422, True, None)
    assert ("数字を確かめたいです。" if said == "changes" else "checked") in page.text
    for end, back in (("code", ""), ("open", ""), ("withdraw", "/withdraw")):
        answer = client.post(f"{path}/{end}", data={"code": "123456"})
        assert (answer.status_code, answer.headers["Location"]) == (302, f"{path}{back}")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token is not None
    assert client.post(f"{path}/answer", data={**sent, "csrf_token": token[1]}).status_code == 302
