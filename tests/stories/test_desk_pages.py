"""The pages on which a story comes about: who sees what, and what each press does."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from community.stories.workflow import comments, workflow
from models.accounts import Member
from models.base import db, today
from models.stories import CommentAudience, ConsentUse, Story, StoryComment, StoryPart, StoryPartName, StoryState
from tests.cast import Cast
from tests.forums.conftest import counting_queries
from tests.stories.conftest import approve, stands, submit, the_step
from tests.stories.telling import add_figure
from tests.stories.test_workflow import version_of

pytestmark = pytest.mark.one_database
SignIn = Callable[[Member], FlaskClient]


def text_of(answer: TestResponse) -> str:
    return BeautifulSoup(answer.text, "html.parser").get_text(" ", strip=True)


def hidden(answer: TestResponse) -> dict[str, str]:
    fields = BeautifulSoup(answer.text, "html.parser").select("main form input[type=hidden]")
    return {str(field["name"]): str(field["value"]) for field in fields}


DESK = {
    StoryState.DRAFT: {"owner"},
    StoryState.REVIEW: {"owner", "cs", "community_manager", "administrator"},
}


@pytest.mark.parametrize("state", DESK)
@pytest.mark.parametrize("page", ["desk", "versions"])
def test_who_sees_the_desk(draft: Story, cast: Cast, signed_in: SignIn, state: StoryState, page: str) -> None:
    if state != StoryState.DRAFT:
        submit(draft, cast.owner)
    db.session.commit()
    people = {name: member for name, member in cast.people().items() if name != "suspended"}
    seen = {
        name
        for name, member in people.items()
        if signed_in(member).get(f"/stories/{draft.id}/{page}").status_code == 200
    }
    assert seen == DESK[state]


def test_what_is_for_staff_stands_on_no_customer_s_page(submitted: Story, cast: Cast, signed_in: SignIn) -> None:
    comments.add_comment(submitted, cast.cs, "先方は予算の時期です。", CommentAudience.STAFF)
    db.session.commit()
    for page in ("desk", "versions"):
        assert "予算の時期" not in signed_in(cast.owner).get(f"/stories/{submitted.id}/{page}").text
    assert "予算の時期" not in signed_in(cast.owner).get("/notifications").text
    assert "予算の時期" in signed_in(cast.community_manager).get(f"/stories/{submitted.id}/desk").text


@pytest.mark.parametrize(("by", "audience"), [("owner", "staff"), ("stranger", "shared"), ("company_admin", "shared")])
def test_who_may_not_write_writes_nothing(
    submitted: Story, cast: Cast, signed_in: SignIn, by: str, audience: str
) -> None:
    db.session.commit()
    answer = signed_in(cast.people()[by]).post(
        f"/stories/{submitted.id}/comments", data={"body": "一言", "audience": audience}
    )
    assert answer.status_code in {403, 404}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StoryComment)) == 0


def test_staff_go_the_whole_way(submitted: Story, cast: Cast, signed_in: SignIn) -> None:
    db.session.commit()
    client, desk = signed_in(cast.cs), f"/stories/{submitted.id}"
    assert "承認をお願いする" in text_of(client.get(f"{desk}/desk"))
    assert client.post(f"{desk}/ask-changes", data={"note": ""}).status_code == 422
    assert client.post(f"{desk}/ask-changes", data={"note": "月に何件でしたか。"}).status_code == 302
    assert stands(submitted) == (StoryState.CHANGES_ASKED, cast.owner.id)
    late = client.post(f"{desk}/ask-changes", data={"note": "もう一度。"}, follow_redirects=True)
    assert "もう先に進んでいます" in text_of(late)
    submit(submitted, cast.owner)
    assert client.post(f"{desk}/publish", data={"seen": "1"}).status_code == 422
    approve(submitted, version_of(submitted), cast.cs, *ConsentUse)
    db.session.commit()
    assert "第1版が、すぐに読めるようになります" in text_of(client.get(f"{desk}/publish"))
    assert client.post(f"{desk}/publish", data={"seen": "7"}).status_code == 409
    assert client.post(f"{desk}/publish", data={"seen": "1"}).status_code == 302
    assert stands(submitted)[0] == StoryState.PUBLISHED
    told = text_of(client.get(f"{desk}/desk"))
    assert "さんがこの事例の第1版を公開しました" in told.replace(" ", "")
    day = (today() + timedelta(days=40)).isoformat()
    assert client.post(f"{desk}/due", data={"due_on": "2020-01-01"}).status_code == 422
    assert client.post(f"{desk}/due", data={"due_on": day}).status_code == 302
    assert str(the_step(submitted).due_on) == day
    assert client.post(f"{desk}/ask-update", data={"note": "人数をご確認ください。"}).status_code == 302
    assert signed_in(cast.owner).post(f"{desk}/withdraw", data={"note": ""}).status_code == 302
    assert stands(submitted)[0] == StoryState.WITHDRAWN
    assert signed_in(cast.owner).post(f"{desk}/begin-again").status_code == 302
    assert stands(submitted) == (StoryState.DRAFT, cast.owner.id)


def test_what_is_asked_of_the_writers_stands_beside_whose_turn_it_is(
    submitted: Story, cast: Cast, signed_in: SignIn
) -> None:
    comments.add_comment(submitted, cast.owner, "自分の一言です。", CommentAudience.SHARED)
    workflow.ask_changes(submitted, cast.cs, "月に何件でしたか。")
    comments.write_comment(submitted, cast.cs, "枚数もお願いします。", CommentAudience.SHARED, part="result")
    db.session.commit()
    desk, write = f"/stories/{submitted.id}/desk", f"/stories/{submitted.id}/write"
    (standing,) = BeautifulSoup(signed_in(cast.owner).get(desk).text, "html.parser").select("section:has(#standing)")
    said = standing.get_text(" ", strip=True)
    assert "あなたの直しを待っています" in said
    assert said.index("月に何件でしたか。") < said.index("枚数もお願いします。") < said.index("書きつづける")
    assert "自分の一言です。" not in said
    assert [link["href"] for link in standing.select(".desk-asked a")] == [f"{write}/result", write, "#thread"]
    assert [link["href"] for link in standing.select(".btn-primary")] == [write]
    assert not BeautifulSoup(signed_in(cast.cs).get(desk).text, "html.parser").select(".desk-asked")


def test_nothing_is_asked_twice_nor_for_what_is_not_shown(submitted: Story, cast: Cast, signed_in: SignIn) -> None:
    db.session.commit()
    client = signed_in(cast.cs)
    client.get(f"/stories/{submitted.id}/due")
    with counting_queries() as asked:
        assert client.get(f"/stories/{submitted.id}/due").status_code == 200
    assert not [each for each in asked if "story_comment" in each]
    with counting_queries() as asked:
        assert client.post(f"/stories/{submitted.id}/comments", data={"body": ""}).status_code == 422
    whole = [each for each in asked if "story.draft_key" in each and "WHERE story.id = " in each]
    assert len(whole) == 1


def test_customers_read_no_word_of_the_staff_s(submitted: Story, cast: Cast, signed_in: SignIn) -> None:
    db.session.commit()
    flow = BeautifulSoup(signed_in(cast.owner).get(f"/stories/{submitted.id}/desk").text, "html.parser").select(
        ".flow b"
    )
    assert [each.get_text() for each in flow] == ["下書き", "担当者の確認", "お客さまの承認", "公開"]


def test_staff_hand_it_over(submitted: Story, cast: Cast, signed_in: SignIn) -> None:
    db.session.commit()
    client = signed_in(cast.cs)
    stranger = client.post(f"/stories/{submitted.id}/take-up", data={"owner": str(cast.stranger.id)})
    assert stranger.status_code == 422
    client.post(f"/stories/{submitted.id}/take-up", data={"owner": str(cast.administrator.id)})
    assert stands(submitted) == (StoryState.REVIEW, cast.administrator.id)


@pytest.mark.parametrize(("by", "status"), [("owner", 302), ("company_admin", 422), ("cs", 422), ("stranger", 404)])
def test_who_withdraws_what_others_wrote_says_why(
    submitted: Story, cast: Cast, signed_in: SignIn, by: str, status: int
) -> None:
    db.session.commit()
    client = signed_in(cast.people()[by])
    assert client.post(f"/stories/{submitted.id}/withdraw", data={"note": ""}).status_code == status


def test_hidden_it_says_why_to_those_who_work_on_it(submitted: Story, cast: Cast, signed_in: SignIn) -> None:
    db.session.commit()
    remove = f"/moderation/story/{submitted.id}/remove"
    moderator = signed_in(cast.community_manager)
    moderator.post(remove, data={"reason": "confidential", "note": "取引先の名前があります。"})
    told = text_of(signed_in(cast.owner).get(f"/stories/{submitted.id}/desk"))
    assert "取引先の名前があります。" in told
    assert "運営が取り下げていて" in told


def test_the_comparison_shows_parts_and_figures(submitted: Story, cast: Cast, signed_in: SignIn) -> None:
    workflow.ask_changes(submitted, cast.cs, "件数をお願いします。")
    db.session.query(StoryPart).filter_by(story_id=submitted.id, name=StoryPartName.RESULT).one().body = "2件です。"
    add_figure(submitted)
    submit(submitted, cast.owner)
    db.session.commit()
    page = BeautifulSoup(signed_in(cast.owner).get(f"/stories/{submitted.id}/versions?old=1&new=2").text, "html.parser")
    assert [head.get_text() for head in page.select(".card h3")] == ["変わったこと", "数字：点検表の紙"]
    assert "1840 → 210 枚/月" in "".join(mark.get_text() for mark in page.select("ins"))
    for wrong in ("?old=9&new=x", "?old=-1", "?new=99999999999999999999"):
        assert signed_in(cast.owner).get(f"/stories/{submitted.id}/versions{wrong}").status_code == 200


def test_the_list_has_overdue_ones_first_and_no_drafts(draft: Story, cast: Cast, signed_in: SignIn) -> None:
    db.session.commit()
    client = signed_in(cast.cs)
    assert "いま、進めている事例はありません" in text_of(client.get("/stories/review"))
    submit(draft, cast.owner)
    the_step(draft).due_on = today() - timedelta(days=1)
    db.session.commit()
    listed = text_of(client.get("/stories/review?mine=1"))
    assert all(words in listed for words in ("紙の点検表をやめた。", "期限切れ", cast.cs.display_name))
    assert "紙の点検表" not in text_of(signed_in(cast.administrator).get("/stories/review?mine=1"))


def test_what_is_published_waits_for_nobody_until_its_day(submitted: Story, cast: Cast, signed_in: SignIn) -> None:
    approve(submitted, version_of(submitted), cast.cs, ConsentUse.MEMBERS)
    workflow.publish(submitted, cast.cs)
    db.session.commit()
    client, title = signed_in(cast.cs), "紙の点検表をやめた。"
    listed = {
        state: title in text_of(client.get(f"/stories/review?state={state}")) for state in ("", "published", "review")
    }
    assert listed == {"": False, "published": True, "review": False}
    assert title not in text_of(client.get("/stories/review?state=draft"))
    the_step(submitted).due_on = today() - timedelta(days=1)
    db.session.commit()
    assert title in text_of(client.get("/stories/review"))


def test_the_desk_asks_as_much_whatever_was_said(submitted: Story, cast: Cast, signed_in: SignIn) -> None:
    db.session.commit()
    client = signed_in(cast.cs)
    client.get(f"/stories/{submitted.id}/desk")
    with counting_queries() as before:
        client.get(f"/stories/{submitted.id}/desk")
    for number in range(8):
        comments.add_comment(submitted, cast.owner, f"{number}番めです。", CommentAudience.SHARED)
    for _ in range(3):
        workflow.ask_changes(submitted, cast.cs, "もう一度お願いします。")
        submit(submitted, cast.owner)
    db.session.commit()
    client.get(f"/stories/{submitted.id}/desk")  # as above: what was touched before is written with the first
    with counting_queries() as after:
        client.get(f"/stories/{submitted.id}/desk")
    assert len(after) == len(before)
