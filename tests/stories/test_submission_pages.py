"""The page on which an author reads a story through and submits it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from community.stories.approval import withdrawals
from community.stories.workflow import submission, workflow
from models.accounts import Member
from models.base import db, today
from models.stories import ConsentUse, Story, StoryPart, StoryPartName, StoryState
from tests.cast import Cast
from tests.stories.conftest import approve, stands, submit
from tests.stories.telling import add_figure
from tests.stories.test_workflow import version_of

pytestmark = pytest.mark.one_database
SignIn = Callable[[Member], FlaskClient]


def text_of(answer: TestResponse) -> str:
    return BeautifulSoup(answer.text, "html.parser").get_text(" ", strip=True)


def hidden(answer: TestResponse) -> dict[str, str]:
    fields = BeautifulSoup(answer.text, "html.parser").select("main form input[type=hidden]")
    return {str(field["name"]): str(field["value"]) for field in fields}


def allow(**days: str) -> dict[str, str]:
    """Fields by which these uses are allowed, "" without end."""
    fields: dict[str, str] = {}
    for use, day in days.items():
        fields |= {f"use_{use}": "y", f"end_{use}": "day" if day else "none", f"day_{use}": day}
    return fields


def test_an_author_reads_it_through_and_submits(draft: Story, cast: Cast, signed_in: SignIn) -> None:
    add_figure(draft)
    client = signed_in(cast.owner)
    page = client.get(f"/stories/{draft.id}/submit")
    assert all(words in text_of(page) for words in ("紙の点検表をやめた。", "変わったこと", "1,840 枚/月", "210 枚/月"))
    assert not BeautifulSoup(page.text, "html.parser").select("main input[checked]")
    until = (today() + timedelta(days=99)).isoformat()
    sent = {**hidden(page), **allow(members="", webinar=until)}
    assert client.post(f"/stories/{draft.id}/submit", data=sent).status_code == 302
    assert stands(draft) == (StoryState.REVIEW, cast.cs.id)
    assert client.post(f"/stories/{draft.id}/submit", data=sent).status_code == 302
    assert version_of(draft).number == 1
    workflow.ask_changes(draft, cast.cs, "件数をお願いします。")
    db.session.commit()
    again = BeautifulSoup(client.get(f"/stories/{draft.id}/submit").text, "html.parser")
    checked = [str(field["id"]) for field in again.select("main input[type=checkbox][checked]")]
    assert checked == ["use_members", "use_webinar"]
    assert [field["value"] for field in again.select("main input[type=date][value^='2']")] == [until]


@pytest.mark.parametrize("left", [0, 99])
def test_one_day_for_all_uses(draft: Story, cast: Cast, signed_in: SignIn, left: int) -> None:
    until = today() + timedelta(days=left) if left else None
    client = signed_in(cast.owner)
    sent = {**hidden(client.get(f"/stories/{draft.id}/submit")), "use_quote": "y", **allow(members="2020-01-01")}
    sent |= {"same": "y", "end_same": "day" if until else "none", "day_same": str(until or "")}
    assert client.post(f"/stories/{draft.id}/submit", data=sent).status_code == 302
    assert submission.list_wishes(draft) == {ConsentUse.MEMBERS: until, ConsentUse.QUOTE: until}


def test_fewer_uses_sent_from_another_tab_are_taken_and_said(draft: Story, cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.owner)
    seen = hidden(client.get(f"/stories/{draft.id}/submit"))
    for sent, words in (
        (allow(members="", public_web=""), "提出しました。"),
        (allow(members=""), "減らした分だけを受け取りました"),
        (allow(members="", press=""), "受け取っていません"),
    ):
        answer = client.post(f"/stories/{draft.id}/submit", data={**seen, **sent}, follow_redirects=True)
        assert words in text_of(answer)
        assert ("提出しました。" in text_of(answer)) == (words == "提出しました。")
    assert submission.list_wishes(draft) == {ConsentUse.MEMBERS: None}
    workflow.begin_approval(draft, cast.cs)
    workflow.ask_changes(draft, cast.cs, "件数をお願いします。")
    db.session.query(StoryPart).filter_by(story_id=draft.id, name=StoryPartName.RESULT).one().body = "2件です。"
    submit(draft, cast.owner)
    db.session.commit()
    late = client.post(f"/stories/{draft.id}/submit", data={**seen, **allow(members="")}, follow_redirects=True)
    assert "いま入れた「使ってよいもの」は、受け取っていません" in text_of(late)


def test_an_update_says_that_fewer_uses_end_at_once(submitted: Story, cast: Cast, signed_in: SignIn) -> None:
    approve(submitted, version_of(submitted), cast.cs, ConsentUse.MEMBERS, ConsentUse.PUBLIC_WEB)
    workflow.publish(submitted, cast.cs)
    workflow.begin_update(submitted, cast.owner)
    db.session.commit()
    said = text_of(signed_in(cast.owner).get(f"/stories/{submitted.id}/submit"))
    assert "公開中の版でも止まります（いまはだれでも読めるページ、会員のページ）" in said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "ひとつも「よい」になっていません"),
        ({"use_members": "y"}, "いつまで使ってよいか"),
        ({"use_members": "y", "end_members": "day"}, "最後の日を入れてください"),
        ({"use_members": "y", "end_members": "day", "day_members": "2020-01-01"}, "きょうより前"),
        ({"use_members": "y", "end_members": "none", "day_members": "2090-01-01"}, "どちらか一つ"),
        ({"use_members": "y", "end_members": "day", "day_members": "あした"}, "日付になっていません"),
        ({"use_members": "y", "end_members": "sometimes"}, "いつまで使ってよいか"),
        ({"use_members": "y", "use_quote": "y", "end_quote": "none"}, "会員のページ：いつまで使ってよいか"),
        ({"use_members": "y", "end_members": "none", "same": "y"}, "すべての使い方：いつまで使ってよいか"),
        ({"use_members": "y", "same": "y", "end_same": "day", "day_same": "2020-01-01"}, "きょうより前"),
    ],
)
def test_what_is_not_clear_allows_nothing(
    draft: Story, cast: Cast, signed_in: SignIn, typed: dict[str, str], said: str
) -> None:
    client = signed_in(cast.owner)
    fields = hidden(client.get(f"/stories/{draft.id}/submit"))
    answer = client.post(f"/stories/{draft.id}/submit", data={**fields, **typed})
    assert (answer.status_code, said in text_of(answer)) == (422, True)
    assert stands(draft)[0] == StoryState.DRAFT


def test_what_was_typed_in_another_tab_is_shown_and_asked_about(draft: Story, cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.owner)
    fields = {**hidden(client.get(f"/stories/{draft.id}/submit")), **allow(members="")}
    part = db.session.query(StoryPart).filter_by(story_id=draft.id, name=StoryPartName.RESULT).one()
    part.body = "月14件が2件になりました。"
    db.session.commit()
    answer = client.post(f"/stories/{draft.id}/submit", data=fields)
    assert answer.status_code == 409
    assert "変わったところ：変わったこと" in text_of(answer)
    assert "月14件が2件になりました。" in text_of(answer)
    assert stands(draft)[0] == StoryState.DRAFT
    again = {**hidden(answer), **allow(members="")}
    assert client.post(f"/stories/{draft.id}/submit", data=again).status_code == 302
    assert stands(draft)[0] == StoryState.REVIEW


def test_a_withdrawal_is_not_undone_by_a_page_that_was_open(submitted: Story, cast: Cast, signed_in: SignIn) -> None:
    workflow.ask_changes(submitted, cast.cs, "件数をお願いします。")
    db.session.commit()
    client = signed_in(cast.owner)
    fields = {**hidden(client.get(f"/stories/{submitted.id}/submit")), **allow(members="", webinar="")}
    withdrawals.withdraw_uses(submitted, {ConsentUse.WEBINAR}, cast.company_admin)
    db.session.commit()
    answer = client.post(f"/stories/{submitted.id}/submit", data=fields)
    assert (answer.status_code, "許諾が変わりました" in text_of(answer)) == (409, True)
    assert stands(submitted)[0] == StoryState.CHANGES_ASKED
    checked = [
        str(each["name"]) for each in BeautifulSoup(answer.text, "html.parser").select("[type=checkbox][checked]")
    ]
    assert "use_members" in checked
    assert "use_webinar" not in checked


def test_what_is_missing_is_said(draft: Story, cast: Cast, signed_in: SignIn) -> None:
    db.session.query(StoryPart).filter_by(story_id=draft.id, name=StoryPartName.LEAD).one().body = ""
    db.session.commit()
    client = signed_in(cast.owner)
    page = client.get(f"/stories/{draft.id}/submit")
    assert "次を書いてください： はじめの文" in text_of(page)
    assert BeautifulSoup(page.text, "html.parser").select_one(f"main a[href='/stories/{draft.id}/write/lead']")
    assert "提出する" not in [
        button.get_text(strip=True) for button in BeautifulSoup(page.text, "html.parser").select("main button")
    ]
    answer = client.post(f"/stories/{draft.id}/submit", data={**hidden(page), **allow(members="")})
    assert answer.status_code == 422
    empty = client.post(f"/stories/{draft.id}/submit", data=hidden(page))
    led = BeautifulSoup(empty.text, "html.parser").select(".error-summary a")
    assert [link["href"] for link in led] == ["#use_public_web"]
