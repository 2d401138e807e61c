"""What is hidden counts neither in paging nor in unread, whatever the pattern of what is hidden."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import product

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from hypothesis import example, given
from hypothesis import strategies as st

from community.forums import listing, paging, queries, reading
from community.forums.listing import TopicFilter
from community.forums.paging import MOST_HIDDEN, POSTS_A_PAGE
from community.moderation import actions as moderation
from models.accounts import Member
from models.base import db, now
from models.forums import Post, Topic
from models.moderation import RemovalReason
from tests.cast import Cast
from tests.forums.conftest import Forum, first_page, open_topic, reply
from tests.forums.pages import SignIn, page, posts_of


def fill(topic: Topic, author: Member, shown: Iterable[bool]) -> list[Post]:
    """Make the topic of its opening and these replies, shown or hidden; return all of them."""
    db.session.execute(sa.delete(Post).where(Post.topic_id == topic.id, Post.position > 1))
    rows = [
        {"topic_id": topic.id, "position": n, "author_id": author.id, "body": f"b{n}", "html": f"<p>b{n}</p>",
         "render_version": 1, "created_at": topic.created_at, "hidden_at": None if is_shown else now()}
        for n, is_shown in enumerate(shown, 2)
    ]  # fmt: skip
    if rows:
        db.session.execute(sa.insert(Post), rows)
    topic.last_position = len(rows) + 1
    db.session.flush()
    return posts_of(topic)


def numbers_of(read: BeautifulSoup) -> list[int]:
    """The positions of the shown posts of a page."""
    return [int(str(article["data-position"])) for article in read.select("article[data-position]:not(.post-hidden)")]


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> int:
    """Three posts a page, so that every pattern can be tried."""
    monkeypatch.setattr(paging, "POSTS_A_PAGE", 3)
    return 3


def check_pages(topic: Topic, posts: list[Post], size: int) -> None:
    """Every shown post is on exactly one page, each page but the last is full, and each post's address is right."""
    shown = [post.position for post in posts if post.hidden_at is None]
    windows = [paging.get_window(topic, len(shown), n + 1) for n in range(paging.count_pages(len(shown)))]
    on_pages = [[position for position in shown if w.first <= position <= w.last] for w in windows]
    assert [position for positions in on_pages for position in positions] == shown
    assert {len(positions) for positions in on_pages[:-1]} <= {size}
    assert 1 <= len(on_pages[-1]) <= size
    hidden = [post.position for post in posts if post.hidden_at is not None]
    in_runs = [position for w in windows for run in w.runs for position in range(run.first, run.last + 1)]
    assert in_runs == hidden
    for post in posts:
        window = windows[paging.page_number(post) - 1]
        assert window.first <= post.position <= window.last
        if post.hidden_at is not None:
            run = paging.get_hidden_run(post)
            assert post.position in range(run.first, run.last + 1)
            assert all(p in hidden for p in range(run.first, run.last + 1))
            assert not {run.first - 1, run.last + 1} & set(hidden)
    for after in range(len(posts) + 1):
        new = queries.first_unread(topic, after)
        assert new is not None
        assert new.position == next((p for p in shown if p > after), shown[-1])


def test_every_pattern_of_hidden_posts_is_paged_by_what_is_shown(cast: Cast, topic: Topic, small_pages: int) -> None:
    for length in range(8):
        for shown in product((True, False), repeat=length):
            check_pages(topic, fill(topic, cast.stranger, shown), small_pages)


@given(st.lists(st.sampled_from([True, True, True, False]), max_size=90))
@example([True] * 19 + [False, False])
@example([False] * 45)
@example([True] * 39)
@example([False] * 10 + [True] * 40 + [False] * 10)
def test_pages_hold_twenty_shown_posts(cast: Cast, topic: Topic, shown: list[bool]) -> None:
    check_pages(topic, fill(topic, cast.stranger, shown), POSTS_A_PAGE)


# --- the page


def test_twenty_two_posts_of_which_the_last_two_are_hidden_are_one_page(
    signed_in: SignIn, client: FlaskClient, cast: Cast, topic: Topic
) -> None:
    posts = fill(topic, cast.stranger, [True] * 19 + [False] * 2)
    address = f"/forums/topics/{topic.id}"
    for browser in (client, signed_in(cast.third), signed_in(cast.moderator), signed_in(cast.stranger)):
        read = page(browser, address)
        assert numbers_of(read) == list(range(1, 21))
        assert read.select(".pagination") == []
        # A link from before: its page is gone, and what follows # survives a redirection.
        assert browser.get(f"{address}?page=2").location == address
    assert [p.text for p in page(client, address).select(".post-gone .post-state span")] == [
        "ここにあった投稿は、いまは表示していません。"
    ] * 2
    third = signed_in(cast.third)
    third.post(f"{address}/read", data={"position": 20})
    assert third.get(f"{address}/unread").location == f"{address}#post-{posts[19].id}"
    assert page(third, address).select("#unread") == []


def test_everybody_has_the_same_pages(signed_in: SignIn, client: FlaskClient, cast: Cast, topic: Topic) -> None:
    posts = fill(topic, cast.stranger, [n % 3 > 0 for n in range(60)])
    shown = [post.position for post in posts if post.hidden_at is None]
    address = f"/forums/topics/{topic.id}?page=2"
    for browser in (client, signed_in(cast.third), signed_in(cast.moderator), signed_in(cast.stranger)):
        assert numbers_of(page(browser, address)) == shown[20:40]
    assert len(page(signed_in(cast.moderator), address).select(".post-hidden")) == 10
    assert len(page(client, address).select(".post-gone")) == 10


def test_a_long_run_of_placeholders_is_one_line(
    signed_in: SignIn, client: FlaskClient, cast: Cast, topic: Topic
) -> None:
    fill(topic, cast.stranger, [True] * 3 + [False] * 12 + [True] * 2 + [False] * 3)
    read = page(client, f"/forums/topics/{topic.id}")
    assert [p.text for p in read.select(".post-gone .post-state span")] == [
        "ここにあった投稿12件は、いまは表示していません。",
        *["ここにあった投稿は、いまは表示していません。"] * 3,
    ]
    assert read.select(".post-gone a") == []
    assert len(page(signed_in(cast.stranger), f"/forums/topics/{topic.id}").select(".post-hidden")) == 15


def test_of_a_long_run_the_author_sees_their_own(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    posts = fill(topic, cast.stranger, [True, *[False] * 9, True])
    posts[5].author_id = cast.third.id
    db.session.flush()
    read = page(signed_in(cast.third), f"/forums/topics/{topic.id}")
    assert [tag.get("data-position") or tag.text.strip() for tag in read.select("#posts > .post")] == [
        "2",
        "ここにあった投稿3件は、いまは表示していません。",
        "6",
        "ここにあった投稿5件は、いまは表示していません。",
        "12",
    ]


def test_a_cleared_flood_comes_to_the_moderator_in_parts(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    posts = fill(topic, cast.stranger, [True, *[False] * 300, True])
    moderator = signed_in(cast.moderator)
    read = page(moderator, f"/forums/topics/{topic.id}")
    assert len(read.select(".post-hidden")) == MOST_HIDDEN
    rest = read.select_one(".post-gone a")
    assert rest is not None
    following = page(moderator, str(rest["href"]))
    assert [a["data-position"] for a in following.select(".post-hidden")] == [str(n) for n in range(43, 83)]
    place = moderator.get(f"/forums/posts/{posts[200].id}").location
    assert place == f"/forums/topics/{topic.id}?hidden_since=201#post-{posts[200].id}"
    assert page(moderator, place).select_one(f"#post-{posts[200].id}.post-hidden") is not None
    for bad in ("x", "-5", "99999"):
        assert moderator.get(f"/forums/topics/{topic.id}?hidden_since={bad}").status_code == 200


def test_the_accepted_answer_that_is_hidden_in_a_long_run_is_in_its_line(cast: Cast, topic: Topic) -> None:
    posts = fill(topic, cast.stranger, [False] * 9)
    topic.accepted_post_id = posts[4].id
    db.session.flush()
    read = first_page(topic, cast.third)
    assert read.accepted is None
    assert [(e.first, e.last) for e in read.entries if not isinstance(e, Post)] == [(2, 10)]
    assert read.posts == []


# --- addresses


def test_a_posts_lasting_address_leads_to_its_page(client: FlaskClient, cast: Cast, topic: Topic) -> None:
    posts = fill(topic, cast.stranger, [True] * 40)
    address = f"/forums/topics/{topic.id}"
    assert client.get(f"/forums/posts/{posts[20].id}").location == f"{address}?page=2#post-{posts[20].id}"
    for post in posts[1:6]:
        post.hidden_at = now()
    db.session.flush()
    assert client.get(f"/forums/posts/{posts[20].id}").location == f"{address}#post-{posts[20].id}"
    assert client.get(f"/forums/posts/{posts[5].id}").location == f"{address}#hidden-2"
    posts[3].hidden_at = None
    db.session.flush()
    assert client.get(f"/forums/posts/{posts[5].id}").location == f"{address}#post-{posts[5].id}"
    assert f'id="post-{posts[5].id}"' in client.get(address).text
    assert client.get("/forums/posts/999999").status_code in {302, 401}


def test_a_post_of_a_hidden_topic_has_no_address(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    post = reply(topic, cast.stranger)
    moderation.remove(topic, cast.moderator, RemovalReason.SPAM)
    assert signed_in(cast.third).get(f"/forums/posts/{post.id}").status_code == 404
    assert signed_in(cast.moderator).get(f"/forums/posts/{post.id}").status_code == 302


def test_a_page_beyond_the_last_is_the_last(client: FlaskClient, cast: Cast, topic: Topic) -> None:
    fill(topic, cast.stranger, [True] * 50)
    address = f"/forums/topics/{topic.id}"
    assert client.get(f"{address}?page=9").location == f"{address}?page=3"
    for before in (0, -1):
        assert client.get(f"{address}?page={before}").location == address


# --- unread


def is_unread(member: Member, topic: Topic) -> bool:
    """As the list says; its filter of what is new must say the same."""
    viewer = queries.get_viewer(member)
    (row,) = (row for row in listing.list_topics(viewer).rows if row.id == topic.id)
    new = {row.id for row in listing.list_topics(viewer, TopicFilter.NEW).rows}
    assert row.is_unread == (topic.id in new)
    return row.is_unread


def test_a_topic_whose_only_new_reply_was_removed_is_not_new(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    reply(topic, cast.stranger)
    reading.mark_read(topic, cast.third, 2)
    assert not is_unread(cast.third, topic)
    post = reply(topic, cast.stranger)
    assert is_unread(cast.third, topic)
    moderation.remove(post, cast.moderator, RemovalReason.SPAM)
    assert not is_unread(cast.third, topic)
    assert page(signed_in(cast.third), "/forums").select_one(".unread") is None
    moderation.restore(post, cast.moderator)
    assert is_unread(cast.third, topic)


def test_an_old_topic_that_was_never_opened_is_not_new_for_a_removed_reply(cast: Cast, forum: Forum) -> None:
    topic = open_topic(forum.public, cast.owner)
    topic.created_at = topic.last_post_at = posts_of(topic)[0].created_at = now() - timedelta(days=30)
    db.session.flush()
    assert not is_unread(cast.third, topic)
    post = reply(topic, cast.stranger)
    assert is_unread(cast.third, topic)
    moderation.remove(post, cast.moderator, RemovalReason.SPAM)
    assert not is_unread(cast.third, topic)


def test_the_rule_stands_before_the_first_new_post_that_is_shown(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    fill(topic, cast.stranger, [True] * 18 + [False] * 2 + [True] * 3)
    third, address = signed_in(cast.third), f"/forums/topics/{topic.id}"
    reading.mark_read(topic, cast.third, 18)
    assert third.get(f"{address}/unread").location == f"{address}#unread"
    assert page(third, address).select("#unread ~ article")[0]["data-position"] == "19"
    assert page(third, f"{address}?page=2").select("#unread") == []
    reading.mark_read(topic, cast.third, 19)
    assert page(third, address).select("#unread ~ article")[0]["data-position"] == "22"
    reading.mark_read(topic, cast.third, 22)
    assert page(third, address).select("#unread") == []
    assert third.get(f"{address}/unread").location == f"{address}?page=2#unread"
    assert page(third, f"{address}?page=2").select("#unread ~ article")[0]["data-position"] == "23"


def test_a_placeholder_is_nothing_that_was_read(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    posts = fill(topic, cast.stranger, [True, False])
    read = page(signed_in(cast.third), f"/forums/topics/{topic.id}")
    assert [tag.get("data-position") for tag in read.select("#posts > .post")] == ["2", None]
    reading.mark_read(topic, cast.third, 2)
    posts[2].hidden_at = None
    db.session.flush()
    assert is_unread(cast.third, topic)


def test_an_open_page_is_told_of_shown_posts_only(client: FlaskClient, cast: Cast, topic: Topic) -> None:
    fill(topic, cast.stranger, [True, False, True, False])
    address = f"/forums/topics/{topic.id}"
    assert client.get(f"{address}/updates?after=2").get_json()["new"] == 1
    fragment = BeautifulSoup(client.get(f"{address}/posts?after=2").text, "html.parser")
    assert [a["data-position"] for a in fragment.find_all("article")] == ["4"]
