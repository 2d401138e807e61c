"""After an upgrade of the dialect: posts are rendered anew by themselves, and nothing else changes."""

import pytest
import sqlalchemy as sa

from community import text
from community.forums import rerendering, tasks
from community.forums.composing import Composed, compose
from community.forums.room import FORUMS
from community.search.queries import count_documents
from models.base import db, transaction
from models.forums import Post, PostRevision, Topic
from models.ledger import Signal
from models.notifications import Mention
from models.search import SearchDocument
from tests.cast import Cast
from tests.forums.conftest import reply
from tests.guest_versions import changed_since, read_versions

OLD = text.RENDER_VERSION - 1


def make_old(post: Post, html: str = "<p>old</p>", body: str | None = None) -> Post:
    """As the version before had stored it."""
    values = {"html": html, "render_version": OLD, **({"body": body} if body is not None else {})}
    db.session.execute(sa.update(Post).where(Post.id == post.id).values(values))
    db.session.refresh(post)
    return post


def count(model: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


@pytest.fixture
def posts(cast: Cast, topic: Topic) -> list[Post]:
    """Three of the old dialect; the others of the topic are of today."""
    made = [reply(topic, cast.stranger, f"- a{number}\n  - b @third") for number in range(3)]
    return [make_old(post) for post in made]


def test_old_html_is_made_anew_and_nothing_else_changes(cast: Cast, topic: Topic, posts: list[Post]) -> None:
    before = count(Signal), count(Mention), count(PostRevision), topic.last_post_at, topic.version
    facts = [(post.body, post.edited_at, post.created_at, post.position) for post in posts]
    assert tasks.rerender_posts() == 3
    for post in posts:
        db.session.refresh(post)
        assert (post.html, post.render_version) == (text.to_html(post.body, mentions=names(cast)), text.RENDER_VERSION)
    db.session.refresh(topic)
    assert (count(Signal), count(Mention), count(PostRevision), topic.last_post_at, topic.version) == before
    assert [(post.body, post.edited_at, post.created_at, post.position) for post in posts] == facts
    assert tasks.rerender_posts() == 0


def names(cast: Cast) -> dict[str, str]:
    return {cast.third.handle: cast.third.display_name}


def test_the_search_finds_what_is_shown_now(posts: list[Post]) -> None:
    make_old(posts[0], body="あたらしいことば")
    documents = count_documents()
    tasks.rerender_posts()
    found = db.session.scalars(sa.select(SearchDocument.body).where(SearchDocument.thing_id == posts[0].id)).all()
    assert "あたらしいことば" in "".join(found)
    assert count_documents() == documents


def test_guests_pages_are_dropped_only_where_something_looks_different(posts: list[Post]) -> None:
    tasks.rerender_posts()
    for post in posts:
        db.session.refresh(post)
        make_old(post, post.html)
    with transaction():
        pass
    before = read_versions()
    assert tasks.rerender_posts() == 3
    assert changed_since(before) == set()
    make_old(posts[0])
    with transaction():
        pass
    before = read_versions()
    assert tasks.rerender_posts() == 1
    assert changed_since(before) == {f"topic:{posts[0].topic_id}"}


@pytest.mark.parametrize("refused", ["[" * 8_000, "\u200b", "> " * 40 + "a", "a" * (text.MAX_CHARACTERS + 1)])
def test_a_text_that_is_refused_today_keeps_its_html_and_is_not_tried_again(posts: list[Post], refused: str) -> None:
    make_old(posts[1], "<p>as it was</p>", refused)
    assert tasks.rerender_posts() == 3
    db.session.refresh(posts[1])
    assert (posts[1].html, posts[1].body) == ("<p>as it was</p>", refused)
    assert tasks.rerender_posts() == 0


def test_a_run_takes_chunks_and_leaves_the_rest_to_the_next(posts: list[Post], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rerendering, "POST_CHUNK", 1)
    hurried: list[str] = []
    monkeypatch.setattr(tasks, "hurry", hurried.append)
    assert rerendering.rerender_posts(1) == 1
    assert tasks.rerender_posts(1) == 1
    assert hurried == ["forums.rerender_posts"]
    assert tasks.rerender_posts() == 1
    assert [post.render_version for post in map(refreshed, posts)] == [text.RENDER_VERSION] * 3


def refreshed(post: Post) -> Post:
    db.session.refresh(post)
    return post


def test_a_run_that_dies_loses_only_its_chunk(posts: list[Post], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rerendering, "POST_CHUNK", 2)
    with monkeypatch.context() as dying:
        dying.setattr(rerendering, "index_posts", die)
        with pytest.raises(SystemExit):
            tasks.rerender_posts()
    assert [refreshed(post).render_version for post in posts] == [OLD] * 3
    assert tasks.rerender_posts() == 3
    assert [refreshed(post).render_version for post in posts] == [text.RENDER_VERSION] * 3


def die(post_ids: list[int]) -> None:
    raise SystemExit


def test_a_post_that_is_edited_meanwhile_is_left_to_the_edit(
    posts: list[Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    html_of, edited_id = rerendering._html_of, posts[0].id
    edit = {"body": "**anders**", "html": "<p><strong>anders</strong></p>", "render_version": text.RENDER_VERSION}

    def edited(post_id: int, body: str) -> str | None:
        if post_id == edited_id:
            db.session.execute(sa.update(Post).where(Post.id == edited_id).values(edit))
        return html_of(post_id, body)

    monkeypatch.setattr(rerendering, "_html_of", edited)
    tasks.rerender_posts()
    assert (refreshed(posts[0]).body, posts[0].html) == ("**anders**", "<p><strong>anders</strong></p>")


def test_a_hidden_post_is_rendered_and_stays_unfindable(posts: list[Post]) -> None:
    db.session.execute(sa.update(Post).where(Post.id == posts[0].id).values(hidden_at=posts[0].created_at))
    tasks.rerender_posts()
    assert refreshed(posts[0]).html != "<p>old</p>"
    kept = sa.select(SearchDocument.id).where(SearchDocument.kind == "post", SearchDocument.thing_id == posts[0].id)
    assert db.session.scalars(kept).all() == []


def test_it_runs_by_itself_when_a_worker_starts_and_now_and_then() -> None:
    assert "forums.rerender_posts" in FORUMS.tasks.at_start
    assert "community.forums.tasks" in FORUMS.tasks.modules


def test_a_text_that_fails_keeps_its_html_and_holds_up_no_other(
    posts: list[Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_once(body: str) -> Composed:
        if body == posts[0].body:
            raise IndexError
        return compose(body)

    monkeypatch.setattr(rerendering, "compose", fail_once)
    assert tasks.rerender_posts() == 3
    for post in posts:
        db.session.refresh(post)
    assert posts[0].html == "<p>old</p>"
    assert all(post.html != "<p>old</p>" for post in posts[1:])
    assert {post.render_version for post in posts} == {text.RENDER_VERSION}
