"""Asking, answering and editing from outside: what people send, and what never happens."""

import io

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from community.forums import queries
from community.text import MAX_CHARACTERS
from models.base import db
from models.files import StoredFile
from models.forums import Topic
from tests.cast import Cast
from tests.forms.filling import send_form
from tests.forums.conftest import Forum, open_topic, reply
from tests.forums.pages import SignIn, page, picture, posts_of, status

pytestmark = pytest.mark.one_database

HOSTILE = [
    "<script>alert(1)</script>",
    "'; DROP TABLE post; --",
    "{{ 7 * 7 }} {% raw %}",
    "\u202eひっくり返る",
    "\x00\x08",
    "👩‍👩‍👧‍👦" * 50,
    "Z̡̖̜͖̰̣͉̜a͖̰͖l̪͎g̜o",
    "[" * 8_000,
    "%s %(name)s %d",
    "../../etc/passwd",
    "ﷺ" * 100,
    "[x](javascript:alert(1))",
]


def test_a_question_is_asked_and_read(signed_in: SignIn, client: FlaskClient, cast: Cast, forum: Forum) -> None:
    owner = signed_in(cast.owner)
    form = page(owner, "/forums/topics/new?category=public")
    assert [o["value"] for o in form.select("#category option[selected]")] == [str(forum.public.id)]
    typed = {"category": str(forum.public.id), "kind": "question", "title": "題です", "body": "本文\n**太字**"}
    answer = owner.post("/forums/topics/new", data=typed)
    assert answer.status_code == 302
    read = page(client, answer.location)
    assert read.h1 is not None
    assert read.h1.text == "題です"
    assert "<strong>太字</strong>" in str(read.select_one(".prose"))
    assert cast.a.name not in read.text


def test_the_same_form_sent_twice_leads_to_one_topic(signed_in: SignIn, cast: Cast, forum: Forum) -> None:
    owner = signed_in(cast.owner)
    key = page(owner, "/forums/topics/new").select_one("[name=form_key]")
    assert key is not None
    typed = {"category": forum.public.id, "kind": "question", "title": "題", "body": "本文", "form_key": key["value"]}
    first, second = owner.post("/forums/topics/new", data=typed), owner.post("/forums/topics/new", data=typed)
    assert first.location == second.location
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Topic)) == 1


def test_a_reply_leads_to_itself_and_is_read_by_its_author(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    answer = signed_in(cast.stranger).post(f"/forums/topics/{topic.id}/posts", data={"body": "答えです"})
    post = posts_of(topic)[1]
    assert answer.location == f"/forums/topics/{topic.id}#post-{post.id}"
    assert queries.read_to(cast.stranger.id, topic.id) == 2


@pytest.mark.parametrize(("field", "sentence"), [("title", "題を書いてください"), ("body", "本文を書いてください")])
def test_what_is_refused_keeps_what_was_typed(
    signed_in: SignIn, cast: Cast, forum: Forum, field: str, sentence: str
) -> None:
    typed = {"category": str(forum.public.id), "kind": "discussion", "title": "わたしの題", "body": "わたしの本文"}
    answer = signed_in(cast.owner).post("/forums/topics/new", data={**typed, field: "  "})
    assert answer.status_code == 422
    assert sentence in answer.text
    other = {"title": "わたしの本文", "body": "わたしの題"}[field]
    assert other in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Topic)) == 0


def test_a_megabyte_is_refused_with_a_sentence_and_kept(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    typed = "あ" * 340_000
    answer = signed_in(cast.stranger).post(f"/forums/topics/{topic.id}/posts", data={"body": typed})
    assert answer.status_code == 422
    assert f"本文は{MAX_CHARACTERS:,}文字までです" in answer.text
    assert typed in answer.text
    assert len(posts_of(topic)) == 1


@pytest.mark.parametrize("typed", HOSTILE)
def test_hostile_text_is_shown_or_refused_but_never_run(
    signed_in: SignIn, cast: Cast, forum: Forum, topic: Topic, typed: str
) -> None:
    stranger = signed_in(cast.stranger)
    fields = {"category": forum.public.id, "kind": "question", "title": typed[:100], "body": typed}
    for path in ("/forums/topics/new", f"/forums/topics/{topic.id}/posts", "/forums/preview"):
        answer = stranger.post(path, data=fields)
        assert answer.status_code in {200, 302, 422}
        text = stranger.get(answer.location).text if answer.status_code == 302 else answer.text
        shown = BeautifulSoup(text, "html.parser")
        for element in shown.select(".prose *, h1 *, .meta *"):
            assert element.name != "script"
            assert not [name for name in element.attrs if name.startswith("on")]
        assert "alert" not in " ".join(str(a.get("href", "")) for a in shown.select("a"))
        assert "49" not in (shown.h1.text if shown.h1 else "")
    assert stranger.get("/forums", query_string={"only": typed, "before": typed}).status_code == 200
    category = stranger.get(f"/forums/c/{typed[:50]}", follow_redirects=True)  # without its stray signs
    assert category.status_code in {404, 400}


def test_a_picture_without_script_hangs_on_the_post(
    signed_in: SignIn, client: FlaskClient, cast: Cast, topic: Topic
) -> None:
    fields = {"body": "画面です", "images": [(picture(), "画面.png")]}
    answer = signed_in(cast.stranger).post(
        f"/forums/topics/{topic.id}/posts", data=fields, content_type="multipart/form-data"
    )
    assert answer.status_code == 302
    image = db.session.scalar(sa.select(StoredFile))
    post = posts_of(topic)[1]
    assert image is not None
    assert (image.subject_kind, image.subject_id) == ("post", post.id)
    assert f'src="/files/{image.key}"' in post.html
    assert 'width="60"' in post.html
    assert status(client, f"/files/{image.key}") == 200


def test_a_picture_is_seen_by_readers_of_its_post_only(
    signed_in: SignIn, client: FlaskClient, cast: Cast, forum: Forum
) -> None:
    topic = open_topic(forum.private, cast.owner)
    fields = {"body": "社内の画面", "images": [(picture(), "a.png")]}
    signed_in(cast.colleague).post(f"/forums/topics/{topic.id}/posts", data=fields, content_type="multipart/form-data")
    key = db.session.scalars(sa.select(StoredFile.key)).one()
    seen = {n for n, m in cast.people().items() if n != "suspended" and status(signed_in(m), f"/files/{key}") == 200}
    assert seen == {"owner", "colleague", "company_admin", "community_manager", "cs", "administrator"}
    assert status(client, f"/files/{key}") == 404


def test_a_false_picture_is_refused_and_the_text_is_kept(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    fields = {"body": "大事な文", "images": [(io.BytesIO(b"GIF89a no"), "x.gif")]}
    answer = signed_in(cast.stranger).post(
        f"/forums/topics/{topic.id}/posts", data=fields, content_type="multipart/form-data"
    )
    assert answer.status_code == 422
    assert "大事な文" in answer.text
    assert len(posts_of(topic)) == 1


def test_an_edit_is_shown_with_its_difference(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    post = reply(topic, cast.stranger, "時間帯を見てください")
    stranger = signed_in(cast.stranger)
    assert "時間帯を見てください" in stranger.get(f"/forums/posts/{post.id}/edit").text
    assert send_form(stranger, f"/forums/posts/{post.id}/edit", {"body": "設定を見てください"}).status_code == 302
    history = page(signed_in(cast.third), f"/forums/posts/{post.id}/history")
    assert [d.text for d in history.select(".diff del")] == ["時間帯"]
    assert [i.text for i in history.select(".diff ins")] == ["設定"]
    for other in (cast.owner, cast.moderator, cast.administrator):
        assert signed_in(other).get(f"/forums/posts/{post.id}/edit").status_code == 403
        assert signed_in(other).post(f"/forums/posts/{post.id}/edit", data={"body": "x"}).status_code == 403


def test_a_quotation_begins_the_reply(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    post = reply(topic, cast.stranger, "一行目\n二行目")
    field = page(signed_in(cast.third), f"/forums/topics/{topic.id}?quote={post.id}").select_one("textarea")
    assert field is not None
    assert "> 一行目\n> 二行目" in field.text
    assert f"(/forums/posts/{post.id})" in field.text
