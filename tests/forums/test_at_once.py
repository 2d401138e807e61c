"""Many people at once, with real commits: no position is lost, doubled or skipped; one form makes one post."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import sqlalchemy as sa
from flask import Flask

from community.forums import actions, answers, drafts, queries, rerendering
from community.forums.drafts import Writing
from community.moderation import actions as moderation
from models.accounts import Member
from models.base import db, transaction
from models.forums import Post, Reaction, ReactionKind, Topic
from models.ledger import Signal, SignalKind
from models.moderation import RemovalReason
from tests.cast import make_cast
from tests.forums.conftest import make_forum, open_topic

PEOPLE = 6
REPLIES = 8


def prepare(app: Flask) -> tuple[int, int, int]:
    """A question; ids of the topic, of who answers and of who asked."""
    with app.app_context(), transaction():
        cast = make_cast(db.session)
        topic = open_topic(make_forum(cast).public, cast.owner)
        return topic.id, cast.stranger.id, cast.owner.id


def at_once(times: int, act: Callable[[int], object]) -> list[object]:
    """Run the act in as many threads, started together."""
    start = threading.Barrier(times)

    def run(number: int) -> object:
        start.wait()
        return act(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def get(topic_id: int, member_id: int) -> tuple[Topic, Member]:
    topic, member = db.session.get(Topic, topic_id), db.session.get(Member, member_id)
    assert topic is not None
    assert member is not None
    return topic, member


def count(app: Flask, *kinds: SignalKind) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).where(Signal.kind.in_(kinds))) or 0


def test_positions_have_no_gaps_and_no_twins(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    topic_id, member_id, _ = prepare(app)

    def write(person: int) -> None:
        for n in range(REPLIES):
            with app.app_context(), transaction():
                actions.post_reply(*get(topic_id, member_id), f"{person}の{n}")

    at_once(PEOPLE, write)
    with app.app_context():
        positions = db.session.scalars(sa.select(Post.position).where(Post.topic_id == topic_id)).all()
        topic, _member = get(topic_id, member_id)
        assert sorted(positions) == list(range(1, PEOPLE * REPLIES + 2))
        assert (topic.last_position, topic.version) == (PEOPLE * REPLIES + 1, PEOPLE * REPLIES + 1)
    assert count(app, SignalKind.REPLY_POSTED) == PEOPLE * REPLIES


def test_one_form_sent_by_many_presses_makes_one_post(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    topic_id, member_id, _ = prepare(app)

    def press(_: int) -> int:
        with app.app_context(), transaction():
            return actions.post_reply(*get(topic_id, member_id), "一度だけ", form_key="the-form").id

    assert len(set(at_once(PEOPLE, press))) == 1
    assert count(app, SignalKind.REPLY_POSTED) == 1


def test_one_form_opens_one_topic(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    topic_id, member_id, _ = prepare(app)

    def press(_: int) -> int:
        with app.app_context(), transaction():
            topic, member = get(topic_id, member_id)
            category = queries.get_viewer(member).categories[topic.category_id]
            return actions.open_topic(category, member, "題", "本文", form_key="the-form").topic_id

    assert len(set(at_once(PEOPLE, press))) == 1
    assert count(app, SignalKind.TOPIC_OPENED) == 2


def test_two_answers_accepted_at_once_leave_one_signal_that_counts(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    topic_id, member_id, asker_id = prepare(app)
    with app.app_context(), transaction():
        posts = [actions.post_reply(*get(topic_id, member_id), f"答え{n}").id for n in range(PEOPLE)]

    def accept(number: int) -> None:
        with app.app_context(), transaction():
            topic, asker = get(topic_id, asker_id)
            post = queries.get_post(posts[number], seen_by=queries.get_viewer(asker))
            assert post is not None
            answers.accept_answer(topic, post, asker)

    at_once(PEOPLE, accept)
    with app.app_context():
        kinds = (SignalKind.ANSWER_ACCEPTED,)
        written = db.session.scalars(sa.select(Signal).where(Signal.kind.in_(kinds))).all()
        acts = {s.id: s.subject_id for s in written if s.root_id is None}
        reversed_ids = {s.root_id for s in written if s.root_id is not None}
        assert len(acts) == PEOPLE
        assert [post for act, post in acts.items() if act not in reversed_ids] == [
            get(topic_id, member_id)[0].accepted_post_id
        ]


def test_many_taps_of_one_person_are_one_reaction(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    topic_id, member_id, asker_id = prepare(app)
    with app.app_context(), transaction():
        post_id = actions.post_reply(*get(topic_id, member_id), "答え").id

    def tap(_: int) -> bool:
        with app.app_context(), transaction():
            topic, asker = get(topic_id, asker_id)
            post = queries.get_post(post_id, seen_by=queries.get_viewer(asker))
            assert post is not None
            return answers.react(post, topic, asker, ReactionKind.THANKS)

    assert sorted(map(bool, at_once(PEOPLE, tap))) == [False] * (PEOPLE - 1) + [True]
    assert count(app, SignalKind.REACTION_RECEIVED) == 1
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Reaction)) == 1


def test_edits_replies_removals_and_rendering_at_once_never_wait_for_each_other_for_ever(
    make_app: Callable[..., Flask],
) -> None:
    """All lock writer, topic, post in this order; PostgreSQL ends one of two that lock in a circle."""
    app = make_app()
    topic_id, member_id, other_id = prepare(app)
    with app.app_context(), transaction():
        post_id = actions.post_reply(*get(topic_id, member_id), "はじめの文").id

    def edit(number: int) -> None:
        topic, member = get(topic_id, member_id)
        post = db.session.get_one(Post, post_id)
        actions.lock_post(post, topic, member)
        if post.hidden_at is None:
            actions.edit_post(post, topic, member, f"直した文{number}")
        drafts.finish(member, Writing(f"post:{post_id}", f"直した文{number}", form_key=str(uuid4())))

    def answer(number: int) -> None:
        topic, member = get(topic_id, member_id)
        words = f"{uuid4()} 返信{number}"
        actions.post_reply(topic, member, words, form_key=str(uuid4()))
        drafts.finish(member, Writing(f"topic:{topic_id}", words, form_key=str(uuid4())))

    def take_down(_: int) -> None:
        other = get(topic_id, other_id)[1]
        post = db.session.get_one(Post, post_id)
        if post.hidden_at is None:
            moderation.remove(post, other, RemovalReason.SPAM)
        else:
            moderation.restore(post, other)

    def render(_: int) -> None:
        old = sa.update(Post).where(Post.id == post_id, Post.topic_id == topic_id).values(render_version=0)
        get_locked = sa.select(Topic.id).where(Topic.id == topic_id).with_for_update()
        db.session.execute(get_locked)
        db.session.execute(old)
        rerendering.rerender_posts()

    acts = (edit, answer, take_down, render)

    def run(number: int) -> None:
        for turn in range(REPLIES):
            with app.app_context(), transaction():
                acts[number % len(acts)](turn)

    at_once(2 * len(acts), run)
    with app.app_context():
        positions = db.session.scalars(sa.select(Post.position).where(Post.topic_id == topic_id)).all()
        assert sorted(positions) == list(range(1, 2 * REPLIES + 3))
