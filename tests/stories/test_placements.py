"""Recording that a story was used: within consent only, once, with what follows."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine

from community.stories import locking, queries
from community.stories.consent import consent_ledger
from community.stories.consent.placed import list_placed
from community.stories.library import placements
from community.stories.library.placements import USE_OF, BeyondConsentError, PlacementKind
from models.audit import AuditEntry
from models.base import db, today
from models.ledger import Signal, SignalKind
from models.stories import ConsentUse, Story, StoryConsent, StoryPlacement
from tests.cast import Cast
from tests.stories.telling import publish, write_story

# A moment in summer, when nobody tells another day by accident.
NOON = "2026-07-01T03:00:00Z"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON) as traveller:
        yield traveller


def make_story(cast: Cast, until: date | None = None) -> Story:
    story = write_story(cast.a, cast.owner)
    publish(story, cast.cs, {ConsentUse.WEBINAR: until, ConsentUse.MEMBERS: None})
    return locking.lock_story(story.id) or story


def may_be_placed(story: Story, cast: Cast, on: date) -> bool:
    """Whether its use in a webinar on the day can be recorded."""
    try:
        placements.record_placement(story, PlacementKind.WEBINAR, on, "", by=cast.cs)
    except BeyondConsentError:
        return False
    return True


def test_a_use_is_recorded_with_what_follows(cast: Cast) -> None:
    story = make_story(cast)
    row = placements.record_placement(story, PlacementKind.WEBINAR, today(), "秋の会", by=cast.cs)
    assert (row.use, row.version_id) == (ConsentUse.WEBINAR, story.published_version_id)
    (placed,) = list_placed(queries.get_evidence(story.id), for_staff=True)
    assert (placed.kind, placed.on, placed.note, placed.by) == (
        PlacementKind.WEBINAR,
        today(),
        "秋の会",
        cast.cs.display_name,
    )
    signal = db.session.query(Signal).filter_by(kind=SignalKind.STORY_QUOTED).one()
    assert (signal.member_id, signal.account_id, signal.subject_kind, signal.subject_id, signal.by_id) == (
        cast.owner.id,
        cast.a.id,
        "story",
        story.id,
        cast.cs.id,
    )
    entry = db.session.query(AuditEntry).filter_by(action="stories.record_placement").one()
    assert (entry.actor_id, entry.subject_id) == (cast.cs.id, story.id)
    assert placements.list_last_uses(today()) == {story.id: today()}


def test_pressing_twice_records_once(cast: Cast) -> None:
    story = make_story(cast)
    first = placements.record_placement(story, PlacementKind.DECK, today(), "", by=cast.cs)
    assert placements.record_placement(story, PlacementKind.DECK, today(), "", by=cast.cs) is first
    assert db.session.query(Signal).filter_by(kind=SignalKind.STORY_QUOTED).count() == 1


@pytest.mark.parametrize("kind", PlacementKind)
def test_each_kind_needs_its_own_consent(cast: Cast, kind: PlacementKind) -> None:
    story = write_story(cast.a, cast.owner)
    publish(story, cast.cs, {use: None for use in ConsentUse if use != USE_OF[kind]})
    with pytest.raises(BeyondConsentError):
        placements.record_placement(story, kind, today(), "", by=cast.cs)
    assert db.session.query(StoryPlacement).count() == db.session.query(Signal).count() == 0


def test_the_last_day_is_covered_and_the_next_is_not(cast: Cast) -> None:
    last = today() + timedelta(days=5)
    story = make_story(cast, last)
    assert may_be_placed(story, cast, last)
    assert not may_be_placed(story, cast, last + timedelta(days=1))


def test_a_past_use_is_judged_by_the_consents_of_its_day(cast: Cast, clock: time_machine.Traveller) -> None:
    story = make_story(cast)
    used_on = today()
    clock.shift(timedelta(days=3))
    entry = db.session.query(StoryConsent).filter_by(use=ConsentUse.WEBINAR, approver_id=None).one()
    consent_ledger.withdraw(entry, by=cast.owner)
    assert may_be_placed(story, cast, used_on)
    assert not may_be_placed(story, cast, used_on - timedelta(days=1))
    assert not may_be_placed(story, cast, today())


def test_a_use_to_come_is_no_last_use(cast: Cast) -> None:
    story = make_story(cast)
    placements.record_placement(story, PlacementKind.WEBINAR, today() + timedelta(days=20), "", by=cast.cs)
    assert placements.list_last_uses(today()) == {}
