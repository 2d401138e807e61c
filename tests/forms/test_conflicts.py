"""Two tabs, or two people, edit one thing: the second is told and chooses. Nothing is overwritten silently."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from blueprints.conflicts import digest
from community.forums import actions, drafts, queries
from community.forums.drafts import Writing
from models.accounts import Member
from models.base import db, now, today, transaction
from models.forums import Category, PostRevision, Topic
from models.stories import StoryFilter, StoryTag, TagKind
from tests.cast import Cast, make_cast
from tests.forms.filling import Tab
from tests.forums.conftest import Forum, make_forum, open_topic, reply
from tests.signing_in import client_of
from tests.stories.telling import add_figure, write_story

# --- every form that edits a row that is there

# Page, action (None: the page's own), a field, what it says in the first tab and in the second, and who sits there.
Scene = tuple[str, str | None, str, str, str, str, str]
SCENES: dict[str, Scene] = {
    "company": ("/companies/{a}/edit", None, "name", "朝日製作所", "旭製作所", "cs", "administrator"),
    "category": ("/forums/categories/{category}/edit", None, "name", "甲", "乙", "community_manager", "administrator"),
    "own company": ("/company", None, "industry", "建設業", "運輸業", "company_admin", "company_admin"),
    "profile": ("/me/profile", None, "headline", "課長", "部長", "owner", "owner"),
    "settings": ("/me/settings", None, "time_zone", "Asia/Seoul", "Europe/Berlin", "owner", "owner"),
    "mails": ("/me/mails", None, "reply", "at_once", "none", "owner", "owner"),
    "post": ("/forums/posts/{post}/edit", None, "body", "一つめの直し", "二つめの直し", "stranger", "stranger"),
    "opening": ("/forums/posts/{opening}/edit", None, "title", "新しい題", "別の題", "owner", "owner"),
    "role": (
        "/people/cs/rights", "/people/cs/role", "role", "moderator", "community_manager",
        "administrator", "administrator",
    ),
    "story tag": ("/stories/tags/{tag}/edit", None, "name", "甲", "乙", "cs", "community_manager"),
    "story filter": ("/stories/library/filters/{filter}", None, "name", "甲", "乙", "cs", "cs"),
    "contract": ("/companies/{a}/end", None, "last_day", "2027-03-31", "2027-09-30", "cs", "administrator"),
    "story part": ("/stories/{story}/write/problem", None, "body", "一つめ", "二つめ", "owner", "owner"),
    "story figure": ("/stories/{story}/figures/{figure}/edit", None, "result", "200", "190", "owner", "owner"),
}  # fmt: skip
# What the form asks for beside it.
REASONS = {"role": {"role_reason": "4月から加わったため"}, "contract": {"end_reason": "解約のお申し出"}}
# What does not say what the form was filled from.
FORGED = ("", "x", "name.abc body.abc", "\0." * 9)


@pytest.fixture
def forum(cast: Cast) -> Forum:
    return make_forum(cast)


@pytest.fixture
def topic(cast: Cast, forum: Forum) -> Topic:
    return open_topic(forum.public, cast.owner)


@pytest.fixture
def places(cast: Cast, forum: Forum, topic: Topic) -> dict[str, int]:
    opening = queries.get_opening(topic.id, seen_by=queries.get_viewer(cast.owner))
    assert opening is not None
    post = reply(topic, cast.stranger)
    of_forums = {"category": forum.members.id, "post": post.id, "opening": opening.id}
    return {"a": cast.a.id, **of_forums, **add_of_stories(cast)}


def add_of_stories(cast: Cast) -> dict[str, int]:
    """A draft with a figure, a tag, and a filter of customer success's."""
    story = write_story(cast.a, cast.owner)
    tag = StoryTag(kind=TagKind.PROBLEM, slug="paper", name="紙")
    saved = StoryFilter(owner_id=cast.cs.id, name="秋の会", query="")
    db.session.add_all([tag, saved])
    db.session.flush()
    return {"story": story.id, "figure": add_figure(story).id, "tag": tag.id, "filter": saved.id}


def open_tabs(app: Flask, cast: Cast, places: dict[str, int], name: str) -> tuple[Tab, Tab]:
    page, action, _field, _first, _second, *people = SCENES[name]
    page = page.format(**places)
    first, second = (Tab(client_of(app, cast.people()[who]), page, (action or page).format(**places)) for who in people)
    return first, second


def is_saved(answer: TestResponse) -> bool:
    return answer.status_code == 302


@pytest.mark.parametrize("name", SCENES)
def test_the_second_of_two_tabs_is_told_and_chooses(app: Flask, cast: Cast, places: dict[str, int], name: str) -> None:
    field, first_says, second_says = SCENES[name][2:5]
    first, second = open_tabs(app, cast, places, name)
    more = REASONS.get(name, {})
    assert is_saved(first.send(**{field: first_says}, **more))
    answer = second.send(**{field: second_says}, **more)
    assert answer.status_code == 409
    told = BeautifulSoup(answer.text, "html.parser").select_one(".conflict")
    assert told is not None
    assert "編集しているあいだに、内容が変わりました" in told.text
    assert second.fields[field] == second_says, "what was typed is kept"
    assert {**second.fields, **more} == second.fields
    again = Tab(first.client, first.page, first.action)
    assert again.fields[field] == first_says, "nothing was overwritten"
    assert is_saved(second.send())
    assert Tab(first.client, first.page, first.action).fields[field] == second_says, "knowingly"


@pytest.mark.parametrize("name", sorted(SCENES.keys() - {"role", "contract"}))
def test_a_tab_in_which_nothing_was_typed_changes_nothing(
    app: Flask, cast: Cast, places: dict[str, int], name: str
) -> None:
    field, first_says, _second = SCENES[name][2:5]
    first, second = open_tabs(app, cast, places, name)
    assert is_saved(first.send(**{field: first_says}))
    assert is_saved(second.send())
    assert Tab(first.client, first.page, first.action).fields[field] == first_says


@pytest.mark.one_database
@pytest.mark.parametrize("name", SCENES)
def test_a_form_that_does_not_say_what_it_was_filled_from_is_asked(
    app: Flask, cast: Cast, places: dict[str, int], name: str
) -> None:
    field, first_says, second_says = SCENES[name][2:5]
    first, second = open_tabs(app, cast, places, name)
    more = REASONS.get(name, {})
    first.send(**{field: first_says}, **more)
    # None of them changes anything, so each finds what the first tab has stored.
    sent = {seen: second.send(**{field: second_says}, **more, seen=seen).status_code for seen in FORGED}
    assert sent == dict.fromkeys(FORGED, 409)


def test_the_same_typed_twice_is_no_question(app: Flask, cast: Cast, places: dict[str, int]) -> None:
    for name in ("company", "post", "profile"):
        field, said = SCENES[name][2:4]
        first, second = open_tabs(app, cast, places, name)
        assert is_saved(first.send(**{field: said}))
        assert is_saved(second.send(**{field: said}))


def test_what_another_changed_does_not_come_back_with_what_one_left_alone(app: Flask, cast: Cast) -> None:
    page = f"/companies/{cast.a.id}/edit"
    first, second = (Tab(client_of(app, person), page, page) for person in (cast.cs, cast.administrator))
    first.send(name="朝日製作所", employees="400")
    answer = second.send(prefecture="27")
    assert answer.status_code == 409
    told = BeautifulSoup(answer.text, "html.parser").select_one(".conflict")
    assert told is not None
    assert "須藤 涼子さんが変えました" in told.text
    assert [[cell.text for cell in row.select("th, td")] for row in told.select("tbody tr")] == [
        ["会社の名前", "朝日製作所", "変えていないので、いまの値を入れました"],
        ["従業員数", "400", "変えていないので、いまの値を入れました"],
    ]
    assert (second.fields["name"], second.fields["employees"], second.fields["prefecture"]) == (
        "朝日製作所",
        "400",
        "27",
    )
    assert is_saved(second.send())
    db.session.refresh(cast.a)
    assert (cast.a.name, cast.a.employees, cast.a.prefecture) == ("朝日製作所", 400, 27)


@pytest.mark.one_database
def test_values_are_told_as_the_form_names_them(app: Flask, cast: Cast, forum: Forum) -> None:
    page = f"/forums/categories/{forum.members.id}/edit"
    first, second = (Tab(client_of(app, cast.community_manager), page, page) for _ in range(2))
    assert is_saved(first.send(readers="staff", segments="high", description="古い\n説明"))
    answer = second.send(readers="public", segments="mid", description="新しい\n説明")
    told = BeautifulSoup(answer.text, "html.parser").select_one(".conflict")
    assert told is not None
    rows = {row.select("th")[0].text: [cell.text for cell in row.select("td")] for row in told.select("tbody tr")}
    assert rows == {
        "読める人": ["運営だけ", "だれでも（サインインなしで）"],
        "セグメント": ["ハイタッチ", "ミッドタッチ"],
    }
    assert [tag.text for tag in told.select(".diff del")] == ["古"]
    assert [tag.text for tag in told.select(".diff ins")] == ["新し"]


@pytest.mark.one_database
@pytest.mark.parametrize("name", SCENES)
def test_the_way_out_opens_the_form_as_it_is_stored(app: Flask, cast: Cast, places: dict[str, int], name: str) -> None:
    field, first_says, second_says = SCENES[name][2:5]
    first, second = open_tabs(app, cast, places, name)
    more = REASONS.get(name, {})
    first.send(**{field: first_says}, **more)
    answer = second.send(**{field: second_says}, **more)
    link = BeautifulSoup(answer.text, "html.parser").select_one(".conflict a")
    assert link is not None
    assert link["href"] == first.page
    assert Tab(first.client, str(link["href"]), first.action).fields[field] == first_says


def test_pressing_again_asks_again_where_a_third_one_was_faster(app: Flask, cast: Cast, places: dict[str, int]) -> None:
    first, second = open_tabs(app, cast, places, "company")
    first.send(name="一つめ")
    assert second.send(name="二つめ").status_code == 409
    first.read(first.client.get(first.page))
    assert is_saved(first.send(name="三つめ"))
    assert second.send().status_code == 409
    assert is_saved(second.send())


# --- suspensions and contracts


def test_a_suspension_that_was_made_longer_is_not_lifted_unseen(app: Flask, cast: Cast) -> None:
    page, lift = "/people/suspended/rights", "/people/suspended/lift"
    tab = Tab(client_of(app, cast.administrator), page, lift)
    cast.suspended.suspended_until = now() + timedelta(days=900)
    db.session.flush()
    assert tab.send(lift_reason="本人を確かめました").status_code == 409
    assert tab.fields["lift_reason"] == "本人を確かめました"
    assert is_saved(tab.send())
    db.session.refresh(cast.suspended)
    assert cast.suspended.suspended_until is None


def test_a_second_suspension_is_asked_for(app: Flask, cast: Cast) -> None:
    page, suspend = "/people/owner/rights", "/people/owner/suspend"
    first, second = (Tab(client_of(app, cast.administrator), page, suspend) for _ in range(2))
    longer, shorter = (today() + timedelta(days=90)).isoformat(), (today() + timedelta(days=3)).isoformat()
    assert is_saved(first.send(through=longer, suspension_reason="乗っ取りのおそれ"))
    assert second.send(through=shorter, suspension_reason="様子を見るため").status_code == 409
    assert second.fields["through"] == shorter
    assert is_saved(second.send())


def test_a_contracts_end_that_was_changed_is_not_taken_back_unseen(app: Flask, cast: Cast) -> None:
    cast.a.contract_ended_on = today() + timedelta(days=30)
    db.session.flush()
    page, resume = f"/companies/{cast.a.id}/end", f"/companies/{cast.a.id}/resume"
    tab = Tab(client_of(app, cast.cs), page, resume)
    cast.a.contract_ended_on = today() + timedelta(days=60)
    db.session.flush()
    assert tab.send(resume_reason="更新されました").status_code == 409
    assert is_saved(tab.send())


# --- posts


@pytest.mark.one_database
def test_an_edited_post_is_told_with_its_difference(app: Flask, cast: Cast, places: dict[str, int]) -> None:
    first, second = open_tabs(app, cast, places, "post")
    first.send(body="時間帯の設定を確かめてください。")
    answer = second.send(body="時間帯の設定を直してください。")
    told = BeautifulSoup(answer.text, "html.parser").select_one(".conflict")
    assert told is not None
    assert ([d.text for d in told.select("del")], [i.text for i in told.select("ins")]) == (["確かめ"], ["直し"])
    assert is_saved(second.send())
    kept = db.session.scalars(sa.select(PostRevision.body).order_by(PostRevision.id)).all()
    assert kept == ["時間帯の設定を見てください。", "時間帯の設定を確かめてください。"]


@pytest.mark.one_database
def test_line_ends_and_spaces_at_the_ends_are_no_change(app: Flask, cast: Cast, topic: Topic) -> None:
    post = reply(topic, cast.stranger, "一行目\n\n二行目")
    page = f"/forums/posts/{post.id}/edit"
    first, second = (Tab(client_of(app, cast.stranger), page, page) for _ in range(2))
    first.send(body="別の文")
    assert is_saved(second.send(body="一行目\r\n\r\n二行目  \r\n"))
    db.session.refresh(post)
    assert post.body == "別の文"


def test_a_draft_from_before_an_edit_is_asked_about(app: Flask, cast: Cast, topic: Topic) -> None:
    post = reply(topic, cast.stranger, "はじめの文")
    drafts.save(cast.stranger, Writing(f"post:{post.id}", "書きかけの文"))
    actions.edit_post(post, topic, cast.stranger, "直した文")
    db.session.flush()
    page = f"/forums/posts/{post.id}/edit"
    tab = Tab(client_of(app, cast.stranger), page, page)
    assert tab.fields["body"] == "書きかけの文"
    assert tab.send().status_code == 409
    assert is_saved(tab.send())


def test_a_draft_of_what_the_post_says_is_saved_without_a_question(app: Flask, cast: Cast, topic: Topic) -> None:
    post = reply(topic, cast.stranger, "はじめの文")
    drafts.save(cast.stranger, Writing(f"post:{post.id}", "書きかけの文"))
    page = f"/forums/posts/{post.id}/edit"
    assert is_saved(Tab(client_of(app, cast.stranger), page, page).send())


# --- at once


def prepare(app: Flask) -> dict[str, tuple[str, int, str]]:
    """For each form its page, who sits before it, and its field."""
    with app.app_context(), transaction():
        cast = make_cast(db.session)
        forum = make_forum(cast)
        topic = open_topic(forum.public, cast.owner)
        post = reply(topic, cast.stranger)
        return {
            "post": (f"/forums/posts/{post.id}/edit", cast.stranger.id, "body"),
            "company": (f"/companies/{cast.a.id}/edit", cast.cs.id, "name"),
            "category": (f"/forums/categories/{forum.public.id}/edit", cast.community_manager.id, "name"),
            "profile": ("/me/profile", cast.owner.id, "headline"),
            "mails": ("/me/mails", cast.owner.id, "reply"),
        }


def browser(app: Flask, member_id: int) -> FlaskClient:
    with app.app_context():
        return client_of(app, db.session.get_one(Member, member_id))


@pytest.mark.parametrize("name", ["post", "company", "category", "profile", "mails"])
def test_of_two_at_once_one_is_saved_and_the_other_asked(make_app: Callable[..., Flask], name: str) -> None:
    app = make_app()
    page, member_id, field = prepare(app)[name]
    says = ["none", "at_once"] if name == "mails" else ["一人め", "二人め"]
    tabs = [Tab(browser(app, member_id), page, page) for _ in says]
    start = threading.Barrier(len(says))

    def press(number: int) -> int:
        start.wait()
        return tabs[number].send(**{field: says[number]}).status_code

    with ThreadPoolExecutor(len(says)) as pool:
        codes = list(pool.map(press, range(len(says))))
    assert sorted(codes) == [302, 409]
    assert Tab(browser(app, member_id), page, page).fields[field] == says[codes.index(302)]


def test_of_moves_of_a_category_at_once_none_is_lost(make_app: Callable[..., Flask]) -> None:
    app, moves = make_app(), 4
    with app.app_context(), transaction():
        cast = make_cast(db.session)
        first = make_forum(cast).public.id
        manager_id = cast.community_manager.id
    browsers = [browser(app, manager_id) for _ in range(moves)]
    start = threading.Barrier(moves)

    def press(number: int) -> int:
        start.wait()
        return browsers[number].post(f"/forums/categories/{first}/down").status_code

    with app.app_context():
        before = list(db.session.scalars(in_order()))
    with ThreadPoolExecutor(moves) as pool:
        assert set(pool.map(press, range(moves))) == {302}
    with app.app_context():
        place = before.index(first)
        before.insert(place + moves, before.pop(place))
        assert list(db.session.scalars(in_order())) == before


def in_order() -> sa.Select[int]:
    return sa.select(Category.id).where(Category.parent_id.is_(None)).order_by(Category.position)


# --- the digest


def test_a_digest_is_of_what_is_meant() -> None:
    same = [
        {"body": "a\r\nb  \r\n", "segments": ["mid", "high"], "day": date(2027, 4, 1), "licences": None},
        {"licences": "", "day": "2027-04-01", "segments": ["high", "mid"], "body": "a\nb"},
        {"body": "a\rb", "segments": {"mid", "high"}, "day": date(2027, 4, 1), "licences": " "},
    ]
    assert len({digest(state) for state in same}) == 1
    assert len({digest({"body": body}) for body in ("a", "b", "a b", "a\nb", "  a\n    b", "a\n  b", "\ud800")}) == 7
    assert len(digest({"body": "x" * 20_000, "title": "y" * 120})) <= 64, "a draft keeps it"
