"""What a hash covers is shown to those who consent to it: whoever submits, and the approver."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from community.stories import queries
from community.stories.versions import content, versions
from community.stories.versions.content import Content, Figure, Tag, Try
from models.accounts import Member
from models.base import db, transaction
from models.stories import ConsentUse, Story, StoryApproval, StoryState, StoryTag, StoryTagging, TagKind
from tests.cast import Cast
from tests.stories.asking import ADDRESS, ask, open_page, path_of
from tests.stories.telling import add_approver, add_figure, publish, write_story

pytestmark = pytest.mark.one_database

SHOWN_AS = {
    "title": "点検表をやめた日。",
    "lead": "はじめの文です。",
    "answers": "problemの答えです。",
    "quote": "紙は、探すものでした。",
    "tries": "同じ数字を数える",
    "figures": "点検表の紙",
    "tags": "紙の申請",
    "company": "株式会社あさひ製作所",
    "trade": "木工業",
    "employees": "1,234",
    "prefecture": "群馬県",
    "people": "青木 陽子",
}
FIGURE_SHOWN_AS = {
    "label": "点検表の紙",
    "baseline": "1,840",
    "result": "210",
    "unit": "枚/月",
    "counting": "記録を数えた",
    "period": "前後6か月の平均",
    "method": "伝票を数えた",
    "as_of": "2026年10月3日",
    "evidence_key": "根拠 B",
    "confirmed_by": "総務の榎本さん",
}
TRY_SHOWN_AS = {"text": "同じ数字を数える", "effort": "15分"}


def test_no_field_is_forgotten_here() -> None:
    for kind, shown in ((Content, SHOWN_AS), (Figure, FIGURE_SHOWN_AS), (Try, TRY_SHOWN_AS)):
        assert {each.name for each in fields(kind)} == shown.keys()


@pytest.fixture
def full(cast: Cast) -> Story:
    """A draft that says something in every field."""
    cast.a.industry, cast.a.employees, cast.a.prefecture = SHOWN_AS["trade"], 1234, 10
    story = write_story(cast.a, cast.owner, SHOWN_AS["title"], lead=SHOWN_AS["lead"], tries="同じ数字を数える｜15分")
    add_figure(story, confirmed_by="総務の榎本さん", as_of=date(2026, 10, 3))
    add_tag(story)
    return story


def add_tag(story: Story) -> StoryTag:
    tag = StoryTag(kind=TagKind.PROBLEM, slug="paper", name="紙の申請", name_en="Paper forms")
    db.session.add(tag)
    db.session.flush()
    db.session.add(StoryTagging(story_id=story.id, tag_id=tag.id))
    db.session.flush()
    return tag


def read(page: str) -> str:
    """The words of the page's story."""
    article = BeautifulSoup(page, "html.parser").find("main")
    assert article is not None
    return article.get_text(" ")


def test_who_submits_reads_all_of_it(cast: Cast, full: Story, signed_in: Callable[[Member], FlaskClient]) -> None:
    said = read(signed_in(cast.owner).get(f"/stories/{full.id}/submit").text)
    for name, words in {**SHOWN_AS, **FIGURE_SHOWN_AS, **TRY_SHOWN_AS}.items():
        assert words in said or words.replace(",", "") in said, name


def test_the_approver_reads_all_of_it(app: Flask, cast: Cast, full: Story) -> None:
    version = versions.freeze(full, cast.owner)
    version.story = full
    full.state = StoryState.REVIEW
    approval: StoryApproval = ask(full, cast, add_approver(full, cast.cs, email=ADDRESS))
    client = open_page(app, path_of(approval))
    said = read(client.get(path_of(approval)).text)
    for name, words in {**SHOWN_AS, **FIGURE_SHOWN_AS, **TRY_SHOWN_AS}.items():
        assert words in said or words.replace(",", "") in said, name


def test_a_renamed_tag_is_another_text_and_readers_see_what_was_consented_to(
    client: FlaskClient, cast: Cast, full: Story
) -> None:
    with transaction():
        tag = db.session.query(StoryTag).filter_by(slug="paper").one()
        version = publish(full, cast.owner, {ConsentUse.PUBLIC_WEB: None})
    with transaction():
        tag.name = "法令違反の隠ぺい"
    page = client.get(f"/stories/{full.id}").text
    assert ("紙の申請" in page, "法令違反" in page) == (True, False)
    assert "Paper forms" in client.get(f"/stories/{full.id}", headers={"Accept-Language": "en"}).text
    assert len(queries.list_permits((ConsentUse.PUBLIC_WEB,))[full.id].problems) == 1
    with transaction():
        newer = versions.freeze(queries.load_with_people(full.id), cast.owner)
    assert newer.content_hash != version.content_hash


def test_a_version_of_the_first_format_is_read_without_names(cast: Cast, full: Story) -> None:
    said = versions.read_content(queries.load_with_people(full.id))
    old = content.to_json(replace(said, tags=())).replace('"problems":[]', '"problems":["paper"]')
    assert content.from_json(old) == replace(said, tags=(Tag(TagKind.PROBLEM, "paper"),))
    assert content.from_json(content.to_json(said)) == said


def test_another_order_of_the_tags_is_the_same_text(cast: Cast, full: Story) -> None:
    said = versions.read_content(queries.load_with_people(full.id))
    other = Tag(TagKind.PROBLEM, "a", "あ")
    one, two = (replace(said, tags=tags) for tags in ((*said.tags, other), (other, *said.tags)))
    assert content.to_json(one) == content.to_json(two)
