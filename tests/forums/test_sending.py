"""Sent means stored: the same form sent again is one post only where it says the same, and nothing is dropped."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask

from community.forums import actions, drafts, rules, sending
from community.forums.drafts import Writing
from community.forums.sending import SentBeforeError
from community.moderation import actions as moderation
from models.base import db, transaction
from models.files import StoredFile
from models.forums import Topic
from models.ledger import SignalKind
from models.moderation import RemovalReason
from tests.cast import Cast
from tests.forums.conftest import Forum, reply
from tests.forums.pages import SignIn, picture, posts_of, text_of
from tests.forums.test_at_once import PEOPLE, at_once, count, get, prepare
from tests.forums.writing import ASKED, SENT, drafts_of, open_form, read_form, reply_form

FIRST = "設定の「時間帯」を見てください。"
ADDED = FIRST + "\nそれでも直らないときは、版を教えてください。"
OTHER = "こちらでも同じことが起きました。"


def bodies(topic: Topic) -> list[str]:
    return [post.body for post in posts_of(topic)[1:]]


def test_a_different_reply_after_back_is_a_post_of_its_own(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    quoted = reply(topic, cast.third, "わたしも困っています。")
    form = reply_form(signed_in(cast.stranger), topic.id, f"?quote={quoted.id}")
    quotation = form.fields["body"]
    first = form.send(body=quotation + FIRST)
    second = form.send(body=quotation + OTHER)
    assert (first.status_code, second.status_code) == (SENT, SENT)
    assert first.location != second.location
    assert bodies(topic)[1:] == [quotation + FIRST, quotation + OTHER]
    again = form.send()
    assert again.location == second.location
    assert len(bodies(topic)) == 3


def test_the_same_reply_sent_twice_is_one_post(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    form = reply_form(signed_in(cast.stranger), topic.id)
    first, second = form.send(body=FIRST), form.send(body=f"  {FIRST}\r\n")
    assert first.location == second.location
    assert bodies(topic) == [FIRST]


def test_the_same_reply_sent_twice_is_one_post_though_it_was_edited_since(
    signed_in: SignIn, cast: Cast, topic: Topic
) -> None:
    form = reply_form(signed_in(cast.stranger), topic.id)
    first = form.send(body=FIRST)
    actions.edit_post(posts_of(topic)[1], topic, cast.stranger, OTHER)
    assert form.send().location == first.location
    assert bodies(topic) == [OTHER]


def test_the_same_text_from_a_fresh_form_is_asked_about(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    """Back without a memory of pages: the browser puts what was sent into a form with a key of its own."""
    client = signed_in(cast.stranger)
    assert reply_form(client, topic.id).send(body="ありがとうございます。").status_code == SENT
    asked = reply_form(client, topic.id).send(body="ありがとうございます。 ")
    assert asked.status_code == ASKED
    assert "前の投稿を書きかえる" not in asked.text
    assert bodies(topic) == ["ありがとうございます。"]
    assert drafts_of(cast.stranger) == []
    question = read_form(client, asked.text, f"/forums/topics/{topic.id}/posts")
    assert question.send(again="new").status_code == SENT
    assert bodies(topic) == ["ありがとうございます。"] * 2


def test_the_same_text_half_an_hour_later_is_meant(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    client = signed_in(cast.stranger)
    reply_form(client, topic.id).send(body="ありがとうございます。")
    posts_of(topic)[1].created_at -= sending.FRESH + timedelta(seconds=1)
    db.session.flush()
    assert reply_form(client, topic.id).send(body="ありがとうございます。").status_code == SENT
    assert bodies(topic) == ["ありがとうございます。"] * 2


@pytest.mark.parametrize("again", ["new", "change"])
def test_who_goes_on_from_a_fresh_form_is_asked_once(signed_in: SignIn, cast: Cast, topic: Topic, again: str) -> None:
    client = signed_in(cast.stranger)
    reply_form(client, topic.id).send(body=FIRST)
    question = read_form(client, reply_form(client, topic.id).send(body=ADDED).text, f"/forums/topics/{topic.id}/posts")
    assert question.send(again=again).status_code == SENT
    assert bodies(topic) == ([FIRST, ADDED] if again == "new" else [ADDED])


def test_a_text_that_was_taken_back_is_not_called_sent(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    client = signed_in(cast.stranger)
    form = reply_form(client, topic.id)
    form.send(body=FIRST)
    client.post(f"/moderation/post/{posts_of(topic)[1].id}/take-back")
    asked = form.send()
    assert asked.status_code == ASKED
    assert read_form(client, asked.text, form.action).send(again="new").status_code == SENT
    assert [post.body for post in posts_of(topic)[1:] if post.hidden_at is None] == [FIRST]


def test_an_addition_after_a_cut_connection_is_asked_about_and_kept(
    signed_in: SignIn, cast: Cast, topic: Topic
) -> None:
    form = reply_form(signed_in(cast.stranger), topic.id)
    form.send(body=FIRST)
    asked = form.send(body=ADDED)
    assert asked.status_code == ASKED
    page = BeautifulSoup(asked.text, "html.parser")
    assert FIRST in text_of(page, ".stored-text")
    assert text_of(page, "textarea[name=body]").strip() == ADDED
    assert [button.text.strip() for button in page.select("button[name=again]")] == [
        "別の返信として送る", "前の投稿を書きかえる",
    ]  # fmt: skip
    assert bodies(topic) == [FIRST]
    assert drafts_of(cast.stranger) == [ADDED]


@pytest.mark.parametrize(("again", "left"), [("change", [ADDED]), ("new", [FIRST, ADDED])])
def test_the_writer_chooses_what_becomes_of_the_addition(
    signed_in: SignIn, cast: Cast, topic: Topic, again: str, left: list[str]
) -> None:
    client = signed_in(cast.stranger)
    form = reply_form(client, topic.id)
    form.send(body=FIRST)
    asked = form.send(body=ADDED)
    question = read_form(client, asked.text, form.action)
    for _ in range(2):  # pressed twice
        assert question.send(again=again).status_code == SENT
        assert bodies(topic) == left
    assert drafts_of(cast.stranger) == []


def test_a_fresh_form_that_goes_on_with_the_last_post_is_asked_about_too(
    signed_in: SignIn, cast: Cast, topic: Topic
) -> None:
    """Back without a memory of pages: the browser puts the text into a form with a key of its own."""
    client = signed_in(cast.stranger)
    first, further = f"{FIRST}うちでは直りました。", f"{FIRST}うちでは直りました。版は 5.2 です。"
    reply_form(client, topic.id).send(body=first)
    assert reply_form(client, topic.id).send(body=further).status_code == ASKED
    assert reply_form(client, topic.id).send(body=OTHER).status_code == SENT
    assert reply_form(client, topic.id).send(body=further).status_code == SENT  # another post stands between
    assert bodies(topic) == [first, OTHER, further]


def test_who_changes_the_earlier_post_sees_what_it_says_by_now(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    client = signed_in(cast.stranger)
    form = reply_form(client, topic.id)
    form.send(body=FIRST)
    question = read_form(client, form.send(body=ADDED).text, form.action)
    actions.edit_post(posts_of(topic)[1], topic, cast.stranger, "別の端末で直した文です。")
    asked = question.send(again="change")
    assert asked.status_code == ASKED
    assert "別の端末で直した文です。" in asked.text
    assert bodies(topic) == ["別の端末で直した文です。"]


def test_an_earlier_post_that_was_removed_is_not_changed(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    form = reply_form(signed_in(cast.stranger), topic.id)
    form.send(body=FIRST)
    moderation.remove(posts_of(topic)[1], cast.moderator, RemovalReason.SPAM)
    asked = form.send(body=ADDED)
    assert asked.status_code == ASKED
    assert "前の投稿を書きかえる" not in asked.text
    assert "別の返信として送る" in asked.text


def test_of_a_third_sending_too_nothing_is_lost_or_doubled(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    """One form, three times Back: the last text continues the second one."""
    form = reply_form(signed_in(cast.stranger), topic.id)
    form.send(body=FIRST)
    form.send(body=OTHER)
    assert form.send(body=f"{OTHER}版は 5.2 です。").status_code == ASKED
    assert bodies(topic) == [FIRST, OTHER]


def test_a_different_topic_after_back_is_opened(signed_in: SignIn, cast: Cast, forum: Forum) -> None:
    form = open_form(signed_in(cast.owner), "/forums/topics/new")
    typed = {"category": forum.public.id, "kind": "question"}
    first = form.send(title="日付がずれます", body="CSVを取り込むと前の日になります。", **typed)
    second = form.send(title="承認が止まります", body="二人目の承認者に通知が届きません。", **typed)
    assert (first.status_code, second.status_code) == (SENT, SENT)
    assert first.location != second.location
    assert form.send().location == second.location
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Topic)) == 2


@pytest.mark.parametrize("changed", ["body", "title", "category", "kind"])
def test_a_changed_topic_is_asked_about(signed_in: SignIn, cast: Cast, forum: Forum, changed: str) -> None:
    client = signed_in(cast.owner)
    form = open_form(client, "/forums/topics/new")
    typed = {"category": forum.public.id, "kind": "question", "title": "日付がずれます", "body": FIRST}
    form.send(**typed)
    other = {"body": ADDED, "title": "日付が1日ずれます", "category": forum.members.id, "kind": "discussion"}
    asked = form.send(**{changed: other[changed]})
    assert asked.status_code == ASKED
    in_words = changed in {"body", "title"}
    assert ("前の投稿を書きかえる" in asked.text) == in_words  # an edit moves no topic
    question = read_form(client, asked.text, "/forums/topics/new")
    assert {name: str(question.fields[name]).strip() for name in typed} == {
        name: str(value) for name, value in {**typed, changed: other[changed]}.items()
    }
    assert question.send(again="change" if in_words else "new").status_code == SENT
    topics = db.session.scalars(sa.select(Topic).order_by(Topic.id).execution_options(populate_existing=True)).all()
    assert len(topics) == (1 if in_words else 2)
    last = topics[-1]
    body = posts_of(last)[0].body
    assert {"body": body, "title": last.title, "category": last.category_id, "kind": last.kind} == {
        **typed, changed: other[changed],
    }  # fmt: skip


def test_pictures_without_script_are_kept_once_however_often_they_are_sent(
    signed_in: SignIn, cast: Cast, topic: Topic
) -> None:
    form = reply_form(signed_in(cast.stranger), topic.id)
    answers = [form.send(body="画面です。", images=[(picture(), "画面.png")]) for _ in range(2)]
    assert answers[0].location == answers[1].location
    assert len(bodies(topic)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 1
    assert form.send(body="画面です。", images=[(picture((61, 40)), "画面.png")]).status_code == ASKED


def test_two_sendings_of_one_form_at_once_make_two_posts_where_they_differ(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    topic_id, member_id, _ = prepare(app)
    texts = (FIRST, OTHER)

    def press(number: int) -> int:
        with app.app_context(), transaction():
            return actions.post_reply(*get(topic_id, member_id), texts[number % 2], form_key="the-form").id

    assert len(set(at_once(PEOPLE, press))) == 2
    assert count(app, SignalKind.REPLY_POSTED) == 2


def test_a_key_is_taken_once_by_each_author(cast: Cast, topic: Topic) -> None:
    for author in (cast.stranger, cast.third):
        for body in (FIRST, OTHER, FIRST):
            actions.post_reply(topic, author, body, form_key="the-form")
        with pytest.raises(SentBeforeError):
            actions.post_reply(topic, author, ADDED, form_key="the-form")
    keys = [(post.author_id, post.form_key) for post in posts_of(topic)[1:]]
    assert len(set(keys)) == len(keys) == 4


QUOTE = "[青木](/forums/topics/1#post-2)\n\n> 引用\n\n"
GREETING = "お世話になっております。\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (FIRST, ADDED),
        (ADDED, FIRST),
        ("設定を見て下さい", "設定を見てください"),
        ("> 引用だけ", "> 引用だけ\n\n同感です"),
        (f"{GREETING}直りました", f"{GREETING}会社の設定がちがいました。管理者に聞きます。"),
        ("画面です ![a](/files/0a)", "画面です ![a](/files/0b)"),
    ],
)
def test_a_text_that_was_changed_is_known_by_its_ends(before: str, after: str) -> None:
    assert rules.is_changed_version(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (FIRST, OTHER),
        ("はい。", "いいえ。"),
        ("> 引用です\n\nはい、そうです。", "> 引用です\n\n版を教えてください。"),
        (f"{QUOTE}同じです", f"{QUOTE}ちがいます"),
    ],
)
def test_two_texts_are_two_though_they_quote_the_same(before: str, after: str) -> None:
    assert not rules.is_changed_version(before, after)


def test_a_stored_text_gives_up_no_draft_but_its_own(cast: Cast) -> None:
    drafts.save(cast.owner, Writing("new", "別の端末の文", form_key="phone"))
    drafts.save(cast.owner, Writing("new", "送る文の", form_key="desk"))
    drafts.finish(cast.owner, Writing("new", "送る文", form_key="desk"))
    assert drafts_of(cast.owner) == ["別の端末の文"]


def test_a_save_of_the_first_form_that_comes_after_the_choice_brings_nothing_back(
    signed_in: SignIn, cast: Cast, topic: Topic
) -> None:
    client = signed_in(cast.stranger)
    first = FIRST + "\n再起動もしてみてください。"
    reply_form(client, topic.id).send(body=first)
    form = reply_form(client, topic.id)
    asked = form.send(body=f"{first}\n版は 5.2 です。", save_number=2000)
    assert asked.status_code == ASKED
    question = read_form(client, asked.text, form.action)
    assert question.send(again="change", save_number=3000).status_code == SENT
    assert form.save(1999)["saved"] is False
    assert drafts_of(cast.stranger) == []
