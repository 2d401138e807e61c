"""Links with stray signs around them lead to the page that is meant, and to no other place."""

from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from models.base import db
from models.forums import Topic
from tests.cast import Cast
from tests.forums.conftest import Forum, forum, open_topic
from tests.signing_in import client_of

pytestmark = pytest.mark.one_database

__all__ = ["forum"]


def get(client: FlaskClient, path: str, query: str = "") -> TestResponse:
    """As it arrives: the client itself would tidy it."""
    return client.get("/", environ_overrides={"PATH_INFO": path.encode().decode("latin-1"), "QUERY_STRING": query})


STRAY = {
    "/forums/topics/59/": "/forums/topics/59",
    "/forums/topics/59.": "/forums/topics/59",
    "/forums/topics/59,": "/forums/topics/59",
    "/forums/topics/59;": "/forums/topics/59",
    "/forums/topics/59!": "/forums/topics/59",
    "/forums/topics/59)": "/forums/topics/59",
    "/forums/topics/59>": "/forums/topics/59",
    '/forums/topics/59"': "/forums/topics/59",
    "/forums/topics/59'": "/forums/topics/59",
    "/forums/topics/59）": "/forums/topics/59",
    "/forums/topics/59）。": "/forums/topics/59",
    "/forums/topics/59。": "/forums/topics/59",
    "/forums/topics/59、": "/forums/topics/59",
    "/forums/topics/59」": "/forums/topics/59",
    "/forums/topics/59…": "/forums/topics/59",
    "/forums/topics/59 ": "/forums/topics/59",
    "/forums/topics/59　": "/forums/topics/59",
    "/forums/topics/59\u200b": "/forums/topics/59",
    "/forums/topics/59\n": "/forums/topics/59",
    "/forums/topics/59のとおりです": "/forums/topics/59",
    "/forums/topics/59）のとおりです。": "/forums/topics/59",
    "/forums/topics/５９": "/forums/topics/59",
    "／forums／topics／59": "/forums/topics/59",
    "/ｆｏｒｕｍｓ/topics/59": "/forums/topics/59",
    "//forums//topics/59": "/forums/topics/59",
    "/Forums/Topics/59": "/forums/topics/59",
    "/forums/topics/59#post-389": "/forums/topics/59#post-389",
    "/forums/topics/59＃post-389": "/forums/topics/59#post-389",
    "/forums/topics/59?page=2": "/forums/topics/59?page=2",
    "/forums/topics/59？page=2": "/forums/topics/59?page=2",
    "/forums/c/App-Design/": "/forums/c/app-design",
    "/people/Tadokoro": "/people/tadokoro",
    "/people/TADOKORO/": "/people/tadokoro",
    "/people/ｔａｄｏｋｏｒｏ": "/people/tadokoro",
    "/people/Tadokoro/Rights": "/people/tadokoro/rights",
    "/staff/audit。": "/staff/audit/",
    "/forums/": "/forums",
    "/。": "/",
    "/join/links/AbC_-9.": "/join/links/AbC_-9",
    "/invitations/AbC-）": "/invitations/AbC-",
    "/password/reset/Ab.Cd.Ef_/": "/password/reset/Ab.Cd.Ef_",
}


@pytest.mark.parametrize("path", STRAY)
def test_a_link_with_a_stray_sign_leads_to_its_page(client: FlaskClient, path: str) -> None:
    answer = get(client, path)
    assert (answer.status_code, answer.location) == (302, STRAY[path])


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("page=2", "page=2"),
        ("page=2&x=%E3%81%82", "page=2&x=%E3%81%82"),
        ("next=//evil.example/", "next=//evil.example/"),
        ("page=2%EF%BC%89", "page=2"),
        ("x=1&page=2.", "x=1&page=2"),
    ],
)
def test_the_question_is_kept(client: FlaskClient, query: str, kept: str) -> None:
    assert get(client, "/forums/topics/59/", query).location == f"/forums/topics/59?{kept}"


@pytest.mark.parametrize("query", ["page=2.", "page=2%E3%80%82", "page=2%EF%BC%89%E3%81%AE", "page=2)"])
def test_a_sign_behind_the_number_of_a_page_is_no_part_of_it(client: FlaskClient, query: str) -> None:
    assert get(client, "/forums/topics/59", query).location == "/forums/topics/59?page=2"


@pytest.mark.parametrize("query", ["q=%E8%AB%8B%E6%B1%82%E3%80%82", "q=2.", "q=a.b)", "q=", "author=Tadokoro."])
def test_what_is_looked_for_is_left_alone(client: FlaskClient, query: str) -> None:
    assert get(client, "/search", query).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/", "//evil.example/forums/topics/59", "/\\evil.example", "/forums/topics/59\\",
        "/https://evil.example/", "/forums/topics/59\r\nX-Injected: 1", "/forums/topics/a\x00.", "/no-such-page/",
        "/no-such-page。", "/files/../../etc/passwd.", "/people/田所", "/forums/c/日本語",
        "/forums/c/[x](javascript:a)", "/forums/topics/-1.", "/static/js/main.js.", "/forums/topics/59/nothing",
    ],
)  # fmt: skip
def test_what_leads_to_no_page_of_ours_leads_nowhere(app: Flask, cast: Cast, path: str) -> None:
    answer = get(client_of(app, cast.owner), path)
    assert answer.status_code == 404
    assert "X-Injected" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/forums", "/staff/audit/", "/people/tadokoro", "/forums/topics/59", "/search"])
def test_a_link_as_we_write_it_is_not_redirected_by_this(app: Flask, cast: Cast, path: str) -> None:
    assert get(client_of(app, cast.administrator), path).status_code in {200, 404}


@pytest.mark.parametrize("path", ["/forums/c/2026", "/people/tadokoro", "/forums/topics/59"])
def test_below_a_prefix_links_stay_below_it_and_lead_nowhere_twice(client: FlaskClient, path: str) -> None:
    below = {"SCRIPT_NAME": "/tsudoi", "PATH_INFO": f"{path}/"}
    assert client.get("/", environ_overrides=below).location == f"/tsudoi{path}"
    there = client.get("/", environ_overrides={**below, "PATH_INFO": path})
    assert there.location.startswith("/tsudoi/sign-in?")


def test_only_looking_is_redirected(client: FlaskClient, cast: Cast) -> None:
    assert client.head("/forums/").status_code == 302
    assert client.post("/forums/topics/59/", data={"body": "x"}).status_code == 404
    assert client.post("/sign-in.", data={"email": "x"}).status_code == 404


def test_the_same_is_answered_whether_or_not_it_exists(client: FlaskClient, cast: Cast, forum: Forum) -> None:
    """Also of what is hidden: nothing is looked up."""
    topic: Topic = open_topic(forum.private, cast.owner)
    db.session.flush()
    assert get(client, f"/forums/topics/{topic.id}/").status_code == get(client, "/forums/topics/999999/").status_code
    assert get(client, f"/people/{cast.owner.handle.upper()}").status_code == 302
    assert get(client, "/people/NOBODY").status_code == 302


PIECES = (
    "/",
    "//",
    "forums",
    "topics",
    "59",
    "people",
    "Tadokoro",
    "c",
    "join",
    "links",
    "aB.",
    "evil.example",
    ":",
    "\\",
)
SIGNS = (
    *PIECES,
    ".",
    "。",
    "）",
    "?",
    "#",
    "&",
    "=",
    "%",
    "@",
    " ",
    "\n",
    "\r",
    "\u200b",
    "あ",
    "５",
    "／",
    "ｅ",
    "\u202e",
    "é",
)


@pytest.mark.parametrize("database", ["sqlite"])
@given(
    path=st.lists(st.sampled_from(SIGNS), max_size=12).map("".join), query=st.sampled_from(("", "page=2)", "next=//x"))
)
@example(path="///evil.example", query="")
@example(path="/／evil.example/", query="")
@example(path="/forums/topics/59?next=//evil", query="")
def test_no_link_leads_off_the_site_or_in_circles(app: Flask, path: str, query: str) -> None:
    client = app.test_client()
    answer = get(client, f"/{path}", query)
    if answer.status_code != 302 or answer.location.startswith("/sign-in"):
        return
    where = answer.location
    assert where.startswith("/")
    assert not where.startswith("//")
    assert where.isascii()
    assert not {"\\", "\r", "\n", " "} & set(where)
    again = client.get(where)
    assert again.status_code != 302 or again.location.startswith(("/sign-in", "/me", "/welcome")), where
    assert quote(where, safe="/?#=&%.-_:,;!'()*@+$~") == where
