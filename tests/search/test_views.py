"""The page: found and marked, narrowed, turned, empty with a way on; and what staff see of what was not found."""

from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from community.accounts import indexing as people
from community.forums import actions as forums
from community.moderation import actions as moderation
from community.search.queries import list_misses
from models.forums import Topic
from models.moderation import RemovalReason
from tests.cast import Cast
from tests.forms.hostile import STRINGS
from tests.forums.conftest import Forum, counting_queries, make_forum, open_topic, reply
from tests.forums.pages import SignIn, page, text_of


@pytest.fixture
def forum(cast: Cast) -> Forum:
    return make_forum(cast)


@pytest.fixture
def topic(cast: Cast, forum: Forum) -> Topic:
    return open_topic(forum.public, cast.owner, "<b>稟議</b>が止まります")


def titles(read: BeautifulSoup) -> list[str]:
    return [" ".join(found.text.split()) for found in read.select(".hit .row-title a")]


def test_the_bar_leads_to_what_is_found_and_marks_it(client: FlaskClient, topic: Topic) -> None:
    bar = page(client, "/").select_one(".topbar form.search")
    assert bar is not None
    read = page(client, f"{bar['action']}?q=稟議")
    assert titles(read) == ["<b>稟議</b>が止まります"]
    assert [mark.text for mark in read.select(".hit mark")] == ["稟議"]
    link = read.select_one(".hit a")
    assert link is not None
    assert client.get(str(link["href"])).status_code == 200


def test_a_reply_leads_to_its_place(client: FlaskClient, cast: Cast, topic: Topic) -> None:
    for n in range(20):
        forums.post_reply(topic, cast.stranger, f"返事{n}です")
    post = reply(topic, cast.third, "押印をやめました")
    read = page(client, "/search?q=押印をやめ")
    link = read.select_one(".hit a")
    assert link is not None
    assert client.get(str(link["href"])).location == f"/forums/topics/{topic.id}?page=2#post-{post.id}"


def test_nothing_of_a_closed_category_is_said(signed_in: SignIn, client: FlaskClient, cast: Cast, forum: Forum) -> None:
    open_topic(forum.private, cast.owner, "社外秘の題")
    assert titles(page(signed_in(cast.colleague), "/search?q=社外秘")) == ["社外秘の題"]
    for outsider in (client, signed_in(cast.stranger), signed_in(cast.prospect)):
        for address in ("/search?q=社外秘", "/search?q=社外秘&category=private", "/search?q=社外秘&order=newest"):
            read = page(outsider, address)
            assert titles(read) == []
            assert "の題" not in read.text
            assert "private" not in {str(option["value"]) for option in read.select("option")}


def test_filters_keep_one_another(signed_in: SignIn, cast: Cast, forum: Forum, topic: Topic) -> None:
    post = reply(topic, cast.stranger, "稟議の返事です")
    third = signed_in(cast.third)
    assert len(titles(page(third, "/search?q=稟議"))) == 2
    assert len(titles(page(third, "/search?q=稟議&kind=post"))) == 1
    assert titles(page(third, "/search?q=稟議&category=members")) == []
    assert len(titles(page(third, "/search?q=稟議&state=open"))) == 1
    assert titles(page(third, "/search?q=稟議&state=solved")) == []
    assert len(titles(page(third, "/search?q=稟議&author=stranger&age=week"))) == 1
    assert titles(page(third, "/search?q=稟議&author=nobody")) == []
    read = page(third, "/search?q=稟議&kind=post&author=stranger&page=1&order=newest")
    kept = {str(tag["name"]): str(tag.get("value", "")) for tag in read.select(".search-form input")}
    assert kept == {"q": "稟議", "author": "stranger", "kind": "post", "order": "newest"}
    moderation.remove(post, cast.community_manager, RemovalReason.OTHER)
    assert titles(page(third, "/search?q=稟議&kind=post")) == []


def test_who_wrote_is_asked_of_nobody_who_may_not_know(client: FlaskClient, topic: Topic) -> None:
    read = page(client, "/search?q=稟議&author=別府")
    assert read.select_one("input[name=author]") is None
    assert len(titles(read)) == 1


def test_people_are_shown_with_their_company_as_it_may_be_known(signed_in: SignIn, cast: Cast) -> None:
    people.index_members(cast.owner)
    people.index_accounts(cast.a)
    stranger, cs = (page(signed_in(member), "/search?q=青木") for member in (cast.stranger, cast.cs))
    assert titles(stranger) == titles(cs) == ["青木 陽子"]
    assert cast.a.name not in text_of(stranger, ".hit .meta")
    assert cast.a.name in text_of(cs, ".hit .meta")
    found = page(signed_in(cast.cs), "/search?q=あさひ").select_one(".hit a")
    assert found is not None
    assert found["href"] == f"/accounts/{cast.a.id}"


def test_pages_are_turned(client: FlaskClient, cast: Cast, topic: Topic) -> None:
    for n in range(25):
        forums.post_reply(topic, cast.stranger, f"経費の返事{n}")
    first, second = (titles(page(client, f"/search?q=経費&page={n}")) for n in (1, 2))
    assert (len(first), len(second)) == (20, 5)
    assert client.get("/search?q=経費&page=9").headers["Location"].endswith("page=2")


NONSENSE = ("", "?q=", "?q=%00", "?q=！？", "?q=x&page=zz&kind=zz&state=zz&age=zz&order=zz&category=zz")


def test_what_cannot_be_looked_for_has_a_page(client: FlaskClient, cast: Cast) -> None:
    for query in NONSENSE:
        assert page(client, f"/search{query}").select_one(".empty") is not None


def test_what_is_not_found_reaches_the_staff_without_a_name(
    signed_in: SignIn, client: FlaskClient, cast: Cast, topic: Topic
) -> None:
    empty = page(signed_in(cast.stranger), "/search?q=電子印鑑").select_one("[data-missed]")
    assert empty is not None
    assert list_misses() == []
    for _ in range(2):
        answer = signed_in(cast.stranger).post(str(empty["data-missed"]), data={"q": str(empty["data-words"])})
        assert answer.status_code == 204
    client.post("/search/missed", data={"q": "稟議"})
    client.post("/search/missed", data={"q": "！？"})
    client.post("/search/missed")
    assert [(miss.words, miss.times) for miss in list_misses()] == [("電子印鑑", 2)]
    said = page(signed_in(cast.cs), "/search/missed").select("tbody tr")
    assert len(said) == 1
    assert "電子印鑑" in said[0].text
    assert cast.stranger.family_name not in said[0].text


def test_hostile_words_are_only_words(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    """The page that takes words by its address is no form that tests/forms would walk."""
    third = signed_in(cast.third)
    for label, text in STRINGS.items():
        address = "/search?" + urlencode({"q": text, "author": text, "category": text}, errors="surrogatepass")
        answer = third.get(address)
        assert answer.status_code == 200, label
        assert "<script>alert" not in answer.text
        body = urlencode({"q": text}, errors="surrogatepass")
        sent = third.post("/search/missed", data=body, content_type="application/x-www-form-urlencoded")
        assert sent.status_code == 204, label
    assert third.get("/search/missed").status_code == 403


def test_the_page_costs_the_same_whatever_is_found(client: FlaskClient, cast: Cast, topic: Topic) -> None:
    costs = []
    for n in range(3):
        forums.post_reply(topic, cast.stranger, f"経費の返事{n}")
        client.get("/search?q=経費")
        with counting_queries() as statements:
            client.get("/search?q=経費")
        costs.append(len(statements))
    assert costs == [costs[0]] * 3
    assert costs[0] <= 8
