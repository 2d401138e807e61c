"""What may be shown of a story, and until when."""

from dataclasses import replace
from datetime import timedelta

import pytest

from community.stories import queries
from community.stories.consent import consent_ledger
from community.stories.consent.permits import permit_first
from community.stories.versions import versions
from models.base import db, now, today
from models.stories import ConsentUse, StoryConsent, StoryPart, StoryPartName
from tests.cast import Cast
from tests.stories.telling import FOREVER, add_approver, add_figure, publish, write_story

READ = (ConsentUse.MEMBERS,)


def test_what_everybody_consented_to_is_shown_whole(cast: Cast) -> None:
    story = write_story(cast.a, cast.owner)
    add_figure(story, confirmed_by="総務課 榎本")
    publish(story, cast.cs)
    shown = queries.get_permit(story.id, READ)
    assert shown is not None
    assert (shown.title, shown.company, shown.people) == (
        "紙の点検表をやめた。",
        cast.a.name,
        (cast.owner.display_name,),
    )
    assert (shown.quote, shown.figures[0].confirmed_by) == ("紙は、探すものでした。", "総務課 榎本")


def test_consented_to_or_not_nothing_is_shown_of_what_is_hidden_withdrawn_unpublished_or_erased(cast: Cast) -> None:
    story = write_story(cast.a, cast.owner)
    publish(story, cast.cs)
    shown = queries.get_evidence(story.id)
    assert shown.version is not None
    assert permit_first(shown, READ, today()) is not None
    gone = {
        "hidden": replace(shown, story=shown.story._replace(hidden_at=now())),
        "withdrawn": replace(shown, story=shown.story._replace(withdrawn_at=now())),
        "never published": replace(shown, story=shown.story._replace(published_at=None)),
        "no version": replace(shown, version=None),
        "erased": replace(shown, version=shown.version._replace(content="")),
    }
    for why, evidence in gone.items():
        assert permit_first(evidence, tuple(ConsentUse), today()) is None, why


def test_without_consent_to_names_trade_and_size_stand_for_them(cast: Cast) -> None:
    story = write_story(cast.a, cast.owner)
    add_figure(story, confirmed_by="総務課 榎本")
    publish(story, cast.cs, {ConsentUse.MEMBERS: None})
    shown = queries.get_permit(story.id, READ)
    assert shown is not None
    assert (shown.company, shown.account_id, shown.author_id, shown.people) == ("", None, None, ())
    assert (shown.quote, shown.figures[0].confirmed_by, shown.trade) == ("", "", cast.a.industry)


@pytest.mark.parametrize("use", ConsentUse)
def test_a_use_is_no_other_use(cast: Cast, use: ConsentUse) -> None:
    story = write_story(cast.a, cast.owner)
    publish(story, cast.cs, {use: None})
    assert [each for each in ConsentUse if queries.get_permit(story.id, (each,))] == [use]


def test_the_last_day_belongs_to_the_consent_and_the_next_does_not(cast: Cast) -> None:
    story = write_story(cast.a, cast.owner)
    publish(story, cast.cs, {ConsentUse.MEMBERS: today()})
    assert queries.get_permit(story.id, READ, today()) is not None
    assert queries.get_permit(story.id, READ, today() + timedelta(days=1)) is None


def test_consent_to_one_version_does_not_cover_the_next(cast: Cast) -> None:
    story = write_story(cast.a, cast.owner)
    publish(story, cast.cs)
    title = db.session.query(StoryPart).filter_by(story_id=story.id, name=StoryPartName.TITLE).one()
    title.body = "題を直した。"
    story.published_version_id = versions.freeze(story, cast.cs).id
    assert queries.get_permit(story.id, READ) is None


def test_what_did_not_change_is_no_new_version(cast: Cast) -> None:
    story = write_story(cast.a, cast.owner)
    version = publish(story, cast.cs)
    assert versions.freeze(story, cast.owner).id == version.id


@pytest.mark.parametrize("whose", ["author", "approver"])
def test_whoever_consented_can_take_it_back(cast: Cast, whose: str) -> None:
    story = write_story(cast.a, cast.owner)
    publish(story, cast.cs)
    entries = db.session.query(StoryConsent).filter_by(story_id=story.id, use=ConsentUse.MEMBERS).all()
    entry = next(each for each in entries if (each.approver_id is None) == (whose == "author"))
    assert consent_ledger.withdraw(entry, by=cast.company_admin)
    assert not consent_ledger.withdraw(entry, by=cast.company_admin)
    assert queries.get_permit(story.id, READ) is None
    assert queries.get_permit(story.id, (ConsentUse.PUBLIC_WEB,)) is not None


def test_an_approver_who_was_added_must_consent_to_what_they_are_asked(cast: Cast) -> None:
    story = write_story(cast.a, cast.owner)
    publish(story, cast.cs)
    add_approver(story, cast.cs, [ConsentUse.PUBLIC_WEB], "koho@a.example.jp")
    assert queries.get_permit(story.id, (ConsentUse.PUBLIC_WEB,)) is None
    assert queries.get_permit(story.id, READ) is not None


def test_the_author_alone_lets_nothing_out(cast: Cast) -> None:
    story = write_story(cast.a, cast.owner)
    version = versions.freeze(story, cast.owner)
    consent_ledger.record_author_consents(version, cast.owner, FOREVER)
    story.published_version_id, story.published_at = version.id, version.created_at
    assert [each for each in ConsentUse if queries.get_permit(story.id, (each,))] == []
