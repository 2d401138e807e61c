"""Accepting, reacting, removing from outside: who may, and who sees what afterwards."""

import sqlalchemy as sa
from flask.testing import FlaskClient

from models.audit import AuditEntry
from models.base import db
from models.forums import Topic
from tests.cast import Cast
from tests.forums.conftest import reply
from tests.forums.pages import SignIn, page, text_of


def test_the_accepted_answer_follows_the_question(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    reply(topic, cast.third, "ちがう答え")
    post = reply(topic, cast.stranger, "これが答え")
    assert signed_in(cast.third).post(f"/forums/posts/{post.id}/accept").status_code == 403
    assert signed_in(cast.owner).post(f"/forums/posts/{post.id}/accept").status_code == 302
    read = page(signed_in(cast.third), f"/forums/topics/{topic.id}")
    assert "これが答え" in text_of(read, ".answer .prose")
    assert [p.text for p in read.select("#posts .prose")] == ["ちがう答え"]
    assert read.select_one(f"#post-{post.id}.answer-here") is not None
    assert signed_in(cast.owner).post(f"/forums/posts/{post.id}/withdraw").status_code == 302
    assert page(signed_in(cast.third), f"/forums/topics/{topic.id}").select_one(".answer") is None


def test_a_tap_says_it_and_another_takes_it_back(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    post = reply(topic, cast.stranger)
    third, path = signed_in(cast.third), f"/forums/posts/{post.id}/reactions"
    assert third.post(path, data={"kind": "thanks"}).status_code == 302
    answer = third.post(path, data={"kind": "thanks"}, headers={"Accept": "application/json, text/html;q=0.5"})
    assert [(i["kind"], i["count"], i["mine"]) for i in answer.get_json()["items"]] == [
        ("thanks", 0, False), ("helpful", 0, False), ("same", 0, False),
    ]  # fmt: skip
    assert third.post(path, data={"kind": "hate"}).status_code == 400
    assert signed_in(cast.stranger).post(path, data={"kind": "thanks"}).status_code == 403


def test_what_is_removed_leaves_a_mark_and_its_reason_to_whom_it_concerns(
    signed_in: SignIn, client: FlaskClient, cast: Cast, topic: Topic
) -> None:
    post = reply(topic, cast.stranger, "買ってください")
    moderator = signed_in(cast.moderator)
    path = f"/moderation/post/{post.id}/remove"
    assert signed_in(cast.cs).get(path).status_code == 403
    assert moderator.get(path).status_code == 200
    assert moderator.post(path, data={"note": "理由なし"}).status_code == 422
    assert moderator.post(path, data={"reason": "spam", "note": "ほかの会社の宣伝です"}).status_code == 302
    for viewer in (client, signed_in(cast.third)):
        read = text_of(page(viewer, f"/forums/topics/{topic.id}"), f"#post-{post.id}")
        assert "運営が取り下げました" in read
        assert "買ってください" not in read
        assert "別府" not in read
        assert "宣伝" not in read
    for viewer in (moderator, signed_in(cast.stranger)):
        read = text_of(page(viewer, f"/forums/topics/{topic.id}"), f"#post-{post.id}")
        assert "買ってください" in read
        assert "宣伝・迷惑な投稿" in read
        assert "ほかの会社の宣伝です" in read
    assert signed_in(cast.stranger).post(f"/moderation/post/{post.id}/restore").status_code == 403
    assert moderator.post(f"/moderation/post/{post.id}/restore", data={"note": "誤り"}).status_code == 302
    assert "買ってください" in client.get(f"/forums/topics/{topic.id}").text
    audited = db.session.execute(sa.select(AuditEntry.action, AuditEntry.actor_id).order_by(AuditEntry.id)).all()
    assert [tuple(a) for a in audited] == [
        ("moderation.remove", cast.moderator.id), ("moderation.restore", cast.moderator.id),
    ]  # fmt: skip


def test_an_author_takes_back_a_reply_and_puts_it_back(
    signed_in: SignIn, client: FlaskClient, cast: Cast, topic: Topic
) -> None:
    post = reply(topic, cast.stranger, "まちがえました")
    author = signed_in(cast.stranger)
    assert signed_in(cast.third).post(f"/moderation/post/{post.id}/take-back").status_code == 403
    assert author.post(f"/moderation/post/{post.id}/take-back").status_code == 302
    assert "本人が取り下げました" in client.get(f"/forums/topics/{topic.id}").text
    assert author.post(f"/moderation/post/{post.id}/restore").status_code == 302
    assert "まちがえました" in client.get(f"/forums/topics/{topic.id}").text


def test_a_removed_topic_is_gone_for_others(signed_in: SignIn, client: FlaskClient, cast: Cast, topic: Topic) -> None:
    moderator = signed_in(cast.moderator)
    assert moderator.post(f"/moderation/topic/{topic.id}/remove", data={"reason": "off_topic"}).status_code == 302
    assert signed_in(cast.third).get(f"/forums/topics/{topic.id}").status_code == 404
    assert "話題からはずれている" in signed_in(cast.owner).get(f"/forums/topics/{topic.id}").text
    assert topic.title not in signed_in(cast.owner).get("/forums").text
    assert signed_in(cast.owner).post(f"/forums/topics/{topic.id}/posts", data={"body": "x"}).status_code == 403
    assert moderator.post(f"/moderation/topic/{topic.id}/restore").status_code == 302
    assert client.get(f"/forums/topics/{topic.id}").status_code == 200
