"""Pages cost the same number of queries whatever their length."""

import sqlalchemy as sa
from flask.testing import FlaskClient

from community.forums import answers
from community.moderation.actions import remove
from models.base import db
from models.forums import Post, ReactionKind, Topic
from models.moderation import RemovalReason
from tests.cast import Cast
from tests.forums.conftest import Forum, counting_queries, open_topic, reply
from tests.forums.pages import SignIn, page


def test_lists_cost_the_same_whatever_their_length(signed_in: SignIn, cast: Cast, forum: Forum) -> None:
    third, costs = signed_in(cast.third), []
    for _ in range(2):
        topic = open_topic(forum.public, cast.owner)
        reply(topic, cast.stranger)
        third.get("/forums")
        with counting_queries() as statements:
            third.get("/forums")
        costs.append(len(statements))
        for _more in range(2):
            answers.accept_answer(open_topic(forum.members, cast.stranger), reply(topic, cast.third), cast.owner)
    assert costs[0] == costs[1]
    assert costs[0] <= 10


def test_a_topic_costs_the_same_whatever_its_length(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    third, costs = signed_in(cast.third), []
    for people in ([], [cast.stranger, cast.third], [cast.third, cast.cs, cast.partner, cast.stranger] * 4):
        for person in people:
            post = reply(topic, person)
            if person is not cast.third:
                answers.react(post, topic, cast.third, ReactionKind.THANKS)
        costs.append(cost_of(third, f"/forums/topics/{topic.id}"))
    assert costs[0] == costs[1] == costs[2]
    assert costs[0] <= 8


def test_hidden_posts_cost_two_queries_however_many_they_are(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    third, address = signed_in(cast.third), f"/forums/topics/{topic.id}"
    posts = [reply(topic, cast.stranger) for _ in range(60)]
    shown, costs = cost_of(third, address), []
    # One hidden; runs short enough to stand by themselves; one of forty.
    for hidden in (posts[:1], posts[10:12], posts[15:55]):
        for post in hidden:
            remove(post, cast.moderator, RemovalReason.SPAM)
        costs.append(cost_of(third, address) - shown)
    assert costs == [1, 1, 2]


def cost_of(browser: FlaskClient, address: str) -> int:
    browser.get(address)
    with counting_queries() as statements:
        assert browser.get(address).status_code == 200
    return len(statements)


def test_the_last_page_of_a_long_topic_reads_only_its_posts(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    rows = [
        {"topic_id": topic.id, "position": n, "author_id": cast.stranger.id, "body": f"b{n}", "html": f"<p>b{n}</p>",
         "render_version": 1, "created_at": topic.created_at}
        for n in range(2, 10_001)
    ]  # fmt: skip
    db.session.execute(sa.insert(Post), rows)
    topic.last_position = 10_000
    db.session.flush()
    third = signed_in(cast.third)
    read = page(third, f"/forums/topics/{topic.id}?page=500")
    assert [p["data-position"] for p in read.select("#posts article")] == [str(n) for n in range(9_981, 10_001)]
    assert read.select_one(".topic-recall .prose") is not None
    assert third.get(f"/forums/topics/{topic.id}?page=501").status_code == 302
