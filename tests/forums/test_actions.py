"""Each act in the forum: the rows it writes, exactly one signal, and how it is taken back."""

import pytest
import sqlalchemy as sa

from community.forums import actions, answers, queries, reading
from community.moderation import actions as moderation
from community.text import MAX_CHARACTERS, BadTextError, BodyTooLongError
from models.accounts import Member
from models.base import db
from models.forums import Post, PostRevision, Reaction, ReactionKind, Topic, TopicRead
from models.ledger import Signal, SignalKind
from models.moderation import RemovalReason
from models.notifications import Mention, Watch
from tests.acts import is_effective
from tests.cast import Cast
from tests.forums.conftest import Forum, first_page, load, open_topic, reply, signals

ACCEPTED = (SignalKind.ANSWER_ACCEPTED, SignalKind.ANSWER_ACCEPTED_INSIDE)
REACTED = (SignalKind.REACTION_RECEIVED, SignalKind.REACTION_RECEIVED_INSIDE)


def facts(signal: Signal) -> tuple[object, ...]:
    return (signal.kind, signal.member_id, signal.subject_kind, signal.subject_id, signal.parent_id, signal.by_id)


# --- writing


def test_opening_a_topic_is_one_act(cast: Cast, forum: Forum) -> None:
    topic = open_topic(forum.public, cast.owner, "  題の\nある   質問 ")
    assert (topic.title, topic.last_position, topic.account_id) == ("題の ある 質問", 1, cast.a.id)
    assert [facts(s) for s in signals(*SignalKind)] == [
        (SignalKind.TOPIC_OPENED, cast.owner.id, "topic", topic.id, None, None)
    ]
    assert db.session.scalars(sa.select(Watch.member_id).where(Watch.subject_id == topic.id)).all() == [cast.owner.id]


def test_replying_is_one_act_and_gives_the_next_position(cast: Cast, topic: Topic) -> None:
    version = topic.version
    posts = [reply(topic, author) for author in (cast.stranger, cast.third, cast.stranger)]
    assert [post.position for post in posts] == [2, 3, 4]
    assert (topic.last_position, topic.version) == (4, version + 3)
    assert [facts(s) for s in signals(SignalKind.REPLY_POSTED)] == [
        (SignalKind.REPLY_POSTED, post.author_id, "post", post.id, topic.id, None) for post in posts
    ]
    assert {s.account_id for s in signals(SignalKind.REPLY_POSTED)} == {cast.b.id, cast.c.id}


def test_staff_answer_without_scoring_for_anybody(cast: Cast, topic: Topic) -> None:
    reply(topic, cast.cs)
    assert [s.account_id for s in signals(SignalKind.REPLY_POSTED)] == [None]


def test_the_same_form_sent_twice_makes_one_post(cast: Cast, forum: Forum, topic: Topic) -> None:
    first = actions.post_reply(topic, cast.stranger, "一度だけ", form_key="k1")
    again = actions.post_reply(topic, cast.stranger, "一度だけ", form_key="k1")
    assert (again.id, topic.last_position) == (first.id, 2)
    assert len(signals(SignalKind.REPLY_POSTED)) == 1
    one = actions.open_topic(forum.public, cast.stranger, "題", "本文", form_key="k2")
    two = actions.open_topic(forum.public, cast.stranger, "題", "本文", form_key="k2")
    assert one.id == two.id
    other = actions.post_reply(topic, cast.third, "別の人の同じ鍵", form_key="k1")
    assert other.id != first.id


@pytest.mark.parametrize("body", ["", " \n\u3000\n", "\x00\u202e"])
def test_nothing_written_is_refused(cast: Cast, topic: Topic, body: str) -> None:
    with pytest.raises(BadTextError):
        actions.post_reply(topic, cast.stranger, body)
    assert topic.last_position == 1


def test_too_much_is_refused(cast: Cast, topic: Topic) -> None:
    with pytest.raises(BodyTooLongError):
        actions.post_reply(topic, cast.stranger, "あ" * (MAX_CHARACTERS + 1))


def test_named_people_are_told_if_they_may_read_it(cast: Cast, forum: Forum) -> None:
    topic = open_topic(forum.private, cast.owner)
    post = reply(topic, cast.owner, "@colleague さん、@stranger さん、@cs さん、@owner、@nobody")
    mentioned = db.session.scalars(sa.select(Mention.member_id).where(Mention.subject_id == post.id)).all()
    assert set(mentioned) == {cast.colleague.id, cast.cs.id}
    assert 'href="/people/colleague"' in post.html


def test_an_edit_keeps_what_was_said(cast: Cast, topic: Topic) -> None:
    post = reply(topic, cast.stranger, "最初の文")
    assert actions.edit_post(post, topic, cast.stranger, "次の文 @third")
    assert not actions.edit_post(post, topic, cast.stranger, " 次の文 @third\n")
    (revision,) = queries.list_revisions(post)
    assert (revision.body, revision.html, revision.title) == ("最初の文", "<p>最初の文</p>", None)
    assert (post.body, post.edited_at is not None) == ("次の文 @third", True)
    assert db.session.scalars(sa.select(Mention.member_id).where(Mention.subject_id == post.id)).all() == [
        cast.third.id
    ]
    assert len(signals(SignalKind.REPLY_POSTED)) == 1


def test_the_title_is_edited_with_the_first_post(cast: Cast, topic: Topic) -> None:
    opening = first_page(topic).opening
    assert opening is not None
    former = topic.title
    assert actions.edit_post(opening, topic, cast.owner, opening.body, "新しい題")
    assert topic.title == "新しい題"
    assert [r.title for r in queries.list_revisions(opening)] == [former]


def test_a_reply_cannot_change_the_title(cast: Cast, topic: Topic) -> None:
    post, former = reply(topic, cast.stranger), topic.title
    actions.edit_post(post, topic, cast.stranger, "直した", "乗っ取り")
    assert topic.title == former
    assert db.session.scalars(sa.select(PostRevision.title)).all() == [None]


# --- accepting


def test_accepting_an_answer_of_another_company_is_an_act_of_the_answerer(cast: Cast, topic: Topic) -> None:
    post = reply(topic, cast.stranger)
    assert answers.accept_answer(topic, post, cast.owner) is not None
    assert answers.accept_answer(topic, post, cast.owner) is None
    assert topic.accepted_post_id == post.id
    assert [facts(s) for s in signals(*ACCEPTED)] == [
        (SignalKind.ANSWER_ACCEPTED, cast.stranger.id, "post", post.id, topic.id, cast.owner.id)
    ]


def test_accepting_a_colleagues_answer_is_an_act_without_weight(cast: Cast, topic: Topic) -> None:
    answers.accept_answer(topic, reply(topic, cast.colleague), cast.owner)
    assert [s.kind for s in signals(*ACCEPTED)] == [SignalKind.ANSWER_ACCEPTED_INSIDE]


def test_a_sister_company_is_no_other_company(cast: Cast, topic: Topic) -> None:
    post = reply(topic, cast.stranger)
    cast.a.parent_id = cast.b.parent_id = cast.partner.account.id if cast.partner.account else None
    db.session.flush()
    answers.accept_answer(topic, post, cast.owner)
    answers.react(post, topic, cast.owner, ReactionKind.THANKS)
    answers.react(post, topic, cast.third, ReactionKind.THANKS)
    # A later change of parents records nothing anew, and what is taken back is what was recorded.
    cast.a.parent_id = None
    db.session.flush()
    assert [s.kind for s in signals(*ACCEPTED)] == [SignalKind.ANSWER_ACCEPTED_INSIDE]
    kinds = [SignalKind.REACTION_RECEIVED_INSIDE, SignalKind.REACTION_RECEIVED]
    assert [s.kind for s in signals(*REACTED)] == kinds
    answers.unreact(post, topic, cast.owner, ReactionKind.THANKS)
    answers.react(post, topic, cast.owner, ReactionKind.THANKS)
    assert [s.kind for s in signals(*REACTED) if s.root_id is None] == [*kinds, SignalKind.REACTION_RECEIVED]


def test_ones_own_answer_solves_the_question_and_earns_nothing(cast: Cast, topic: Topic) -> None:
    post = reply(topic, cast.owner)
    assert answers.accept_answer(topic, post, cast.owner) is None
    assert topic.accepted_post_id == post.id
    assert signals(*ACCEPTED) == []


def test_another_answer_takes_the_place_and_the_signal_of_the_first(cast: Cast, topic: Topic) -> None:
    first, second = reply(topic, cast.stranger), reply(topic, cast.third)
    old = answers.accept_answer(topic, first, cast.owner)
    new = answers.accept_answer(topic, second, cast.owner)
    assert old is not None
    assert new is not None
    assert (is_effective(old), is_effective(new)) == (False, True)
    assert answers.withdraw_acceptance(topic, cast.owner)
    assert not answers.withdraw_acceptance(topic, cast.owner)
    assert not is_effective(new)
    assert (topic.accepted_post_id, topic.accepted_at) == (None, None)
    again = answers.accept_answer(topic, load(first), cast.owner)
    assert again is not None
    assert is_effective(again)
    assert [is_effective(s) for s in signals(*ACCEPTED) if s.root_id is None].count(True) == 1


# --- reacting


@pytest.mark.parametrize(("reactor", "kind"), [("third", REACTED[0]), ("colleague_of_author", REACTED[1])])
def test_a_reaction_is_an_act_of_the_author(cast: Cast, topic: Topic, reactor: str, kind: SignalKind) -> None:
    by = cast.moderator if reactor == "colleague_of_author" else cast.third
    post = reply(topic, cast.stranger)
    assert answers.react(post, topic, by, ReactionKind.THANKS)
    assert not answers.react(post, topic, by, ReactionKind.THANKS)
    assert [facts(s) for s in signals(*REACTED)] == [(kind, cast.stranger.id, "post", post.id, topic.id, by.id)]


def test_a_reaction_taken_back_takes_its_signal_with_it(cast: Cast, topic: Topic) -> None:
    post = reply(topic, cast.stranger)
    answers.react(post, topic, cast.third, ReactionKind.THANKS)
    answers.react(post, topic, cast.third, ReactionKind.HELPFUL)
    assert answers.unreact(post, topic, cast.third, ReactionKind.THANKS)
    assert not answers.unreact(post, topic, cast.third, ReactionKind.THANKS)
    thanks, helpful = [s for s in signals(*REACTED) if s.root_id is None]
    assert (is_effective(thanks), is_effective(helpful)) == (False, True)
    assert queries.reactions_of([post.id], cast.third.id) == {post.id: {ReactionKind.HELPFUL: (1, True)}}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Reaction)) == 1


# --- removing


def test_what_is_removed_takes_its_acts_along_and_brings_them_back(cast: Cast, topic: Topic) -> None:
    post, version = reply(topic, cast.stranger), topic.version
    answers.accept_answer(topic, post, cast.owner)
    answers.react(post, topic, cast.third, ReactionKind.THANKS)
    acts = [s for s in signals(SignalKind.REPLY_POSTED, *ACCEPTED, *REACTED) if s.root_id is None]
    moderation.remove(post, cast.moderator, RemovalReason.SPAM, "宣伝です")
    assert [is_effective(s) for s in acts] == [False] * 3
    assert first_page(topic).accepted is None
    moderation.restore(post, cast.moderator)
    assert [is_effective(s) for s in acts] == [True] * 3
    assert first_page(topic).accepted is not None
    assert topic.version == version + 4


def test_a_topic_takes_all_that_is_in_it_along(cast: Cast, topic: Topic) -> None:
    reply(topic, cast.stranger)
    moderation.remove(topic, cast.moderator, RemovalReason.OFF_TOPIC)
    acts = signals(SignalKind.TOPIC_OPENED, SignalKind.REPLY_POSTED)
    assert [is_effective(s) for s in acts if s.root_id is None] == [False, False]
    for member, sees in ((cast.third, False), (cast.owner, True), (cast.moderator, True), (None, False)):
        assert (queries.get_topic(topic.id, seen_by=queries.get_viewer(member)) is not None) == sees


# --- reading


def mark(member: Member, topic: Topic) -> int:
    return queries.read_to(member.id, topic.id)


def test_read_marks_only_move_forward_and_not_beyond_the_end(cast: Cast, topic: Topic) -> None:
    for _ in range(3):
        reply(topic, cast.stranger)
    for position, expected in ((2, 2), (1, 2), (99, 4), (-5, 4), (0, 4)):
        reading.mark_read(topic, cast.third, position)
        assert mark(cast.third, topic) == expected
    db.session.refresh(topic)
    assert reading.count_views() == 1
    db.session.refresh(topic)
    assert topic.views == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(TopicRead)) == 1


def first_unread(topic: Topic, after: int) -> int | None:
    post = queries.first_unread(topic, after)
    return post.position if post else None


def test_the_first_unread_post_skips_what_was_removed(cast: Cast, topic: Topic) -> None:
    posts = [reply(topic, cast.stranger) for _ in range(3)]
    assert first_unread(topic, 0) == 1
    reading.mark_read(topic, cast.third, 1)
    moderation.remove(posts[0], cast.moderator, RemovalReason.SPAM)
    assert first_unread(topic, mark(cast.third, topic)) == 3
    reading.mark_read(topic, cast.third, 4)
    assert first_unread(topic, mark(cast.third, topic)) == 4
    moderation.remove(posts[2], cast.moderator, RemovalReason.SPAM)
    assert first_unread(topic, mark(cast.third, topic)) == 3


def test_a_text_that_would_be_refused_today_can_still_be_edited(cast: Cast, topic: Topic) -> None:
    post = reply(topic, cast.stranger)
    refused = sa.update(Post).where(Post.id == post.id).values(body="[" * 1_000)
    db.session.execute(refused)
    db.session.refresh(post)
    assert actions.edit_post(post, topic, cast.stranger, "読める文にしました。")
    assert post.body == "読める文にしました。"
