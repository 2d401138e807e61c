"""All that a version says, for those who work on the story: as readers are shown it, and to nobody else."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from community.stories.workflow import workflow
from models.accounts import Member
from models.base import db
from models.stories import ConsentUse, Story, StoryPart, StoryPartName
from tests.cast import Cast
from tests.stories.conftest import approve, submit
from tests.stories.telling import add_figure
from tests.stories.test_workflow import version_of

pytestmark = pytest.mark.one_database
SignIn = Callable[[Member], FlaskClient]
STAFF_PAGES = ("desk", "ask-changes", "approvers", "publish")


def write(story: Story, name: StoryPartName, body: str) -> None:
    db.session.query(StoryPart).filter_by(story_id=story.id, name=name).one().body = body
    db.session.flush()


def read(client: FlaskClient, story: Story, page: str) -> BeautifulSoup:
    answer = client.get(f"/stories/{story.id}/{page}")
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def test_staff_read_all_of_it_before_they_judge(draft: Story, cast: Cast, signed_in: SignIn) -> None:
    write(draft, StoryPartName.RESULT, "カナリアの本文\n\n![棚](/files/aaaaaaaaaaaaaaaaaaaaaa)")
    add_figure(draft, confirmed_by="総務課 榎本さん")
    submit(draft, cast.owner)
    db.session.commit()
    client = signed_in(cast.cs)
    page = read(client, draft, "preview")
    said = page.get_text(" ", strip=True)
    for words in (
        "紙の点検表をやめた。",
        "カナリアの本文",
        "紙は、探すものでした。",
        cast.a.name,
        "総務課 榎本さん",
        "15分",
    ):
        assert words in said
    assert "公開されていません" in said
    assert page.select_one(".story-head .cover-large h1") is not None
    for name in STAFF_PAGES:
        assert read(client, draft, name).select_one(f"a[href='/stories/{draft.id}/preview']") is not None


def test_it_is_the_newest_version_and_not_what_is_being_written(draft: Story, cast: Cast, signed_in: SignIn) -> None:
    db.session.commit()
    client = signed_in(cast.owner)
    assert "まだ提出していない" in read(client, draft, "preview").get_text()
    submit(draft, cast.owner)
    approve(draft, version_of(draft), cast.cs, ConsentUse.MEMBERS)
    workflow.publish(draft, cast.cs)
    workflow.begin_update(draft, cast.owner)
    write(draft, StoryPartName.RESULT, "まだ見せていない文です。")
    db.session.commit()
    for reader in (cast.owner, cast.cs):
        assert "まだ見せていない文です。" not in read(signed_in(reader), draft, "preview").get_text()


def test_pictures_come_by_the_address_that_they_have_for_those_who_work_on_it(
    draft: Story, cast: Cast, signed_in: SignIn
) -> None:
    key = "a" * 22
    version = submit(draft, cast.owner)
    version.html = {"result": f'<p><img src="/stories/{draft.id}/pictures/{key}" alt="棚"></p>'}
    db.session.commit()
    assert read(signed_in(cast.cs), draft, "preview").select_one(f"img[src='/files/{key}']") is not None


def test_an_erased_version_says_nothing(submitted: Story, cast: Cast, signed_in: SignIn) -> None:
    version = version_of(submitted)
    version.content, version.html = "", {}
    db.session.commit()
    assert "消去されています" in read(signed_in(cast.cs), submitted, "preview").get_text()


@pytest.mark.parametrize("by", ["owner", "cs"])
def test_the_desk_leads_to_the_consents(submitted: Story, cast: Cast, signed_in: SignIn, by: str) -> None:
    db.session.commit()
    page = read(signed_in(cast.people()[by]), submitted, "desk")
    assert page.select_one(f"a[href='/stories/{submitted.id}/consents']") is not None


def test_the_page_of_submission_shows_it_as_readers_get_it(draft: Story, cast: Cast, signed_in: SignIn) -> None:
    add_figure(draft)
    db.session.commit()
    page = read(signed_in(cast.owner), draft, "submit")
    assert page.select_one(".story-head .cover-large h3") is not None
    assert ["1,840 枚/月" in claim.get_text(" ", strip=True) for claim in page.select(".claim")] == [True]
    assert page.select_one("blockquote.story-quote") is not None
    assert [part.get_text(strip=True) for part in page.select(".story-text h4")][:1] == ["会社と仕事のこと"]
