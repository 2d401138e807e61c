"""What tests of the pages on which stories are read have in common."""

from collections.abc import Callable
from datetime import timedelta

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from community.stories.consent import consent_ledger
from community.stories.publishing import publication
from models.accounts import Member
from models.base import db, today, transaction
from models.stories import ConsentUse, Story, StoryConsent, StoryVersion
from tests.cast import Cast
from tests.stories.telling import FOREVER, add_figure, publish, write_story

SignIn = Callable[[Member], FlaskClient]
USES = tuple(ConsentUse)
TITLE = "紙の点検表をやめた。"
FOR_MEMBERS = {use: None for use in USES if use != ConsentUse.PUBLIC_WEB}


def tell(cast: Cast, *uses: ConsentUse, days: int | None = None, title: str = TITLE, **bodies: str) -> Story:
    """Publish a story of A's owner with a figure, for these uses (none: all), through so many days from today."""
    until = today() + timedelta(days=days) if days is not None else None
    with transaction():
        story = write_story(cast.a, cast.owner, title, **bodies)
        add_figure(story, confirmed_by="総務課 榎本")
        publish(story, cast.cs, dict.fromkeys(uses, until) if uses else dict.fromkeys(FOREVER, until))
        publication.follow_change(story)
    return story


def withdraw(story: Story, use: ConsentUse, by: Member) -> None:
    """Withdraw everybody's grants of the use."""
    with transaction():
        for entry in db.session.query(StoryConsent).filter_by(story_id=story.id, use=use).all():
            consent_ledger.withdraw(entry, by=by)
        publication.follow_change(story)


def version_of(story: Story) -> StoryVersion:
    found = db.session.get(StoryVersion, story.published_version_id)
    assert found is not None
    return found


def page(client: FlaskClient, path: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(path)
    assert answer.status_code == status
    return BeautifulSoup(answer.text, "html.parser")


def words_of(read: Tag, selector: str) -> str:
    """What all such elements say."""
    return " ".join(element.get_text(" ", strip=True) for element in read.select(selector))
