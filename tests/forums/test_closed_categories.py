"""Nothing of a category reaches those whom it does not let in, by any address."""

from flask.testing import FlaskClient

from models.forums import Topic
from tests.cast import Cast
from tests.forums.conftest import Forum, open_topic, reply
from tests.forums.pages import SignIn


def test_nothing_of_a_closed_category_reaches_a_stranger(
    signed_in: SignIn, client: FlaskClient, cast: Cast, forum: Forum
) -> None:
    topic = open_topic(forum.private, cast.owner, "社外秘の題")
    post = reply(topic, cast.colleague, "社外秘の文")
    stranger, moderator = signed_in(cast.stranger), signed_in(cast.moderator)
    for path in ("", "/unread", "/updates", "/posts"):
        for outsider in (stranger, moderator):
            assert outsider.get(f"/forums/topics/{topic.id}{path}").status_code == 404
        assert client.get(f"/forums/topics/{topic.id}{path}").status_code in {302, 401}
    for path in ("posts", "read", "watch"):
        assert stranger.post(f"/forums/topics/{topic.id}/{path}", data={"body": "x", "position": 1}).status_code == 404
    for path in ("accept", "withdraw", "reactions", "edit"):
        assert stranger.post(f"/forums/posts/{post.id}/{path}", data={"kind": "thanks"}).status_code == 404
    for path in ("take-back", "restore"):
        assert stranger.post(f"/moderation/post/{post.id}/{path}").status_code == 404
    for path in ("", "/edit", "/history"):
        assert stranger.get(f"/forums/posts/{post.id}{path}").status_code == 404
    assert moderator.get(f"/moderation/post/{post.id}/remove").status_code == 404
    for outsider in (stranger, moderator, client):
        for address in ("/forums", f"/forums?quote={post.id}", "/"):
            assert "社外秘" not in outsider.get(address).text
        assert outsider.get("/forums/c/private").status_code != 200
    assert "社外秘の題" in signed_in(cast.colleague).get("/forums").text


def test_a_quotation_of_a_closed_category_is_empty(signed_in: SignIn, cast: Cast, forum: Forum, topic: Topic) -> None:
    post = reply(open_topic(forum.private, cast.owner), cast.owner, "社外秘の文")
    assert "社外秘" not in signed_in(cast.stranger).get(f"/forums/topics/{topic.id}?quote={post.id}").text


def test_nobody_writes_where_they_may_not(signed_in: SignIn, cast: Cast, forum: Forum) -> None:
    prospect = signed_in(cast.prospect)
    typed = {"category": forum.public.id, "kind": "question", "title": "題", "body": "本文"}
    assert prospect.post("/forums/topics/new", data=typed).status_code == 422
    assert prospect.post("/forums/topics/new", data={**typed, "category": forum.signed_in.id}).status_code == 302
    topic = open_topic(forum.public, cast.owner)
    assert prospect.post(f"/forums/topics/{topic.id}/posts", data={"body": "x"}).status_code == 403
    typed = {**typed, "kind": "announcement"}
    assert signed_in(cast.owner).post("/forums/topics/new", data=typed).status_code == 422
    assert signed_in(cast.cs).post("/forums/topics/new", data=typed).status_code == 302
