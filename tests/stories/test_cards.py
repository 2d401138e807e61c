"""Cards are kept in memory, and never say more than the permits of the moment."""

from collections.abc import Mapping
from datetime import timedelta
from random import Random

import pytest
import time_machine

from community.moderation import actions as moderation
from community.stories import queries
from community.stories.reading.cards import Card, list_cards, make_card
from community.stories.reading.reader import Reader, get_reader
from models.base import db, now, today, transaction
from models.moderation import RemovalReason
from models.stories import ConsentUse, Story
from tests.cast import Cast
from tests.forums.conftest import counting_queries
from tests.stories.reading import FOR_MEMBERS, tell, withdraw
from tests.stories.telling import FOREVER, publish

TOMORROW = timedelta(days=1)


def cards_of(reader: Reader) -> Mapping[int, Card]:
    return dict(list_cards(reader))


def permitted(reader: Reader) -> dict[int, Card]:
    """What the permits say, read from the tables."""
    return {story_id: make_card(permit) for story_id, permit in queries.list_permits(reader.uses, reader.day).items()}


def hide(story: Story, cast: Cast) -> None:
    with transaction():
        moderation.remove(story, cast.administrator, RemovalReason.OTHER)


def test_a_use_taken_back_between_two_requests_is_gone_from_the_second(cast: Cast) -> None:
    kept, story = tell(cast), tell(cast)
    assert [*cards_of(get_reader(None))] == [story.id, kept.id]
    withdraw(story, ConsentUse.PUBLIC_WEB, cast.owner)
    assert [*cards_of(get_reader(None))] == [kept.id]
    assert [*cards_of(get_reader(cast.third))] == [story.id, kept.id]
    withdraw(story, ConsentUse.LOGO, cast.owner)
    assert [card.company for card in cards_of(get_reader(cast.third)).values()] == ["", cast.a.name]


def test_what_ends_at_midnight_is_gone_then_though_nothing_was_written(cast: Cast) -> None:
    story = tell(cast)
    with transaction():
        allowed = dict(FOREVER) | {ConsentUse.LOGO: today(), ConsentUse.PUBLIC_WEB: today()}
        publish(story, cast.cs, allowed)
    before = cards_of(get_reader(cast.third))[story.id]
    assert (before.company, [*cards_of(get_reader(None))]) == (cast.a.name, [story.id])
    with time_machine.travel(now() + TOMORROW):
        after = cards_of(get_reader(cast.third))[story.id]
        assert (after.company, after.people, [*cards_of(get_reader(None))]) == ("", (), [])
    # A request of the day before that is answered late.
    assert cards_of(get_reader(None)) == {story.id: before}


def test_what_a_moderator_hides_is_gone_until_it_is_restored(cast: Cast) -> None:
    story = tell(cast)
    shown = cards_of(get_reader(None))
    hide(story, cast)
    assert cards_of(get_reader(None)) == {}
    with transaction():
        moderation.restore(story, cast.administrator)
    assert cards_of(get_reader(None)) == shown


def test_only_what_has_changed_is_read_anew(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, story = tell(cast), tell(cast, days=0)
    before = cards_of(get_reader(None))
    asked: list[object] = []
    known = queries.list_evidence
    monkeypatch.setattr(queries, "list_evidence", lambda ids=None, **how: (asked.append(ids), known(ids, **how))[1])
    withdraw(story, ConsentUse.QUOTE, cast.owner)
    asked.clear()  # what indexing asked for
    after = cards_of(get_reader(None))
    assert (asked, after[kept.id] is before[kept.id], after[story.id].quote) == ([{story.id}], True, "")
    with time_machine.travel(now() + TOMORROW):
        assert [*cards_of(get_reader(None))] == [kept.id]
    assert asked[1:] == [{story.id}]


def test_nothing_is_asked_while_nothing_changes(cast: Cast) -> None:
    tell(cast)
    reader = get_reader(None)
    first = list_cards(reader)
    with counting_queries() as asked:
        assert list_cards(reader) is first
    assert asked == []


def test_what_is_not_committed_is_seen_by_its_transaction_alone(cast: Cast) -> None:
    story = tell(cast)
    reader = get_reader(None)
    shown = cards_of(reader)
    story.hidden_at = now()
    db.session.flush()
    assert cards_of(reader) == {}
    db.session.rollback()
    assert cards_of(get_reader(None)) == shown


@pytest.mark.one_database
@pytest.mark.parametrize("seed", range(3))
def test_after_whatever_happens_cards_say_what_permits_say(cast: Cast, seed: int) -> None:
    chance = Random(seed)
    stories = [tell(cast, title=f"話{number}。", days=chance.choice([None, 0, 1, 2])) for number in range(4)]
    clock = time_machine.travel(now())
    clock.start()
    try:
        for _ in range(20):
            story, use = chance.choice(stories), chance.choice([*FOR_MEMBERS, ConsentUse.PUBLIC_WEB])
            match chance.randrange(5):
                case 0:
                    withdraw(story, use, cast.owner)
                case 1 if story.hidden_at is None:
                    hide(story, cast)
                case 2:
                    with transaction():
                        moderation.restore(story, cast.administrator)
                case 3:
                    clock.stop()
                    clock = time_machine.travel(now() + TOMORROW)
                    clock.start()
                case _:
                    with transaction():
                        publish(story, cast.cs, {use: chance.choice([None, today(), today() + TOMORROW])} | FOR_MEMBERS)
            for reader in (get_reader(None), get_reader(cast.third)):
                shown = list_cards(reader)
                assert (shown, [*shown]) == (permitted(reader), [*permitted(reader)])
    finally:
        clock.stop()
