"""The pages on which a story is begun and its parts are written."""

from collections.abc import Callable
from io import BytesIO

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from community.stories.turns.steps import begin_step
from community.stories.versions.content import QUESTIONS
from community.stories.workflow.comments import write_comment
from community.stories.writing.parts import PARTS
from models.accounts import Member
from models.base import db
from models.stories import CommentAudience, Story, StoryPart, StoryPartName, StoryPartText, StoryState, StoryStep
from tests.cast import Cast
from tests.files.samples import picture
from tests.forms.filling import Tab
from tests.stories.telling import join, publish, write_story

SignedIn = Callable[[Member], FlaskClient]
UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"


def part_of(story: Story, name: str = "problem") -> StoryPart:
    chosen = sa.select(StoryPart).where(StoryPart.story_id == story.id, StoryPart.name == name)
    return db.session.scalars(chosen.execution_options(populate_existing=True)).one()


def tab_of(client: FlaskClient, story: Story, name: str = "problem") -> Tab:
    address = f"/stories/{story.id}/write/{name}"
    return Tab(client, address, address)


def autosave(
    client: FlaskClient, story: Story, name: str = "problem", **fields: object
) -> tuple[int, dict[str, object]]:
    given = {"body": "書いた文", "seen": 1, "form_key": "a" * 32, "save_number": 1, **fields}
    answer = client.post(f"/stories/{story.id}/write/{name}/autosave", data=given)
    return answer.status_code, answer.get_json()


def test_a_published_story_says_so_once_in_the_list_of_one_s_own(cast: Cast, signed_in: SignedIn) -> None:
    story = write_story(cast.a, cast.owner)
    publish(story, cast.cs)
    begin_step(story, StoryState.PUBLISHED, by_id=cast.cs.id)
    (said,) = BeautifulSoup(signed_in(cast.owner).get("/stories/mine").text, "html.parser").select(".rows .meta")
    assert said.get_text(" ", strip=True).count("公開") == 1


# --- beginning -------------------------------------------------------------------------------------------------------


def test_a_story_is_begun_once_with_all_its_parts(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.owner)
    first, answer = (client.post("/stories/new", data={"draft_key": UUID}) for _ in range(2))
    assert (first.status_code, first.location) == (302, answer.location)
    story = db.session.scalars(sa.select(Story)).one()
    assert answer.location == f"/stories/{story.id}/write"
    assert (story.account_id, story.author_id, story.state) == (cast.a.id, cast.owner.id, StoryState.DRAFT)
    parts = db.session.scalars(sa.select(StoryPart.name).where(StoryPart.story_id == story.id)).all()
    assert set(parts) == set(StoryPartName)
    step = db.session.scalars(sa.select(StoryStep)).one()
    assert (step.owner_id, step.state, step.ended_at) == (cast.owner.id, "draft", None)


def test_who_has_no_company_that_tells_begins_none(cast: Cast, signed_in: SignedIn) -> None:
    for who in ("prospect", "cs", "community_manager"):
        answer = signed_in(cast.people()[who]).post("/stories/new", data={"draft_key": UUID})
        assert answer.status_code == 403, who
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Story)) == 0, who


def test_a_forged_draft_key_begins_none(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.owner)
    for key in ("", "x", "'; DROP TABLE story; --", "\x00" * 36):
        assert client.post("/stories/new", data={"draft_key": key}).status_code == 422, key
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Story)) == 0, key


def test_own_stories_are_listed_and_nobody_elses(cast: Cast, signed_in: SignedIn) -> None:
    mine = write_story(cast.a, cast.owner, title="わたしの話")
    join(mine, cast.colleague)
    write_story(cast.b, cast.stranger, title="よその話")
    for member in (cast.owner, cast.colleague):
        page = signed_in(member).get("/stories/mine").text
        assert "わたしの話" in page
        assert "7つの質問のうち、7つに答えました" in page
        assert "よその話" not in page
    assert "まだ事例はありません" in signed_in(cast.company_admin).get("/stories/mine").text


def test_a_story_without_a_title_is_called_one_thing_everywhere(cast: Cast, signed_in: SignedIn) -> None:
    story = write_story(cast.a, cast.owner, title="")
    client = signed_in(cast.owner)
    for path in ("/stories/mine", *(f"/stories/{story.id}/{name}" for name in ("write", "submit", "desk", "preview"))):
        assert "タイトルのない事例" in client.get(path).text, path


# --- contents --------------------------------------------------------------------------------------------------------


@pytest.mark.one_database
def test_the_contents_say_what_is_written_and_who_writes(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    join(story, cast.colleague)
    part_of(story, "next").body = ""
    db.session.flush()
    autosave(signed_in(cast.colleague), story, "use", body="いま書いている文")
    page = BeautifulSoup(signed_in(cast.owner).get(f"/stories/{story.id}/write").text, "html.parser")
    rows = {str(row.a["href"]).rsplit("/", 1)[1]: row for row in page.select(".contents li") if row.a}
    assert f"{cast.colleague.display_name}さんが書いています" in rows["use"].text
    assert "13字" in rows["company"].text.replace(" ", "")
    assert rows["next"]["class"] == ["is-next"]
    assert "まだ書いていません" in rows["next"].text
    assert list(rows) == [*(name.value for name in PARTS), "tags"]


def test_a_draft_does_not_exist_for_others(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    for who in ("stranger", "third", "cs", "company_admin", "prospect", "administrator"):
        client, refused = signed_in(cast.people()[who]), 403 if who == "prospect" else 404
        for path in ("write", "write/problem", "write/problem/texts", "team", "tags"):
            assert client.get(f"/stories/{story.id}/{path}").status_code == refused, (who, path)
        assert autosave(client, story)[0] == refused, who
        assert part_of(story).body == "problemの答えです。", who


# --- one part --------------------------------------------------------------------------------------------------------


@pytest.mark.one_database
@pytest.mark.parametrize("name", [*(name.value for name in PARTS)])
def test_each_part_is_written_and_leads_to_the_next(story: Story, cast: Cast, signed_in: SignedIn, name: str) -> None:
    tab = tab_of(signed_in(cast.owner), story, name)
    answer = tab.send(body="新しい文です。", go="next")
    following = [*(part.value for part in PARTS), None][[part.value for part in PARTS].index(name) + 1]
    expected = f"/stories/{story.id}/write/{following}" if following else f"/stories/{story.id}/tags"
    assert answer.location == expected
    assert part_of(story, name).body == "新しい文です。"


def test_a_slow_autosave_and_the_button_are_one_draft(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    """The autosave arrives before the form, behind it, or is answered while somebody goes on typing."""
    client = signed_in(cast.owner)
    tab = tab_of(client, story)
    key = tab.fields["form_key"]
    autosave(client, story, form_key=key, save_number=1001, body="はじめの")
    answer = tab.send(body="はじめの文、全部。", save_number="1003", go="next")
    assert answer.status_code == 302
    late = autosave(client, story, form_key=key, save_number=1002, body="はじめの文、")
    assert (late[0], late[1]["number"], late[1]["saved"]) == (200, 1003, False)
    assert part_of(story).body == "はじめの文、全部。"


@pytest.mark.one_database
def test_pages_of_the_editor_are_kept_by_no_browser(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.owner)
    for path in ("write", "write/problem", "write/problem/texts"):
        assert client.get(f"/stories/{story.id}/{path}").headers["Cache-Control"] == "no-store"


def test_a_page_from_a_cache_replaces_nothing(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    """Without a script: Back shows the form as it was first; sent again it is no later state of what it became."""
    client = signed_in(cast.owner)
    tab = tab_of(client, story)
    assert tab.send(body="書いて、送った文。").status_code == 302
    assert tab.send().status_code == 302
    assert part_of(story).body == "書いて、送った文。"
    answer = tab.send(body="前の画面で直した文。")
    assert answer.status_code == 409
    assert part_of(story).body == "書いて、送った文。"


def test_a_stale_tab_is_shown_both_texts_and_nothing_is_lost(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.owner)
    phone, desk = tab_of(client, story), tab_of(client, story)
    assert desk.send(body="机で書いた、長い文。").status_code == 302
    answer = phone.send(body="電話に残っていた文。")
    assert answer.status_code == 409
    told = BeautifulSoup(answer.text, "html.parser").select_one(".conflict")
    assert told is not None
    assert "編集しているあいだに、内容が変わりました" in told.text
    assert "あなたが別の画面で変えました。" in told.text
    assert cast.owner.display_name not in told.text
    assert told.select("del")
    assert told.select("ins")
    assert "机で書いた、長い文。" in told.text
    assert part_of(story).body == "机で書いた、長い文。"
    assert phone.send().status_code == 302
    assert part_of(story).body == "電話に残っていた文。"
    kept = db.session.scalars(sa.select(StoryPartText.body).order_by(StoryPartText.id)).all()
    assert kept == ["problemの答えです。", "電話に残っていた文。", "机で書いた、長い文。"]


def test_the_page_of_a_conflict_can_be_stale_too(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.owner)
    tabs = [tab_of(client, story) for _ in range(3)]
    tabs[0].send(body="一")
    assert tabs[1].send(body="二").status_code == 409
    assert tabs[2].send(body="三").status_code == 409
    assert tabs[1].send().status_code == 302
    assert tabs[2].send().status_code == 409
    assert part_of(story).body == "二"


def test_an_autosave_says_of_a_conflict_and_leaving_keeps_the_text(
    story: Story, cast: Cast, signed_in: SignedIn
) -> None:
    client = signed_in(cast.owner)
    tab_of(client, story).send(body="ほかの画面の文")
    status, answer = autosave(client, story)
    assert (status, answer["error"]) == (409, "conflict")
    assert str(answer["message"]).startswith("別の画面で書いたあなたの文と分かれました。")
    assert autosave(client, story, leaving="1", save_number=2)[0] == 409
    assert "書いた文" in client.get(f"/stories/{story.id}/write/problem/texts").text
    assert part_of(story).body == "ほかの画面の文"
    join(story, cast.colleague)
    other = signed_in(cast.colleague)
    assert f"{cast.owner.display_name}さんの文と分かれました。" in str(autosave(other, story)[1]["message"])
    sent = other.post(f"/stories/{story.id}/write/problem", data={"body": "一緒に書く文", "seen": 1})
    assert f"{cast.owner.display_name}さんが変えました。" in sent.text


def test_an_earlier_text_comes_back_unless_the_page_is_stale(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.owner)
    tab_of(client, story).send(body="書き直した文")
    earlier = db.session.scalars(sa.select(StoryPartText)).one()
    address = f"/stories/{story.id}/write/problem/texts/{earlier.id}/restore"
    client.post(address, data={"seen": "1"})
    assert part_of(story).body == "書き直した文"
    assert client.post(address, data={"seen": "2"}).location == f"/stories/{story.id}/write/problem"
    assert part_of(story).body == "problemの答えです。"
    other = write_story(cast.b, cast.stranger)
    foreign = f"/stories/{other.id}/write/problem/texts/{earlier.id}/restore"
    assert signed_in(cast.stranger).post(foreign, data={"seen": "1"}).status_code == 404


def test_who_writes_elsewhere_is_named_and_one_may_write_all_the_same(
    story: Story, cast: Cast, signed_in: SignedIn
) -> None:
    join(story, cast.colleague)
    autosave(signed_in(cast.colleague), story, body="途中の文")
    page = signed_in(cast.owner).get(f"/stories/{story.id}/write/problem")
    assert f"{cast.colleague.display_name}さんが、いまここを書いています" in page.text
    assert 'id="part-form"' not in page.text
    assert 'id="part-form"' in signed_in(cast.owner).get(f"/stories/{story.id}/write/problem?write=1").text


@pytest.mark.one_database
@pytest.mark.parametrize("state", sorted(set(StoryState) - {"draft", "changes_asked", "update_asked"}))
def test_what_is_with_others_is_read_only_with_the_reason(
    story: Story, cast: Cast, signed_in: SignedIn, state: StoryState
) -> None:
    client = signed_in(cast.owner)
    tab = tab_of(client, story)
    story.state = state
    db.session.flush()
    page = client.get(f"/stories/{story.id}/write/problem").text
    assert "直せません" in page
    # Of what is published the author begins an update without asking anybody.
    assert ("「新しくする」を押してください" in page) is (state == StoryState.PUBLISHED)
    assert ("担当者に伝えてください" in page) is (state not in {StoryState.PUBLISHED, StoryState.WITHDRAWN})
    assert "problemの答えです。" in page
    assert 'id="part-form"' not in page
    assert client.post(tab.action, data=tab.fields | {"body": "あとからの文"}).status_code == 403
    assert autosave(client, story)[0] == 403
    assert part_of(story).body == "problemの答えです。"
    assert "あとからの文" in client.get(f"/stories/{story.id}/write/problem/texts").text


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("title", "あ" * 121),
        ("quote", "あ" * 201),
        ("lead", "あ" * 401),
        ("tries", "一\n二\n三\n四\n五\n六"),
        ("problem", "あ" * 20_001),
        ("problem", "[" * 601),
        ("use", "> " * 40 + "深い"),
        ("lead", "![x](/files/" + "a" * 32 + ")"),
    ],
)
def test_what_cannot_be_stored_is_refused_and_kept_in_the_form(
    story: Story, cast: Cast, signed_in: SignedIn, name: str, body: str
) -> None:
    tab = tab_of(signed_in(cast.owner), story, name)
    before = part_of(story, name).body
    assert tab.send(body=body).status_code == 422
    assert tab.fields["body"] == body
    status, answer = autosave(signed_in(cast.owner), story, name, body=body)
    assert (status, answer["error"]) == (422, "bad_text")
    assert part_of(story, name).body == before


@pytest.mark.one_database
def test_an_unknown_part_is_not_found(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.owner)
    for slug in ("nothing", "body", "problemx"):
        assert client.get(f"/stories/{story.id}/write/{slug}").status_code == 404


def test_a_form_that_does_not_say_what_it_saw_overwrites_nothing(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.owner)
    for seen in ("", "x", "-1", "1.5", "９", "9" * 400, "\x00"):
        assert autosave(client, story, seen=seen)[0] == 409, seen
        assert part_of(story).body == "problemの答えです。", seen


def test_a_picture_comes_with_the_form_where_no_script_runs(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.owner)
    tab = tab_of(client, story)
    sent = {**tab.fields, "body": "写真つき。", "images": (BytesIO(picture()), "朝礼.png")}
    assert client.post(tab.action, data=sent).status_code == 302
    assert part_of(story).body.startswith("写真つき。\n\n![朝礼](/files/")


@pytest.mark.one_database
def test_the_seven_questions_have_three_helps_each(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.owner)
    for name in QUESTIONS:
        page = BeautifulSoup(client.get(f"/stories/{story.id}/write/{name.value}").text, "html.parser")
        assert len(page.select(".helps li")) == 3
        assert page.select_one(".composer [data-upload]") is not None


# --- what helps while one writes -------------------------------------------------------------------------------------


@pytest.mark.one_database
def test_a_refused_text_is_not_called_saved(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.owner)
    assert autosave(client, story, body="保存できた文")[0] == 200
    tab = tab_of(client, story)
    answer = tab.send(body="あ" * 20_001)
    page = BeautifulSoup(answer.text, "html.parser")
    said, length = page.select_one("[data-autosave-status]"), page.select_one(".length b")
    assert (answer.status_code, said and said.text, length and length.text) == (422, "まだ保存していません", "20001字")
    assert page.select("form[data-unsaved]")
    assert not BeautifulSoup(client.get(f"/stories/{story.id}/write/problem").text, "html.parser").select(
        "form[data-unsaved]"
    )


@pytest.mark.one_database
def test_names_in_the_text_are_pointed_out_while_one_writes(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.owner)
    hint = "main [data-autosave-named]"
    shown = BeautifulSoup(client.get(f"/stories/{story.id}/write/problem").text, "html.parser").select_one(hint)
    assert shown is not None
    assert shown.has_attr("hidden")
    body = f"{cast.a.name}では、{cast.owner.display_name}が数えました。"
    assert autosave(client, story, body=body)[1]["named"] == (
        "、".join(sorted([cast.a.name, cast.owner.display_name], key=lambda name: (-len(name), name)))
    )
    shown = BeautifulSoup(client.get(f"/stories/{story.id}/write/problem").text, "html.parser").select_one(hint)
    assert shown is not None
    assert not shown.has_attr("hidden")
    assert cast.a.name in shown.text
    assert autosave(client, story, body="うちで数えました。", save_number=2)[1]["named"] == ""


@pytest.mark.one_database
def test_what_is_to_be_changed_stands_where_one_writes(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.owner)
    desk = f"/stories/{story.id}/desk"
    wanted = "main .wanted"
    assert desk not in client.get(f"/stories/{story.id}/write").text
    begin_step(story, StoryState.REVIEW, by_id=cast.owner.id)
    write_comment(story, cast.cs, "紙の枚数を、数えた月とともに。", CommentAudience.SHARED)
    write_comment(story, cast.cs, "社内だけのメモ", CommentAudience.STAFF)
    write_comment(story, cast.owner, "自分の返事", CommentAudience.SHARED)
    assert not BeautifulSoup(client.get(f"/stories/{story.id}/write").text, "html.parser").select(wanted)
    begin_step(story, StoryState.CHANGES_ASKED, by_id=cast.cs.id, owner_id=cast.owner.id)
    for path in ("write", "write/result"):
        page = BeautifulSoup(client.get(f"/stories/{story.id}/{path}").text, "html.parser")
        (box,) = page.select(wanted)
        assert "紙の枚数を、数えた月とともに。" in box.text
        assert cast.cs.display_name in box.text
        assert "社内だけのメモ" not in page.text
        assert "自分の返事" not in box.text
        assert [str(link["href"]) for link in box.select("a")] == [desk]
        assert box.has_attr("open") == (path == "write")
    assert "もう一度提出する" in client.get(f"/stories/{story.id}/write").text
