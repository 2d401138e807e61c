"""Whom each act notifies, and that the ledger alone decides it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from community import realtime
from community.ledger.queries import list_signals, newest_id
from community.notifications import actions, projector
from community.projections.tasks import process_pending
from community.room import Key
from models.accounts import Member
from models.base import db, now, transaction
from models.ledger import Signal, SignalKind
from models.notifications import Notification, NotificationRead, Watch
from tests.notifications.conftest import Ledger, everything, rebuilt


def watch(acts: Ledger, *parts: str) -> None:
    with transaction():
        for part in parts:
            actions.watch(acts.cast.people()[part].id, acts.topic)


def mention(acts: Ledger, subject: Key, *parts: str) -> None:
    with transaction():
        actions.mention([acts.cast.people()[part].id for part in parts], subject)


def test_a_reply_notifies_watchers_but_not_its_author(acts: Ledger) -> None:
    watch(acts, "owner", "stranger", "third")
    reply = acts.reply(acts.cast.stranger)
    assert acts.notified() == {"owner": {("reply", reply.id)}, "third": {("reply", reply.id)}}


def test_a_row_says_who_did_what_where_and_when(acts: Ledger) -> None:
    watch(acts, "owner")
    post = acts.post()
    reply = acts.reply(acts.cast.stranger, post)
    acts.notified()
    found = db.session.scalars(sa.select(Notification)).one()
    assert (found.by_id, found.subject_kind, found.subject_id) == (acts.cast.stranger.id, *post)
    assert (found.parent_kind, found.parent_id, found.at) == (*acts.topic, reply.occurred_at)


def test_watchers_are_notified_only_of_what_happens_while_they_watch(acts: Ledger) -> None:
    acts.reply(acts.cast.stranger)
    watch(acts, "owner")
    second = acts.reply(acts.cast.stranger)
    with transaction():
        actions.unwatch(acts.cast.owner.id, acts.topic)
    acts.reply(acts.cast.stranger)
    watch(acts, "owner")
    fourth = acts.reply(acts.cast.stranger)
    assert acts.notified() == {"owner": {("reply", second.id), ("reply", fourth.id)}}


def test_another_topic_s_followers_hear_nothing(acts: Ledger) -> None:
    with transaction():
        actions.watch(acts.cast.owner.id, ("topic", acts.topic[1] + 1))
        actions.watch(acts.cast.owner.id, ("story", acts.topic[1]))
    acts.reply(acts.cast.stranger)
    assert acts.notified() == {}


def test_a_mentioned_member_is_notified_of_that_and_not_also_of_the_reply(acts: Ledger) -> None:
    watch(acts, "owner", "third")
    post = acts.post()
    mention(acts, post, "owner", "colleague", "stranger")
    reply = acts.reply(acts.cast.stranger, post)
    assert acts.notified() == {
        "owner": {("mention", reply.id)},
        "colleague": {("mention", reply.id)},
        "third": {("reply", reply.id)},
    }


def test_members_mentioned_in_a_topic_s_first_post_are_notified_of_its_opening(acts: Ledger) -> None:
    watch(acts, "owner", "third")
    mention(acts, acts.topic, "colleague", "owner")
    opened = acts.open(acts.cast.owner)
    assert acts.notified() == {"colleague": {("mention", opened.id)}}


@pytest.mark.parametrize("kind", [SignalKind.ANSWER_ACCEPTED, SignalKind.ANSWER_ACCEPTED_INSIDE])
def test_an_acceptance_notifies_the_answerer_and_watchers(acts: Ledger, kind: SignalKind) -> None:
    watch(acts, "owner", "stranger", "third")
    accepted = acts.accept(acts.cast.stranger, by=acts.cast.owner, kind=kind)
    assert acts.notified() == {"stranger": {("accepted", accepted.id)}, "third": {("solved", accepted.id)}}


def test_an_asker_hears_when_somebody_else_decides(acts: Ledger) -> None:
    watch(acts, "owner")
    accepted = acts.accept(acts.cast.stranger, by=acts.cast.community_manager)
    assert acts.notified() == {"owner": {("solved", accepted.id)}, "stranger": {("accepted", accepted.id)}}


@pytest.mark.parametrize("kind", [SignalKind.REACTION_RECEIVED, SignalKind.SEMINAR_ATTENDED, SignalKind.MAIL_CLICKED])
def test_other_acts_happen_in_silence(acts: Ledger, kind: SignalKind) -> None:
    watch(acts, "owner", "stranger")
    acts.accept(acts.cast.stranger, by=acts.cast.third, kind=kind)
    assert acts.notified() == {}


def test_a_withdrawn_act_notifies_nobody_until_it_is_restored(acts: Ledger) -> None:
    watch(acts, "owner")
    reply = acts.reply(acts.cast.stranger)
    before = acts.notified()
    acts.reverse(reply)
    assert acts.notified() == {}
    acts.give_back(reply)
    assert acts.notified() == before


def test_an_act_withdrawn_before_it_is_projected_notifies_nobody(acts: Ledger, bells: dict[str, list[int]]) -> None:
    watch(acts, "owner")
    acts.reverse(acts.reply(acts.cast.stranger))
    assert acts.notified() == {}
    assert bells == {}


def test_what_was_read_stays_read_through_withdrawal_and_rebuild(acts: Ledger) -> None:
    watch(acts, "owner")
    reply = acts.reply(acts.cast.stranger)
    acts.notified()
    with transaction():
        assert actions.mark_read(acts.cast.owner.id) == 1
    acts.reverse(reply)
    acts.notified()
    acts.give_back(reply)
    acts.notified()
    rebuilt()
    assert [row.signal_id for row in db.session.scalars(sa.select(NotificationRead))] == [reply.id]
    with transaction():
        assert actions.mark_read(acts.cast.owner.id) == 0


def test_reading_twice_is_reading_once(acts: Ledger, bells: dict[str, list[int]]) -> None:
    watch(acts, "owner")
    acts.reply(acts.cast.stranger)
    acts.notified()
    rows, rung = everything(), {room: list(numbers) for room, numbers in bells.items()}
    with transaction():
        projector.project(list_signals(0, 1), 1)
    assert everything() == rows
    assert bells == rung, "nothing changed, so nothing is pushed"


def test_only_what_the_ledger_knew_at_that_place_is_looked_at(acts: Ledger) -> None:
    watch(acts, "owner")
    reply = acts.reply(acts.cast.stranger)
    acts.reverse(reply)
    acts.notified()
    with transaction():
        projector.project(list_signals(0, 1), 1)  # as if the reversal had no sequence number yet
    assert [row[1] for row in everything()] == [reply.id]


def test_a_mention_added_by_an_edit_notifies_at_once_if_the_act_was_projected(acts: Ledger) -> None:
    post = acts.post()
    reply = acts.reply(acts.cast.stranger, post)
    acts.notified()
    mention(acts, post, "third")
    rows = everything()
    assert [(row[0], row[1]) for row in rows] == [(acts.cast.third.id, reply.id)]
    assert rebuilt() == rows


def test_a_mention_added_before_the_act_is_projected_waits_for_the_projection(acts: Ledger) -> None:
    acts.reply(acts.cast.owner)
    acts.notified()
    post = acts.post()
    reply = acts.reply(acts.cast.stranger, post)
    mention(acts, post, "third")
    assert everything() == []
    assert acts.notified() == {"third": {("mention", reply.id)}}


def test_a_mention_added_to_a_withdrawn_post_notifies_nobody(acts: Ledger) -> None:
    post = acts.post()
    acts.reverse(acts.reply(acts.cast.stranger, post))
    acts.notified()
    mention(acts, post, "third")
    assert everything() == rebuilt() == []


def test_the_bell_is_pushed_after_each_change(acts: Ledger, bells: dict[str, list[int]]) -> None:
    watch(acts, "owner")
    reply = acts.reply(acts.cast.stranger)
    acts.notified()
    acts.reply(acts.cast.third)
    acts.notified()
    acts.reverse(reply)
    acts.notified()
    with transaction():
        actions.mark_read(acts.cast.owner.id)
    assert bells == {f"member:{acts.cast.owner.id}": [1, 2, 1, 0]}


def test_five_hundred_who_follow_cost_no_more_statements_than_one(acts: Ledger) -> None:
    watch(acts, "owner")
    acts.reply(acts.cast.stranger)
    for_one = statements_of_processing()
    crowd = sa.insert(Member).returning(Member.id)
    with transaction():
        people = [{"email": f"p{n}@a.example", "handle": f"p{n}", "family_name": f"{n}"} for n in range(500)]
        kind, subject_id = acts.topic
        watching = {"subject_kind": kind, "subject_id": subject_id, "after_signal_id": newest_id()}
        # As `actions.watch`, in one statement.
        rows = [{"member_id": member_id, **watching} for member_id in db.session.scalars(crowd, people).all()]
        db.session.execute(sa.insert(Watch), rows)
    acts.reply(acts.cast.stranger)
    assert statements_of_processing() == for_one
    assert len(everything()) == 1 + 501


def statements_of_processing() -> int:
    """How many statements it takes to process what waits; rows of one statement count once."""
    seen: list[str] = []
    connection = db.session.connection()

    def note(_: object, __: object, statement: str, *___: object) -> None:
        if "notification" in statement or "watch" in statement or "mention" in statement:
            seen.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        process_pending((projector,))
    finally:
        event.remove(connection, "before_cursor_execute", note)
    return len(seen)


ACTS = st.one_of(
    st.tuples(st.just("reply"), st.integers(0, 3), st.integers(0, 1)),
    st.tuples(st.just("accept"), st.integers(0, 3), st.integers(0, 3)),
    st.tuples(st.just("reverse"), st.integers(0, 9), st.just(0)),
    st.tuples(st.just("give_back"), st.integers(0, 9), st.just(0)),
    st.tuples(st.just("watch"), st.integers(0, 3), st.integers(0, 1)),
    st.tuples(st.just("unwatch"), st.integers(0, 3), st.integers(0, 1)),
    st.tuples(st.just("name"), st.integers(0, 9), st.integers(0, 3)),
    st.tuples(st.just("process"), st.just(0), st.just(0)),
)


@settings(max_examples=25)
@given(steps=st.lists(ACTS, min_size=1, max_size=12))
def test_whatever_happens_a_rebuild_notifies_the_same_members(acts: Ledger, steps: list[tuple[str, int, int]]) -> None:
    play(acts, steps)
    acts.notified()
    rows = everything()
    assert rebuilt() == rows
    people_of = {(row[0], row[1]) for row in rows}
    assert len(people_of) == len(rows), "nobody is notified of the same act twice"
    assert all(row[0] != row[3] for row in rows), "nobody hears of their own doing"


def play(acts: Ledger, steps: list[tuple[str, int, int]]) -> None:
    """Do these things; numbers choose among people, the topics and the acts so far."""
    people = [acts.cast.owner, acts.cast.stranger, acts.cast.third, acts.cast.cs]
    acts.topic = ("topic", acts.topic[1] + 1)
    done: list[Signal] = []
    for what, one, other in steps:
        act = done[one % len(done)] if done else None
        match what:
            case "reply":
                done.append(acts.reply(people[one]))
            case "accept":
                done.append(acts.accept(people[one], by=people[other]))
            case "reverse" if act:
                acts.reverse(act)
            case "give_back" if act:
                acts.give_back(act)
            case "watch":
                with transaction():
                    actions.watch(people[one].id, acts.topic)
            case "unwatch":
                with transaction():
                    actions.unwatch(people[one].id, acts.topic)
            case "name" if act:
                with transaction():
                    actions.mention([people[other].id], (act.subject_kind, act.subject_id))
            case "process":
                acts.notified()


def test_a_clock_that_is_set_back_hides_nothing_from_whom_follows_already(acts: Ledger) -> None:
    """It does not notify those who had stopped watching either, and a rebuild gives the same."""
    begun = now()
    with time_machine.travel(begun, tick=True) as clock:
        watch(acts, "owner", "colleague")
        with transaction():
            actions.unwatch(acts.cast.colleague.id, acts.topic)
        clock.move_to(begun - timedelta(hours=2))
        reply = acts.reply(acts.cast.stranger)
        assert acts.notified() == {"owner": {("reply", reply.id)}}
        watch(acts, "colleague")
        second = acts.reply(acts.cast.stranger)
        clock.move_to(begun + timedelta(hours=1))
        found = acts.notified()
        assert found["owner"] == {("reply", reply.id), ("reply", second.id)}
        assert found["colleague"] == {("reply", second.id)}
        assert everything() == rebuilt()


def test_what_was_followed_before_the_ledger_s_numbers_were_noted_is_judged_by_its_instants(acts: Ledger) -> None:
    begun = now()
    with time_machine.travel(begun, tick=False) as clock:
        watch(acts, "owner", "third")
        db.session.execute(sa.update(Watch).values(after_signal_id=None))
        clock.move_to(begun + timedelta(minutes=1))
        first = acts.reply(acts.cast.stranger)
        clock.move_to(begun + timedelta(minutes=2))
        db.session.execute(sa.update(Watch).where(Watch.member_id == acts.cast.third.id).values(until=now()))
        second = acts.reply(acts.cast.stranger)
    assert acts.notified() == {"owner": {("reply", first.id), ("reply", second.id)}, "third": {("reply", first.id)}}


def test_the_bell_s_version_never_falls(acts: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by a clock that is set back nor by a rebuild: the page believes the higher one."""
    versions: list[int] = []
    monkeypatch.setattr(realtime, "push", lambda _room, _event, payload: versions.append(payload["version"]))
    begun = now()
    with time_machine.travel(begun, tick=True) as clock:
        watch(acts, "owner")
        acts.reply(acts.cast.stranger)
        acts.notified()
        clock.move_to(begun - timedelta(hours=2))
        acts.reply(acts.cast.stranger)
        acts.notified()
        rebuilt()
        with transaction():
            actions.mark_read(acts.cast.owner.id)
    assert len(versions) >= 4
    assert versions == sorted(set(versions))
    assert versions[0] >= int(begun.timestamp() * 1000)  # above what pages had before there were rows
