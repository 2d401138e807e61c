"""What the library finds, what it leaves out and why, and that it follows what changes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import example, given, settings
from hypothesis import strategies as st

from community.moderation import actions as moderation
from community.stories import queries
from community.stories.consent import consent_ledger, consents
from community.stories.library import library
from community.stories.library.library_entries import read_corpus, read_library
from community.stories.library.library_filter import Cause, FigureFilter, LibraryFilter, UseFilter
from community.stories.library.placements import PlacementKind, record_placement
from community.stories.library.themes import Theme, read_theme
from community.stories.locking import lock_story
from community.stories.versions import versions
from models.base import db, now, today, transaction
from models.moderation import RemovalReason
from models.stories import (
    ConsentUse,
    Decision,
    Story,
    StoryConsent,
    StoryPart,
    StoryState,
    StoryTag,
    StoryTagging,
    TagKind,
)
from tests.cast import Cast
from tests.forums.conftest import counting_queries
from tests.stories.reading import tell, withdraw
from tests.stories.telling import FOREVER, add_approver, add_figure, consent, publish, write_story

NO_THEME = Theme("")
STALE = 18


def search(typed: str = "", **wanted: Any) -> library.Found:  # noqa: ANN401  fields of LibraryFilter
    return library.search_library(
        read_theme(typed) if typed else NO_THEME, LibraryFilter(on=today(), **wanted), today(), STALE
    )


def ids_of(found: library.Found) -> list[int]:
    return [hit.entry.story_id for hit in found.hits]


def test_only_what_may_be_used_that_day_is_offered_as_usable(cast: Cast) -> None:
    story = write_story(cast.a, cast.owner)
    publish(story, cast.cs, {ConsentUse.WEBINAR: today() + timedelta(days=3), ConsentUse.MEMBERS: None})
    assert ids_of(search()) == [story.id]
    tomorrow = LibraryFilter(on=today() + timedelta(days=4))
    late = library.search_library(NO_THEME, tomorrow, today(), STALE)
    assert (ids_of(late), late.left_out) == ([], {Cause.ENDED: 1})
    press = search(use=ConsentUse.PRESS)
    assert (ids_of(press), press.left_out) == ([], {Cause.CONSENT: 1})


def test_staff_know_of_every_story_but_of_drafts_nothing(cast: Cast) -> None:
    draft = write_story(cast.a, cast.owner, "まだ下書き")
    submitted = write_story(cast.b, cast.stranger, "出したばかり")
    version = versions.freeze(submitted, cast.stranger)
    consent_ledger.record_author_consents(version, cast.stranger, {ConsentUse.WEBINAR: None})
    submitted.state = StoryState.REVIEW
    found = search()
    assert (found.known, ids_of(found), found.left_out) == (1, [], {Cause.PENDING: 1})
    assert ids_of(search(with_pending=True)) == [submitted.id]
    assert ids_of(search(use=None)) == [submitted.id]
    assert draft.id not in read_library().entries
    assert not read_library().entries[submitted.id].may_be_used(ConsentUse.WEBINAR, today())


def test_what_the_author_does_not_want_is_not_pending(cast: Cast) -> None:
    story = write_story(cast.a, cast.owner)
    version = versions.freeze(story, cast.owner)
    consent_ledger.record_author_consents(version, cast.owner, {ConsentUse.MEMBERS: None})
    story.state = StoryState.APPROVAL
    add_approver(story, cast.cs)
    assert search(with_pending=True).left_out == {Cause.CONSENT: 1}


def test_what_an_approver_declined_is_not_pending(cast: Cast) -> None:
    story = write_story(cast.a, cast.owner)
    version = versions.freeze(story, cast.owner)
    consent(version, cast.owner, add_approver(story, cast.cs), {ConsentUse.MEMBERS: None})
    consent_ledger.record_author_consents(version, cast.owner, FOREVER)
    story.state = StoryState.APPROVAL
    assert search(with_pending=True).left_out == {Cause.CONSENT: 1}


@pytest.mark.parametrize("how", ["hidden", "withdrawn", "consent", "version", "approver", "erased"])
def test_the_library_follows_what_changes(cast: Cast, how: str) -> None:
    story = write_story(cast.a, cast.owner)
    version = publish(story, cast.cs)
    assert ids_of(search("点検表")) == [story.id]
    if how == "hidden":
        story.hidden_at = now()
    elif how == "withdrawn":
        story.withdrawn_at = now()
    elif how == "consent":
        entries = db.session.query(StoryConsent).filter_by(story_id=story.id, use=ConsentUse.WEBINAR, approver_id=None)
        consent_ledger.withdraw(entries.one(), by=cast.owner)
    elif how == "version":
        title = db.session.query(StoryPart).filter_by(story_id=story.id, name="title").one()
        title.body = "題を直した。"
        again = queries.get_story(story.id, cast.cs)
        assert again is not None
        again.published_version_id = versions.freeze(again, cast.cs).id
    elif how == "approver":
        add_approver(story, cast.cs, email="koho@a.example.jp")
    else:
        version.content, version.html = "", {}
    db.session.flush()
    assert ids_of(search("点検表")) == []


def test_a_renamed_tag_is_found_by_its_new_name(cast: Cast) -> None:
    tag = StoryTag(kind=TagKind.PROBLEM, slug="p", name="窓口の行列")
    db.session.add(tag)
    story = write_story(cast.a, cast.owner)
    db.session.flush()
    db.session.add(StoryTagging(story_id=story.id, tag_id=tag.id))
    db.session.flush()
    publish(story, cast.cs)
    assert ids_of(search("来庁者")) == [] or ids_of(search("窓口")) == [story.id]
    tag.name = "倉庫の棚卸"
    db.session.flush()
    assert (ids_of(search("窓口")), ids_of(search("棚卸"))) == ([], [story.id])


def test_old_figures_put_a_story_out_until_they_are_asked_for(cast: Cast) -> None:
    story = write_story(cast.a, cast.owner)
    add_figure(story, as_of=today() - timedelta(days=600))
    publish(story, cast.cs)
    assert search().left_out == {Cause.STALE: 1}
    assert ids_of(search(with_stale=True)) == [story.id]


@pytest.mark.parametrize(
    ("wanted", "cause"),
    [
        ({"trade": "農業"}, Cause.TRADE),
        ({"size": "4"}, Cause.SIZE),
        ({"region": "九州・沖縄"}, Cause.REGION),
        ({"plan": "Premium"}, Cause.PLAN),
        ({"problem": "no-such"}, Cause.PROBLEM),
        ({"feature": "no-such"}, Cause.FEATURE),
        ({"figure": FigureFilter.A}, Cause.GRADE),
        ({"band": "danger"}, Cause.BAND),
        ({"used": UseFilter.NEVER}, Cause.USED),
    ],
)
def test_each_condition_leaves_out_for_its_cause_and_can_be_dropped(
    cast: Cast, wanted: dict[str, Any], cause: Cause
) -> None:
    cast.a.employees, cast.a.prefecture, cast.a.industry = 120, 27, "製造業"
    story = write_story(cast.a, cast.owner)
    publish(story, cast.cs)
    if cause is Cause.USED:
        locked = lock_story(story.id)
        assert locked is not None
        record_placement(locked, PlacementKind.WEBINAR, today(), "", by=cast.cs)
    found = search(**wanted)
    assert (ids_of(found), found.left_out, found.nearest) == ([], {cause: 1}, (cause, 1))
    assert ids_of(search()) == [story.id]


def test_what_says_nothing_of_the_theme_is_counted(cast: Cast) -> None:
    story = write_story(cast.a, cast.owner)
    publish(story, cast.cs)
    found = search("宇宙飛行士")
    assert (ids_of(found), found.left_out, found.nearest) == ([], {Cause.THEME: 1}, (Cause.THEME, 1))


def test_a_hit_says_why(cast: Cast) -> None:
    story = write_story(cast.a, cast.owner, "回覧板をやめて、承認を早くした。")
    publish(story, cast.cs)
    hit = search("稟議を減らす").hits[0]
    assert hit.bars == library.BARS
    assert [(met.name, met.typed, met.found) for met in hit.met] == [("申請・承認", ("稟議",), ("回覧", "承認"))]


# Seven uses with ends of their own, on seven days: each example compares up to 49 answers.
@settings(max_examples=20)
@given(
    days=st.dictionaries(st.sampled_from(list(ConsentUse)), st.none() | st.integers(-2, 2), min_size=1, max_size=7),
    declined=st.booleans(),
)
@example(days={}, declined=False)
def test_grants_of_the_library_are_those_of_the_rules(
    cast: Cast, days: dict[ConsentUse, int | None], *, declined: bool
) -> None:
    story = write_story(cast.a, cast.owner)
    allowed = {use: None if offset is None else today() + timedelta(days=offset) for use, offset in days.items()}
    version = publish(story, cast.cs, allowed)
    if declined:
        consent_ledger.record_author_consents(version, cast.owner, {ConsentUse.MEMBERS: None})
    evidence = queries.list_evidence([story.id])[story.id]
    entry = read_library().entries[story.id]
    for on in range(-3, 4):
        day = today() + timedelta(days=on)
        by_rule = consents.list_grants(version, evidence.approvers, evidence.entries, day)
        assert {use for use in ConsentUse if entry.may_be_used(use, day)} == set(by_rule)
        assert {use: entry.granted[use] for use in by_rule} == {use: grant.until for use, grant in by_rule.items()}


def test_a_story_that_is_gone_leaves_the_library(cast: Cast) -> None:
    story = write_story(cast.a, cast.owner)
    publish(story, cast.cs)
    before = read_library()
    assert read_library() is before
    story.state, story.published_at, story.published_version_id = StoryState.DRAFT, None, None
    db.session.flush()
    assert story.id not in read_library().entries
    assert story.id not in read_corpus(read_library()).sayings
    assert story.id in before.entries
    assert replace(before) == before
    assert db.session.get(Story, story.id) is not None


def test_while_nothing_changes_two_queries_are_asked_for_all_entries(cast: Cast) -> None:
    tell(cast)
    before = read_library()
    with counting_queries() as asked:
        assert read_library() is before
    assert len(asked) == 2


def test_a_use_taken_back_between_two_requests_is_not_offered_by_the_second(cast: Cast) -> None:
    story, kept = tell(cast), tell(cast)
    assert ids_of(search()) == [kept.id, story.id]
    entries = read_library().entries
    withdraw(story, ConsentUse.WEBINAR, cast.owner)
    found = search()
    assert (ids_of(found), found.left_out) == ([kept.id], {Cause.CONSENT: 1})
    assert read_library().entries[kept.id] is entries[kept.id]


def test_what_ends_at_midnight_is_not_offered_then_though_nothing_was_written(cast: Cast) -> None:
    story = tell(cast, days=0)
    assert (ids_of(search()), ids_of(search("点検表"))) == ([story.id], [story.id])
    with time_machine.travel(now() + timedelta(days=1)):
        assert (ids_of(search()), search().left_out) == ([], {Cause.ENDED: 1})
        assert ids_of(search("点検表")) == []


def test_what_a_moderator_hides_is_not_offered_until_it_is_restored(cast: Cast) -> None:
    story = tell(cast)
    assert ids_of(search()) == [story.id]
    with transaction():
        moderation.remove(story, cast.administrator, RemovalReason.OTHER)
    assert (ids_of(search()), search().left_out) == ([], {Cause.DOWN: 1})
    with transaction():
        moderation.restore(story, cast.administrator)
    assert ids_of(search()) == [story.id]


def test_a_state_that_readers_do_not_see_is_followed(cast: Cast) -> None:
    story = tell(cast)
    assert read_library().entries[story.id].state == StoryState.PUBLISHED
    with transaction():
        story.state = StoryState.UPDATE_ASKED
    assert read_library().entries[story.id].state == StoryState.UPDATE_ASKED


def test_an_entry_that_is_committed_after_one_with_a_higher_id_is_noticed(cast: Cast) -> None:
    story = tell(cast)
    grant = db.session.query(StoryConsent).filter_by(story_id=story.id, use=ConsentUse.WEBINAR, approver_id=None).one()
    last = db.session.query(StoryConsent).order_by(StoryConsent.id.desc()).first()
    assert last is not None
    said = {"story_id": story.id, "version_id": grant.version_id, "content_hash": grant.content_hash}
    said |= {"member_id": cast.owner.id, "recorded_at": now()}
    later = StoryConsent(id=last.id + 2, use=ConsentUse.PRESS, decision=Decision.GRANTED, **said)
    with transaction():
        db.session.add(later)
    assert ids_of(search()) == [story.id]
    withdrawal = {"use": ConsentUse.WEBINAR, "decision": Decision.WITHDRAWN, "withdraws_id": grant.id}
    with transaction():
        db.session.add(StoryConsent(id=last.id + 1, **said, **withdrawal))
    assert ids_of(search()) == []


def test_what_is_not_committed_is_not_kept(cast: Cast) -> None:
    story = tell(cast)
    shown = read_library().entries
    story.hidden_at = now()
    db.session.flush()
    assert ids_of(search()) == []
    db.session.rollback()
    assert (ids_of(search()), read_library().entries) == ([story.id], shown)


def test_texts_are_read_anew_only_where_they_have_changed(cast: Cast) -> None:
    story, kept = tell(cast), tell(cast)
    before = read_corpus(read_library())
    withdraw(story, ConsentUse.WEBINAR, cast.owner)
    assert read_corpus(read_library()) is before
    cast.a.industry = "農業"
    with transaction():
        story.published_version_id = versions.freeze(queries.load_with_people(story.id), cast.cs).id
    after = read_corpus(read_library())
    assert after.sayings[kept.id] is before.sayings[kept.id]
    assert after.sayings[story.id].trade == "農業"
