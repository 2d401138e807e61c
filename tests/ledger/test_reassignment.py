"""A person moves to another company: whose acts they are on each day, what is read, what two at once do."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import time_machine
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from community.accounts import actions as accounts
from community.accounts import memberships, queries
from community.forums import actions as forums
from community.forums import answers
from community.health import projector
from community.health.actions import rescore
from community.ledger import reassignment
from community.ledger.queries import effective_acts
from community.moderation import actions as moderation
from community.notifications import actions as notifications
from community.notifications.unread import count_unread
from community.projections.checking import compare_with_rebuild
from community.projections.projectors import PROJECTORS
from community.projections.tasks import process_pending
from models.accounts import Account, Member
from models.base import db, now, today, transaction
from models.forums import Post, ReactionKind, Topic
from models.ledger import Signal, SignalKind
from models.moderation import RemovalReason
from models.notifications import Notification
from tests.cast import Cast, make_cast
from tests.forums.conftest import make_forum, open_topic
from tests.health import scenario
from tests.health.scenario import Company, ago

KINDS = ("reply_posted", "topic_opened")


def move(member: Member, company: Account | None, day: date, by: Member) -> int:
    """As `blueprints/transfers.py` does: a company's score follows its people also where no act goes with them."""
    with transaction():
        transfer = memberships.plan_transfer(member, company, day)
        moved = reassignment.carry_out(transfer, by=by, reason="転職")
        rescore({period.account_id for period in (*transfer.before, *transfer.periods)}, today())
    return len(moved)


def standing() -> list[tuple[int | None, str, date]]:
    return [(act.account_id, str(act.kind), act.day) for act, _ in db.session.execute(effective_acts())]


acts = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 60), st.integers(0, 2)), max_size=8)
steps = st.lists(st.tuples(st.sampled_from([0, 1, None]), st.integers(-5, 70)), min_size=1, max_size=4)


@settings(max_examples=5)
@given(acts, steps, acts)
def test_every_act_lies_with_the_company_of_its_day_and_a_rebuild_agrees(
    app: Flask, before: list[tuple[str, int, int]], way: list[tuple[int | None, int]], after: list[tuple[str, int, int]]
) -> None:
    companies = [scenario.found(1), scenario.found(1)]
    person, by = companies[0].people[0], companies[1].people[0]
    for kind, age, turns in before:
        signal = scenario.act(person, kind, ago(age), age)
        for turn in range(turns):
            (scenario.restore if turn % 2 else scenario.withdraw)(signal)
    scenario.process()
    for to, age in way:
        move(person, None if to is None else companies[to].account, ago(age), by)
    for kind, age, _ in after:
        scenario.act(person, kind, ago(age), 1000 + age)
    scenario.process()
    expected = Counter()
    for kind, age, turns in [*before, *((kind, age, 0) for kind, age, _ in after)]:
        account_id = queries.account_id_on(person.id, ago(age))
        if turns % 2 == 0:
            expected[account_id, kind, ago(age)] += 1
    mine = effective_acts().where(Signal.member_id == person.id)
    assert Counter((act.account_id, act.kind, act.day) for act, _ in db.session.execute(mine)) == expected
    with transaction():
        assert compare_with_rebuild(projector).agrees


def companies_of(company: Company, other: Company) -> tuple[float, float]:
    return company.behavior(), other.behavior()


def test_both_axes_follow_the_dates_and_moving_back_mends_it(app: Flask) -> None:
    a, b = scenario.found(2), scenario.found(1)
    person = a.people[0]
    for age in (40, 20, 10):
        scenario.act(person, "reply_posted", ago(age), age)
    scenario.act(b.people[0], "reply_posted", ago(30), 1)
    scenario.process()
    before = companies_of(a, b)
    assert move(person, b.account, ago(20), a.people[1]) == 2
    scenario.process()
    after = companies_of(a, b)
    assert after[0] < before[0]
    assert after[1] > before[1]
    assert {day for _, _, day in b.counted()} == {ago(30), ago(20), ago(10)}
    move(person, a.account, ago(20), a.people[1])
    scenario.process()
    assert companies_of(a, b) == before


def test_a_planned_move_leaves_past_acts_alone_and_begins_by_itself(app: Flask) -> None:
    a, b = scenario.found(2), scenario.found(1)
    person, by = a.people[0], a.people[1]
    scenario.act(person, "reply_posted", ago(0), 1)
    assert move(person, b.account, ago(-3), by) == 0
    assert person.account == a.account
    assert [m.id for m in queries.list_members_of(b.id, queries.today())] == [b.people[0].id]
    assert queries.count_members([a.id, b.id]) == {a.id: 2, b.id: 1}
    with time_machine.travel(now() + timedelta(days=3), tick=True):
        found = db.session.get(Member, person.id, populate_existing=True)
        assert found is not None
        assert found.account == b.account
        assert queries.count_members([a.id, b.id]) == {a.id: 1, b.id: 2}
        assert set(queries.list_member_ids_of(b.id)) == {person.id, b.people[0].id}
        assert scenario.act(person, "reply_posted", ago(0), 2).account_id == b.id
    db.session.refresh(person, ["membership"])
    assert person.account == a.account


def test_a_move_from_today_takes_the_place_of_a_planned_one(app: Flask) -> None:
    a, b, c = (scenario.found(1) for _ in range(3))
    person = a.people[0]
    move(person, b.account, ago(-30), c.people[0])
    with transaction():
        accounts.join_account(person, c.account, queries.today())
    assert person.account == c.account
    assert [s.account_id for s in memberships.list_periods(person)] == [a.id, c.id]


def test_what_was_read_stays_read_and_nothing_is_told_twice(cast: Cast) -> None:
    with transaction():
        topic = open_topic(make_forum(cast).members, cast.owner)
        notifications.watch(cast.owner.id, topic)
    with transaction():
        forums.post_reply(topic, cast.stranger, "ここから直せます。")
    process_pending()
    with transaction():
        notifications.mark_read(cast.owner.id)
        forums.post_reply(topic, cast.stranger, "追記です。")
    process_pending()
    assert (count_unread(cast.owner.id), told(cast.owner)) == (1, 2)
    assert move(cast.stranger, cast.c, ago(5), cast.cs) == 2
    process_pending()
    assert (count_unread(cast.owner.id), told(cast.owner)) == (1, 2)
    assert {reader.name: compare_with_rebuild(reader).agrees for reader in PROJECTORS} == dict.fromkeys(
        (reader.name for reader in PROJECTORS), True
    )


def told(member: Member) -> int:
    return db.session.query(Notification).filter_by(member_id=member.id).count()


def test_what_was_said_among_strangers_counts_for_less_among_colleagues(cast: Cast) -> None:
    topic = answered_question(cast)
    post = db.session.get_one(Post, topic.accepted_post_id)
    # Who asked was the answerer's colleague all along; who thanked goes there as well.
    move(cast.owner, cast.b, ago(3), cast.cs)
    move(cast.third, cast.b, ago(3), cast.cs)
    process_pending()
    kinds = {kind for account, kind, _ in standing() if account == cast.b.id}
    assert kinds >= {SignalKind.ANSWER_ACCEPTED_INSIDE, SignalKind.REACTION_RECEIVED_INSIDE}
    assert SignalKind.ANSWER_ACCEPTED not in kinds
    # And what is taken back now is taken back where it is now.
    with transaction():
        answers.unreact(post, topic, cast.third, ReactionKind.THANKS)
        answers.withdraw_acceptance(topic, cast.owner)
    process_pending()
    assert not {kind for _, kind, _ in standing()} & {*answers.ACCEPTED, *answers.REACTED}


def test_a_transfer_into_the_family_of_who_answered_counts_for_less(cast: Cast) -> None:
    asked = answered_question(cast)
    cast.c.parent_id = cast.b.id
    db.session.flush()
    # Only who belongs elsewhere now: the other reader's companies are as they were.
    move(cast.owner, cast.c, ago(3), cast.cs)
    process_pending()
    kinds = {(act.kind, act.by_id) for act, _ in db.session.execute(effective_acts()) if act.by_id}
    assert kinds == {
        (SignalKind.ANSWER_ACCEPTED_INSIDE, cast.owner.id),
        (SignalKind.REACTION_RECEIVED, cast.third.id),
    }
    # And back: the answer is again one for another company.
    move(cast.owner, cast.a, ago(3), cast.cs)
    process_pending()
    assert SignalKind.ANSWER_ACCEPTED in {kind for _, kind, _ in standing()}
    assert asked.accepted_post_id is not None


def test_parents_that_changed_since_record_nothing_anew_with_a_transfer(cast: Cast) -> None:
    answered_question(cast)
    for company in (cast.a, cast.b, cast.c):
        company.parent_id = None if company is cast.a else cast.a.id
    db.session.flush()
    # From tomorrow on, and from a day on which the person belongs to their company anyway.
    assert move(cast.stranger, cast.c, queries.today() + timedelta(days=1), cast.cs) == 0
    assert move(cast.stranger, cast.b, ago(3), cast.cs) == 0
    process_pending()
    kinds = {kind for _, kind, _ in standing()}
    assert kinds >= {SignalKind.ANSWER_ACCEPTED, SignalKind.REACTION_RECEIVED}


def answered_question(cast: Cast) -> Topic:
    """Of the owner (A), answered by the stranger (B), whom the third (C) thanked."""
    with transaction():
        topic = open_topic(make_forum(cast).members, cast.owner)
        post = forums.post_reply(topic, cast.stranger, "ここから直せます。")
    with transaction():
        db.session.refresh(post, ["author"])
        answers.accept_answer(topic, post, cast.owner)
        answers.react(post, topic, cast.third, ReactionKind.THANKS)
    return topic


def test_what_moderators_hid_comes_back_to_the_new_company_only(cast: Cast) -> None:
    with transaction():
        topic = open_topic(make_forum(cast).members, cast.owner)
        post = forums.post_reply(topic, cast.stranger, "ここから直せます。")
    with transaction():
        moderation.remove(post, cast.community_manager, RemovalReason.OFF_TOPIC)
    move(cast.stranger, cast.c, ago(3), cast.cs)
    process_pending()
    replies = [act for act in standing() if act[1] == SignalKind.REPLY_POSTED]
    assert replies == []
    with transaction():
        moderation.restore(post, cast.community_manager)
    process_pending()
    assert [account for account, kind, _ in standing() if kind == SignalKind.REPLY_POSTED] == [cast.c.id]


def test_acts_of_the_vendors_people_are_nobodys(cast: Cast) -> None:
    scenario.act(cast.stranger, "reply_posted", ago(4), 1)
    move(cast.stranger, cast.vendor, ago(5), cast.administrator)
    move(cast.stranger, cast.b, ago(2), cast.administrator)
    process_pending()
    assert [account for account, _, _ in standing()] == [None]


def test_a_move_and_acts_at_the_same_time_leave_every_act_where_it_belongs(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    with app.app_context(), transaction():
        cast = make_cast(db.session)
        topic_id = open_topic(make_forum(cast).members, cast.owner).id
        person_id, target, by_id = cast.stranger.id, (cast.b.id, cast.c.id), cast.cs.id
    start = threading.Barrier(4)

    def write(number: int) -> None:
        start.wait()
        for n in range(6):
            with app.app_context(), transaction():
                topic, person = db.session.get(Topic, topic_id), db.session.get(Member, person_id)
                assert topic
                assert person
                forums.post_reply(topic, person, f"{number}-{n}")

    def go(number: int) -> None:
        del number
        start.wait()
        for n in range(4):
            with app.app_context():
                person, by = db.session.get(Member, person_id), db.session.get(Member, by_id)
                company = db.session.get(Account, target[n % 2])
                assert person
                assert by
                move(person, company, ago(n), by)

    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(job, n) for n, job in enumerate([write, write, write, go])]
        for job in jobs:
            job.result()
    with app.app_context():
        process_pending()
        account_id = queries.account_id_on(person_id, queries.today())
        assert account_id is not None
        mine = effective_acts().where(Signal.member_id == person_id)
        lying = Counter(act.account_id for act, _ in db.session.execute(mine))
        assert lying == {account_id: 18}
