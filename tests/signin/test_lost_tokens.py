"""A form without its token: nothing is done, nothing is lost, and nothing that was there is overwritten."""

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from community.forums import drafts
from community.forums.drafts import Writing
from models.forums import Topic
from tests.cast import Cast
from tests.forums.conftest import make_forum, open_topic
from tests.forums.pages import posts_of
from tests.forums.writing import drafts_of
from tests.signing_in import sign_in

OLD, NEW = "前から書いていた、長い下書きです。", "古い画面から送った文です。"


@pytest.fixture
def topic(cast: Cast) -> Topic:
    return open_topic(make_forum(cast).public, cast.stranger)


@pytest.mark.parametrize("place", ["reply", "new", "edit"])
@pytest.mark.parametrize("key", ["", "its own"])
def test_it_never_overwrites_a_draft(csrf_client: FlaskClient, cast: Cast, topic: Topic, place: str, key: str) -> None:
    client, post = sign_in(csrf_client, cast.stranger), posts_of(topic)[0]
    where, path = {
        "reply": (f"topic:{topic.id}", f"/forums/topics/{topic.id}/posts"),
        "new": ("new", "/forums/topics/new"),
        "edit": (f"post:{post.id}", f"/forums/posts/{post.id}/edit"),
    }[place]
    form_key = "0" * 36 if key else ""
    drafts.save(cast.stranger, Writing(where, OLD, form_key=form_key or None))
    answer = client.post(path, data={"body": NEW, "form_key": form_key, "save_number": 9_999_999_999_999})
    assert answer.status_code == 302
    assert drafts_of(cast.stranger) == [OLD, NEW]
    assert len(posts_of(topic)) == 1
    shown = BeautifulSoup(client.get(answer.location).text, "html.parser").select_one("textarea[name=body]")
    assert shown is not None
    assert shown.text.strip() == NEW


def test_what_it_begins_with_grows_into_it(csrf_client: FlaskClient, cast: Cast, topic: Topic) -> None:
    """The session ended while somebody wrote: the last save of that form is the beginning of what was sent."""
    client = sign_in(csrf_client, cast.owner)
    drafts.save(cast.owner, Writing(f"topic:{topic.id}", OLD, form_key="0" * 36))
    client.post(f"/forums/topics/{topic.id}/posts", data={"body": OLD + NEW, "form_key": "0" * 36})
    assert drafts_of(cast.owner) == [OLD + NEW]


def test_sent_again_it_is_kept_once(csrf_client: FlaskClient, cast: Cast, topic: Topic) -> None:
    client = sign_in(csrf_client, cast.owner)
    for _ in range(3):
        client.post(f"/forums/topics/{topic.id}/posts", data={"body": NEW})
    assert drafts_of(cast.owner) == [NEW]


def test_a_flood_of_them_fills_no_table_and_is_still_shown(csrf_client: FlaskClient, cast: Cast, topic: Topic) -> None:
    client = sign_in(csrf_client, cast.owner)
    for n in range(drafts.MOST_APART):
        drafts.save(cast.owner, Writing(f"topic:{topic.id}", f"下書き{n}"))
    answer = client.post(f"/forums/topics/{topic.id}/posts", data={"body": NEW})
    assert answer.status_code == 400
    assert NEW in answer.text
    assert len(drafts_of(cast.owner)) == drafts.MOST_APART


@pytest.mark.one_database
@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_from_another_site_nothing_is_kept(
    csrf_client: FlaskClient, cast: Cast, topic: Topic, headers: dict[str, str]
) -> None:
    client = sign_in(csrf_client, cast.owner)
    for path in (f"/forums/topics/{topic.id}/posts", "/forums/topics/new", "/forums/drafts/new"):
        answer = client.post(path, data={"body": NEW}, headers=headers)
        assert answer.status_code == 403
        assert "ほかのサイトから送られたため" in answer.text
        assert NEW not in answer.text
    assert drafts_of(cast.owner) == []


@pytest.mark.one_database
def test_from_another_site_a_guest_is_not_even_asked_to_sign_in(client: FlaskClient, topic: Topic) -> None:
    path = f"/forums/topics/{topic.id}/posts"
    answer = client.post(path, data={"body": NEW}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "resume" not in answer.text


def test_a_text_shown_to_somebody_else_becomes_nobodys_draft(
    csrf_client: FlaskClient, cast: Cast, topic: Topic
) -> None:
    """A shared computer: one person's old tab is sent while another one is signed in."""
    client = sign_in(csrf_client, cast.third)
    fields = {"body": "前の人の文です。", "shown_to": str(cast.stranger.id)}
    answer = client.post(f"/forums/topics/{topic.id}/posts", data=fields)
    assert answer.status_code == 400
    assert "前の人の文です。" in answer.text
    assert drafts_of(cast.third) == []
