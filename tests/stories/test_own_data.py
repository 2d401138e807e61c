"""What writers take along, what comes back to them, and stories that are started from a topic."""

import json
from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from blueprints.stories.library.saved_forms import put_back
from community.stories.versions.content import StoryPartName
from community.stories.workflow import comments
from community.stories.writing import drafts
from models.accounts import Member
from models.base import db
from models.forums import Audience, Category
from models.stories import CommentAudience, Story, StoryPart
from tests.cast import Cast
from tests.forms.parsing import list_forms, parse
from tests.forums.conftest import open_topic
from tests.stories.telling import add_figure, join, write_story

SignedIn = Callable[[Member], FlaskClient]


def test_an_export_has_ones_stories_with_all_parts_and_figures(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    join(story, cast.colleague)
    add_figure(story)
    write_story(cast.b, cast.stranger, title="よその話")
    for member, is_author in ((cast.owner, True), (cast.colleague, False)):
        client = signed_in(member)
        assert "事例 1件" in client.get("/me/data").text
        with ZipFile(BytesIO(client.get("/me/data.zip").data)) as archive:
            (record,) = json.loads(archive.read("stories.json"))
        assert record["parts"] == {name.value: body for name, body in drafts.list_texts(story.id).items()}
        assert record["parts"]["title"] == "紙の点検表をやめた。"
        assert (record["is_author"], record["figures"][0]["result"]) == (is_author, "210")


def test_an_export_has_what_one_wrote_in_the_threads(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    join(story, cast.colleague)
    comments.add_comment(story, cast.colleague, "件数は月14件です。", CommentAudience.SHARED)
    comments.add_comment(story, cast.owner, "ありがとうございます。", CommentAudience.SHARED)
    db.session.commit()
    client = signed_in(cast.colleague)
    assert "事例のやりとり 1件" in client.get("/me/data").text
    with ZipFile(BytesIO(client.get("/me/data.zip").data)) as archive:
        (record,) = json.loads(archive.read("story_comments.json"))
    assert (record["story_id"], record["audience"], record["body"]) == (story.id, "shared", "件数は月14件です。")


def test_a_text_that_could_not_be_taken_is_kept_beside_the_part(app: Flask, story: Story, cast: Cast) -> None:
    path = f"/stories/{story.id}/write/problem"
    with app.test_request_context():
        assert put_back(cast.owner, path, {"body": "セッションが切れたときの文"}) == f"{path}/texts"
        assert put_back(cast.stranger, path, {"body": "よその人の文"}) is None
        assert put_back(cast.owner, f"{path}x", {"body": "文"}) is None
        assert put_back(cast.owner, "/stories/999999/write/problem", {"body": "文"}) is None
        assert put_back(cast.owner, path, {"body": "[" * 9_000}) is None
    kept = drafts.list_earlier_texts(story.id, StoryPartName.PROBLEM)
    assert [each.body for each in kept] == ["セッションが切れたときの文"]
    assert drafts.list_texts(story.id)[StoryPartName.PROBLEM] == "problemの答えです。"


def test_a_topic_of_ones_own_begins_a_story(cast: Cast, signed_in: SignedIn) -> None:
    category = Category(slug="members", name="会員", position=1, readers=Audience.MEMBERS, posters=Audience.MEMBERS)
    db.session.add(category)
    db.session.flush()
    topic = open_topic(category, cast.owner, "紙の申請をやめました")
    offer = f"/stories/new?origin_kind=topic&amp;origin_id={topic.id}"
    assert offer in signed_in(cast.owner).get(f"/forums/topics/{topic.id}").text
    for member in (cast.colleague, cast.stranger, cast.cs):
        assert "/stories/new?" not in signed_in(member).get(f"/forums/topics/{topic.id}").text
    client, page = signed_in(cast.owner), offer.replace("&amp;", "&")
    form = next(each for each in list_forms(parse(client.get(page).text), page) if each.action.startswith("/stories/"))
    sent = {name: field.value for name, field in form.fields.items()}
    assert client.post(form.action, data=sent).status_code == 302
    story = db.session.scalars(sa.select(Story)).one()
    assert (story.origin_kind, story.origin_id) == ("topic", topic.id)
    texts = drafts.list_texts(story.id)
    assert texts[StoryPartName.TITLE] == "紙の申請をやめました"
    assert texts[StoryPartName.PROBLEM] == "CSVを取り込むと、日付だけが前の日になります。"


def test_somebody_elses_topic_begins_an_empty_story(cast: Cast, signed_in: SignedIn) -> None:
    category = Category(slug="members", name="会員", position=1, readers=Audience.MEMBERS, posters=Audience.MEMBERS)
    db.session.add(category)
    db.session.flush()
    topic = open_topic(category, cast.stranger)
    address = f"/stories/new?origin_kind=topic&origin_id={topic.id}"
    key = "0f8fad5b-d9cb-469f-a165-70867728950e"
    assert signed_in(cast.owner).post(address, data={"draft_key": key}).status_code == 302
    story = db.session.scalars(sa.select(Story)).one()
    bodies = db.session.scalars(sa.select(StoryPart.body).where(StoryPart.story_id == story.id)).all()
    assert (story.origin_kind, set(bodies)) == (None, {""})
