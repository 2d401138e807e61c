"""What one person has contributed: on their profile and on the page behind it, as far as the viewer may read."""

import pytest
from flask import Flask

from community.forums import answers
from community.moderation.actions import remove
from models.accounts import Member
from models.base import db
from models.forums import Topic
from models.moderation import RemovalReason
from tests.cast import Cast
from tests.forums.conftest import Forum, counting_queries, open_topic, reply
from tests.forums.pages import SignIn
from tests.signing_in import client_of

PROFILE, MINE, ALL = "/people/owner", "/forums/mine", "/forums/people/owner"


def name(topic: Topic, title: str) -> Topic:
    topic.title = title
    db.session.flush()
    return topic


def test_a_profile_lists_topics_answers_and_what_they_solved(signed_in: SignIn, cast: Cast, forum: Forum) -> None:
    name(open_topic(forum.members, cast.owner), "わたしが聞いたこと")
    others = name(open_topic(forum.members, cast.third), "わたしが解決したこと")
    answers.accept_answer(others, reply(others, cast.owner), cast.third)
    page = signed_in(cast.stranger).get(PROFILE).text
    for words in ("質問・話題", "わたしが聞いたこと", "回答・返信", "回答で解決した質問", "わたしが解決したこと"):
        assert words in page
    # Among the answers and among the questions that were solved.
    assert page.count("わたしが解決したこと") == 2
    assert ALL not in page  # there is no more than is shown


def test_who_has_written_nothing_has_no_sections(signed_in: SignIn, cast: Cast, forum: Forum) -> None:
    assert "回答・返信" not in signed_in(cast.stranger).get(PROFILE).text
    assert "まだ何もありません" in signed_in(cast.owner).get(MINE).text


@pytest.mark.parametrize("path", [PROFILE, ALL, f"{ALL}?what=replies", f"{ALL}?what=solved"])
def test_nothing_is_shown_that_the_viewer_may_not_read(signed_in: SignIn, cast: Cast, forum: Forum, path: str) -> None:
    private = name(open_topic(forum.private, cast.owner), "社外秘の話題")
    reply(private, cast.owner)
    others = name(open_topic(forum.private, cast.colleague), "社外秘の相談")
    answers.accept_answer(others, reply(others, cast.owner), cast.colleague)
    outside = signed_in(cast.stranger).get(path).text
    assert "社外秘" not in outside
    assert "1件" not in outside  # nor is it counted
    assert "社外秘" in signed_in(cast.colleague).get(path).text


@pytest.mark.parametrize("viewer", ["owner", "stranger", "moderator", "administrator"])
def test_what_is_hidden_is_shown_to_nobody(signed_in: SignIn, cast: Cast, forum: Forum, viewer: str) -> None:
    topic = name(open_topic(forum.members, cast.owner), "取り下げた話題")
    reply(topic, cast.owner)
    others = name(open_topic(forum.members, cast.third), "人の質問")
    post = reply(others, cast.owner)
    answers.accept_answer(others, post, cast.third)
    remove(post, cast.moderator, RemovalReason.SPAM)
    topic.hidden_at = topic.created_at
    db.session.flush()
    who: Member = getattr(cast, viewer)
    for path in (PROFILE, ALL, f"{ALL}?what=replies", f"{ALL}?what=solved"):
        page = signed_in(who).get(path).text
        assert "取り下げた話題" not in page
        assert "人の質問" not in page


def test_what_is_ones_own_stands_in_the_menu_beside_the_drafts(signed_in: SignIn, cast: Cast, forum: Forum) -> None:
    name(open_topic(forum.members, cast.owner), "わたしが聞いたこと")
    owner = signed_in(cast.owner)
    menu = owner.get("/").text.partition('id="me-menu"')[2].partition("</ul>")[0]
    places = [menu.index(f">{label}</a>") for label in ("わたしのページ", "下書き", "わたしの投稿", "設定")]
    assert places == sorted(places)
    assert f'href="{MINE}"' in menu
    page = owner.get(MINE).text
    assert "わたしが聞いたこと" in page
    assert "質問・話題 1" in page


def test_long_lists_go_on_behind_a_link(signed_in: SignIn, cast: Cast, forum: Forum) -> None:
    topic = open_topic(forum.members, cast.third)
    ids = [reply(topic, cast.owner).id for _ in range(23)]
    stranger = signed_in(cast.stranger)
    profile = stranger.get(PROFILE).text
    assert f"{ALL}?what=replies" in profile
    assert "23件" in profile
    first = stranger.get(f"{ALL}?what=replies").text
    assert f'"/forums/posts/{ids[-1]}"' in first
    assert f'"/forums/posts/{ids[2]}"' not in first
    assert f"before={ids[3]}" in first
    rest = stranger.get(f"{ALL}?what=replies&before={ids[3]}").text
    assert [f'"/forums/posts/{number}"' in rest for number in ids[:4]] == [True, True, True, False]
    assert "いちばん新しいものへ" in rest


@pytest.mark.parametrize("query", ["what=x", "before=x", "before=-1", "before=" + "9" * 40, "what=replies&before=0"])
def test_an_address_that_says_nothing_sensible_is_no_error(
    signed_in: SignIn, cast: Cast, forum: Forum, query: str
) -> None:
    assert signed_in(cast.owner).get(f"{MINE}?{query}").status_code == 200


def test_a_customers_contributions_are_no_prospects_business(app: Flask, cast: Cast, forum: Forum) -> None:
    assert client_of(app, cast.prospect).get(ALL).status_code == 404
    assert client_of(app, cast.stranger).get("/forums/people/nobody").status_code == 404
    assert client_of(app, None).get(ALL).status_code == 302


def test_a_profile_costs_the_same_however_much_was_written(signed_in: SignIn, cast: Cast, forum: Forum) -> None:
    stranger, costs = signed_in(cast.stranger), []
    for _ in range(2):
        for _more in range(3):
            topic = open_topic(forum.members, cast.owner)
            others = open_topic(forum.members, cast.third)
            reply(topic, cast.owner)
            answers.accept_answer(others, reply(others, cast.owner), cast.third)
        stranger.get(PROFILE)
        with counting_queries() as statements:
            stranger.get(PROFILE)
        costs.append(len(statements))
    assert costs[0] == costs[1]
    assert costs[0] <= 10
