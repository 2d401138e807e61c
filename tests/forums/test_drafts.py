"""Drafts: saved from every device, discarded only when their text was posted, announced in the form that shows them."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient

from community.forums import actions, drafts, queries, rules, tasks
from community.forums.drafts import Writing
from community.moderation import actions as moderation
from community.text import MAX_CHARACTERS
from models.base import db, now
from models.forums import Draft, Topic
from models.moderation import RemovalReason
from tests.cast import Cast
from tests.forums.conftest import Forum, counting_queries, open_topic, reply
from tests.forums.pages import SignIn, page, posts_of, text_of
from tests.forums.writing import SENT, drafts_of, open_form, reply_form

NOON = datetime(2026, 11, 29, 14, 5, tzinfo=ZoneInfo("Asia/Tokyo"))


def text_in(client: FlaskClient, path: str) -> str:
    return text_of(page(client, path), "textarea[name=body]").strip()


# --- kept


def test_what_is_being_written_is_kept_and_comes_back(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    owner, path = signed_in(cast.owner), f"/forums/topics/{topic.id}"
    reply_form(owner, topic.id).save(1, body="途中まで")
    assert owner.get(f"/forums/drafts/topic:{topic.id}").get_json()["body"] == "途中まで"
    assert text_in(owner, path) == "途中まで"
    assert "途中まで" not in signed_in(cast.third).get(path).text
    assert owner.post("/forums/drafts/elsewhere", data={"body": "x"}).status_code == 404


def test_a_later_save_of_a_form_replaces_its_earlier_one_and_never_the_other_way(
    signed_in: SignIn, cast: Cast, topic: Topic
) -> None:
    form = reply_form(signed_in(cast.owner), topic.id)
    assert form.save(2, body="二つめ")["saved"]
    late = form.save(1, body="一つめ")
    assert (late["saved"], late["number"]) == (False, 2)
    assert drafts_of(cast.owner) == ["二つめ"]


def test_two_tabs_at_one_topic_keep_two_drafts(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    client = signed_in(cast.owner)
    tabs = [reply_form(client, topic.id) for _ in range(2)]
    for number in (1, 2):
        for name, tab in zip("左右", tabs, strict=True):
            tab.save(number, body=f"{name}の{number}")
    assert drafts_of(cast.owner) == ["左の2", "右の2"]


def test_who_goes_on_with_a_draft_on_another_device_has_one(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    phone = reply_form(signed_in(cast.owner), topic.id)
    phone.save(1, body="電車で書きはじめ")
    desk = reply_form(signed_in(cast.owner), topic.id)
    desk.save(1, body="電車で書きはじめ、会社で続き")
    assert drafts_of(cast.owner) == ["電車で書きはじめ、会社で続き"]


def test_a_stale_phone_never_replaces_what_is_newer(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    phone = reply_form(signed_in(cast.owner), topic.id)
    phone.save(1, body="電車で書きはじめ")
    desk = reply_form(signed_in(cast.owner), topic.id)
    desk.save(1, body="電車で書きはじめ、会社で続き")
    phone.save(2, body="電車で書きはじめて、")  # one tap, hours later
    assert drafts_of(cast.owner) == ["電車で書きはじめ、会社で続き", "電車で書きはじめて、"]


def test_what_was_emptied_is_kept_no_longer(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    form = reply_form(signed_in(cast.owner), topic.id)
    form.save(2, body="書いた")
    form.save(3, body="  ")
    form.save(1, body="書い")  # late
    assert drafts_of(cast.owner) == []
    form.save(4, body="また書いた")
    assert drafts_of(cast.owner) == ["また書いた"]


def test_a_draft_may_be_as_long_as_five_posts(cast: Cast) -> None:
    drafts.save(cast.owner, Writing("new", "あ" * (5 * MAX_CHARACTERS + 5), title="題" * 500))
    draft = queries.get_draft(cast.owner.id, "new")
    assert draft is not None
    assert (len(draft.body), len(draft.title)) == (5 * MAX_CHARACTERS, drafts.DRAFT_TITLE_MAX)


def test_a_draft_of_a_topic_remembers_title_category_and_kind(signed_in: SignIn, cast: Cast, forum: Forum) -> None:
    client = signed_in(cast.owner)
    form = open_form(client, "/forums/topics/new")
    form.save(1, title="書きかけの題", body="本文", category=forum.members.id, kind="discussion")
    again = open_form(client, "/forums/topics/new")
    kept = {name: again.fields[name].strip() for name in ("title", "body", "category", "kind")}
    assert kept == {"title": "書きかけの題", "body": "本文", "category": str(forum.members.id), "kind": "discussion"}


def test_a_draft_of_an_edit_remembers_what_the_post_said(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    post = reply(topic, cast.stranger)
    form = open_form(signed_in(cast.stranger), f"/forums/posts/{post.id}/edit")
    form.save(1, body="直している", seen="a-digest")
    draft = queries.get_draft(cast.stranger.id, f"post:{post.id}")
    assert draft is not None
    assert (draft.seen, draft.topic_title) == ("a-digest", topic.title)


# --- given up


def test_a_draft_is_given_up_when_what_it_holds_was_stored(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    form = reply_form(signed_in(cast.owner), topic.id)
    form.save(1, body="書きかけ")
    assert form.send(body="書きかけを書き終えた", save_number=2).status_code == SENT
    assert drafts_of(cast.owner) == []


def test_without_script_the_draft_that_the_form_showed_is_given_up(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    reply_form(signed_in(cast.owner), topic.id).save(1, body="電話で書いた文")
    form = reply_form(signed_in(cast.owner), topic.id)
    assert form.send(body="書きなおした文").status_code == SENT
    assert drafts_of(cast.owner) == []


def test_what_another_device_has_typed_meanwhile_stays(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    phone = reply_form(signed_in(cast.owner), topic.id)
    phone.save(1, body="はじめ")
    desk = reply_form(signed_in(cast.owner), topic.id)
    phone.save(2, body="はじめと、まだ送っていない長い続き")
    assert desk.send(body="はじめ").status_code == SENT
    assert drafts_of(cast.owner) == ["はじめと、まだ送っていない長い続き"]


def test_a_save_that_arrives_after_the_sending_brings_nothing_back(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    for first in (False, True):  # whether an earlier save has made the draft, or the late one is the first of all
        form = reply_form(signed_in(cast.owner), topic.id)
        if first:
            form.save(1, body=f"書きか{first}")
        form.send(body=f"書きかけ{first}を書き終えた", save_number=3)
        assert not form.save(2, body=f"書きかけ{first}")["saved"]
        assert drafts_of(cast.owner) == []


def test_what_is_typed_after_back_is_a_draft_again(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    form = reply_form(signed_in(cast.owner), topic.id)
    form.send(body="送った文です。", save_number=1)
    form.save(2, body="戻って書きはじめた別の文")
    assert drafts_of(cast.owner) == ["戻って書きはじめた別の文"]


def test_a_refused_text_keeps_its_draft(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    form = reply_form(signed_in(cast.owner), topic.id)
    form.save(1, body="[" * 300)
    assert form.send(save_number=2).status_code == 422
    assert drafts_of(cast.owner) == ["[" * 300]


def test_the_server_says_whether_this_very_text_was_stored(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    client = signed_in(cast.stranger)
    form = reply_form(client, topic.id)

    def is_stored(place: str, **fields: object) -> bool:
        return client.post(f"/forums/drafts/{place}/sent", data={**form.fields, **fields}).get_json()["stored"]

    place = f"topic:{topic.id}"
    assert not is_stored(place, body="送る文")
    form.send(body="送る文")
    assert is_stored(place)
    assert is_stored(place, body=" 送る文\r\n")
    assert not is_stored(place, body="送る文に足した")
    form.send(body="戻って送る別の文\n二行め")  # a second text of the same form
    assert is_stored(place, body="戻って送る別の文\r\n二行め ")
    assert not is_stored("topic:999999")
    post = posts_of(topic)[1]
    actions.edit_post(post, topic, cast.stranger, "直した文")
    assert is_stored(f"post:{post.id}", body="直した文")
    assert not is_stored(f"post:{post.id}", body="直す前でも後でもない文")
    theirs = f"/forums/drafts/post:{posts_of(topic)[0].id}/sent"
    assert not client.post(theirs, data={"body": posts_of(topic)[0].body}).get_json()["stored"]


# --- announced, discarded, restored


@pytest.mark.one_database
@time_machine.travel(NOON, tick=False)
def test_a_draft_that_comes_back_says_so_and_from_when(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    client = signed_in(cast.owner)
    post = posts_of(topic)[0]
    for path in (f"/forums/topics/{topic.id}", f"/forums/posts/{post.id}/edit", "/forums/topics/new"):
        action = f"{path}/posts" if path.endswith(f"topics/{topic.id}") else path
        form = open_form(client, path, action)
        assert "書きかけを戻しました" not in str(page(client, path).select("[data-draft-note]"))
        form.save(1, body=f"{path} の書きかけ")
        note = page(client, path).select_one("[data-draft-note]")
        assert note is not None
        assert "11月29日 14:05の書きかけを戻しました" in note.text
        assert "破棄する" in note.text


def test_one_press_discards_a_draft_and_another_one_brings_it_back(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    client, path = signed_in(cast.owner), f"/forums/topics/{topic.id}"
    reply_form(client, topic.id).save(1, body="要らなくなった文")
    form = page(client, path).select_one("form[data-discard-draft]")
    assert form is not None
    answer = client.post(str(form["action"]), data={"from": "form"})
    assert answer.location == f"{path}#reply"
    read = page(client, path)
    assert text_of(read, "textarea[name=body]").strip() == ""
    undo = read.select_one("#toasts form")
    assert undo is not None
    client.post(str(undo["action"]))
    assert text_in(client, path) == "要らなくなった文"


def test_undoing_brings_back_what_was_typed_last(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    client = signed_in(cast.owner)
    reply_form(client, topic.id).save(1, body="はじめ")
    form = reply_form(client, topic.id)
    draft = queries.get_draft(cast.owner.id, f"topic:{topic.id}")
    assert draft is not None
    typed = {**form.fields, "body": "はじめと、いま打った続き", "save_number": 5}
    client.post(f"/forums/drafts/{draft.id}/discard", data=typed)
    assert drafts_of(cast.owner) == []
    client.post(f"/forums/drafts/{draft.id}/restore")
    assert drafts_of(cast.owner) == ["はじめと、いま打った続き"]


def test_discarded_drafts_are_forgotten_after_a_day(cast: Cast, topic: Topic) -> None:
    draft, _ = drafts.save(cast.owner, Writing("new", "捨てた文"))
    drafts.discard(draft)
    with time_machine.travel(now() + rules.DRAFT_REMEMBERED + timedelta(minutes=1)):
        drafts.save(cast.owner, Writing(f"topic:{topic.id}", "新しい文"))
    assert db.session.scalars(sa.select(Draft.body)).all() == ["新しい文"]


def test_nobody_touches_anothers_draft(signed_in: SignIn, cast: Cast) -> None:
    draft, _ = drafts.save(cast.owner, Writing("new", "わたしの文", form_key="0" * 36))
    stranger = signed_in(cast.stranger)
    for act in ("discard", "restore"):
        assert stranger.post(f"/forums/drafts/{draft.id}/{act}").status_code == 404
    stranger.post("/forums/drafts/new", data={"body": "x", "draft": draft.mark, "form_key": "0" * 36})
    assert (drafts_of(cast.owner), drafts_of(cast.stranger)) == (["わたしの文"], ["x"])
    assert "わたしの文" not in stranger.get(f"/forums/topics/new?draft={draft.id}").text


# --- a quotation


def test_a_quotation_joins_the_draft_and_throws_nothing_away(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    post = reply(topic, cast.stranger, "引用される文")
    client = signed_in(cast.owner)
    reply_form(client, topic.id).save(1, body="もう書いてあった文")
    form = reply_form(client, topic.id, f"?quote={post.id}")
    body = form.fields["body"].strip()
    assert body.startswith("もう書いてあった文\n\n[")
    assert body.endswith("> 引用される文")
    form.save(1)
    assert reply_form(client, topic.id, f"?quote={post.id}").fields["body"].count("> 引用される文") == 1
    assert len(drafts_of(cast.owner)) == 1


# --- the list


def test_ones_drafts_stand_in_a_list(signed_in: SignIn, cast: Cast, forum: Forum, topic: Topic) -> None:
    client = signed_in(cast.owner)
    assert "下書きはありません" in client.get("/forums/drafts").text
    form = open_form(client, "/forums/topics/new")
    form.save(1, title="新しい題", body="本文の、はじめ", category=forum.members.id)
    reply_form(client, topic.id).save(1, body="返信の\n書きかけ")
    for hours, draft in enumerate(db.session.scalars(sa.select(Draft).order_by(Draft.id))):
        draft.saved_at = NOON + timedelta(hours=hours)
    rows = page(client, "/forums/drafts").select(".draft-list > li")
    texts = [" ".join(row.text.split()) for row in rows]
    assert [text.partition(" 続きを書く")[0] for text in texts] == [
        f"{topic.title} トピックへの返信 public 11月29日 15:05 返信の 書きかけ",
        "新しい題 新しい質問・話題 members 11月29日 14:05 本文の、はじめ",
    ]
    link = rows[0].select_one("a")
    assert link is not None
    assert text_in(client, str(link["href"]).partition("#")[0]) == "返信の\n書きかけ"
    assert "書きかけ" not in signed_in(cast.third).get("/forums/drafts").text
    assert "/forums/drafts" in {str(a["href"]) for a in page(client, "/").select("#me-menu a")}


@pytest.mark.one_database
def test_the_list_shows_the_text_where_its_place_is_gone(signed_in: SignIn, cast: Cast, forum: Forum) -> None:
    client = signed_in(cast.colleague)
    removed, private = (
        open_topic(forum.public, cast.owner, "消える話"),
        open_topic(forum.private, cast.owner, "社内の話"),
    )
    for topic in (removed, private):
        reply_form(client, topic.id).save(1, body=f"{topic.title}への\n長い返信")
    own = open_form(client, f"/forums/posts/{reply(removed, cast.colleague).id}/edit")
    own.save(1, body="編集の途中")
    moderation.remove(removed, cast.moderator, RemovalReason.SPAM)
    private.title = "社内だけの新しい題"
    assert cast.colleague.membership is not None
    cast.colleague.membership.account_id = cast.b.id
    db.session.flush()
    read = page(client, "/forums/drafts")
    assert {area.text.strip() for area in read.select("textarea")} == {
        "消える話への\n長い返信", "社内の話への\n長い返信", "編集の途中",
    }  # fmt: skip
    assert not read.select("a.btn:not([href='/forums/topics/new'])")
    assert "社内の話" in read.text  # as they knew it
    assert "社内だけの新しい題" not in read.text


def test_the_list_costs_the_same_whatever_its_length(signed_in: SignIn, cast: Cast, forum: Forum) -> None:
    client, costs = signed_in(cast.owner), []
    for _ in range(2):
        for _more in range(2):
            topic = open_topic(forum.public, cast.stranger)
            drafts.save(cast.owner, Writing(f"topic:{topic.id}", "返信"))
            drafts.save(cast.owner, Writing(f"post:{reply(topic, cast.owner).id}", "編集"))
        client.get("/forums/drafts")
        with counting_queries() as statements:
            client.get("/forums/drafts")
        costs.append(len(statements))
    assert costs[0] == costs[1]


def test_of_several_drafts_at_a_place_each_can_be_opened(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    client = signed_in(cast.owner)
    tabs = [reply_form(client, topic.id) for _ in range(2)]
    for name, tab in zip("左右", tabs, strict=True):
        tab.save(1, body=f"{name}の文")
    read = page(client, f"/forums/topics/{topic.id}")
    assert text_of(read, "textarea[name=body]").strip() == "右の文"
    assert "ほかの下書き" in text_of(read, "[data-draft-note]")
    links = [str(a["href"]) for a in page(client, "/forums/drafts").select(".row-title a")]
    assert {text_in(client, link.partition("#")[0]) for link in links} == {"左の文", "右の文"}


def test_the_same_text_is_one_draft_whichever_form_it_comes_from(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    client = signed_in(cast.owner)
    forms = [reply_form(client, topic.id) for _ in range(2)]
    for form in forms:
        form.save(1, body="どちらの画面でも同じ文")
    assert drafts_of(cast.owner) == ["どちらの画面でも同じ文"]
    forms[0].save(2, body="はじめの画面で続けた文")
    assert drafts_of(cast.owner) == ["どちらの画面でも同じ文", "はじめの画面で続けた文"]


def test_what_no_form_of_ours_says_is_not_kept(signed_in: SignIn, cast: Cast, forum: Forum) -> None:
    hostile = {
        "kind": "\x00",
        "seen": "a\x00b",
        "category": "9" * 40,
        "save_number": "-1",
        "draft": "\x00",
        "form_key": "x",
    }
    answer = signed_in(cast.owner).post("/forums/drafts/new", data={**hostile, "body": "文"})
    assert answer.status_code == 200
    draft = queries.get_draft(cast.owner.id, "new")
    assert draft is not None
    assert (draft.body, draft.kind, draft.seen, draft.category_id) == ("文", "", "ab", None)


def test_a_category_that_one_may_not_see_is_not_kept(signed_in: SignIn, cast: Cast, forum: Forum) -> None:
    signed_in(cast.owner).post("/forums/drafts/new", data={"body": "文", "category": forum.staff.id})
    draft = queries.get_draft(cast.owner.id, "new")
    assert draft is not None
    assert draft.category_id is None


def test_after_a_day_nothing_brings_a_discarded_draft_back(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    client = signed_in(cast.owner)
    draft, _ = drafts.save(cast.owner, Writing(f"topic:{topic.id}", "捨てた文"))
    drafts.discard(draft)
    draft.discarded_at = now() - rules.DRAFT_REMEMBERED - timedelta(minutes=1)
    db.session.flush()
    assert client.post(f"/forums/drafts/{draft.id}/restore").status_code == 404
    tasks.forget_drafts()
    assert db.session.scalars(sa.select(Draft.id)).all() == []


def test_who_has_too_many_drafts_is_told(
    signed_in: SignIn, cast: Cast, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "MOST_DRAFTS", 2)
    client = signed_in(cast.owner)
    place = f"/forums/drafts/topic:{topic.id}"
    keys = [str(uuid4()) for _ in range(3)]
    codes = [client.post(place, data={"body": f"文{key}", "form_key": key}).status_code for key in keys]
    assert codes == [200, 200, 409]
    assert client.post(place, data={"body": "続き", "form_key": keys[0]}).status_code == 200


@pytest.mark.one_database
def test_undo_of_a_form_s_draft_leads_back_to_the_form(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    client = signed_in(cast.owner)
    form = reply_form(client, topic.id)
    form.save(1, body="書きかけの文")
    draft = db.session.scalars(sa.select(Draft)).one()
    client.post(f"/forums/drafts/{draft.id}/discard", data={"from": "form", "body": "書きかけの文"})
    undone = client.post(f"/forums/drafts/{draft.id}/restore?to=form")
    assert undone.location == f"/forums/topics/{topic.id}#reply"
    assert "書きかけの文" in client.get(f"/forums/topics/{topic.id}").text
