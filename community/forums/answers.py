"""Accepting answers, and reactions to posts: acts of the post's author in the ledger."""

from datetime import datetime

import sqlalchemy as sa

from community import audit
from community.companies.families import is_same_family
from community.ledger.actions import record_signal, reverse
from models.accounts import Member
from models.base import db, now
from models.forums import Post, Reaction, ReactionKind, Topic
from models.ledger import Signal, SignalKind

from .actions import touch
from .indexing import index_opening

ACCEPTED = (SignalKind.ANSWER_ACCEPTED, SignalKind.ANSWER_ACCEPTED_INSIDE)
REACTED = (SignalKind.REACTION_RECEIVED, SignalKind.REACTION_RECEIVED_INSIDE)


def accept_answer(topic: Topic, post: Post, by: Member, *, at: datetime | None = None) -> Signal | None:
    """Mark the post as the answer that solved the question, in place of any other. Return the answerer's signal.

    Return None if the post is accepted already, or is the deciding person's own. `post.author` must be loaded.
    """
    _lock_decision(topic)
    if topic.accepted_post_id == post.id:
        return None
    before = topic.accepted_post_id
    _withdraw_accepted(topic)
    at = at or now()
    topic.accepted_post_id, topic.accepted_at = post.id, at
    touch(topic)
    index_opening(topic, before, post.id)
    _record_in_audit(topic, by, "forums.accept_for_asker", post.id)
    if post.author_id == by.id:
        return None
    kind = ACCEPTED[1] if is_same_family(post.author.account, by.account) else ACCEPTED[0]
    return record_signal(kind, post.author, subject=post, parent=topic, by=by, at=at)


def withdraw_acceptance(topic: Topic, by: Member) -> bool:
    """Open the question again and withdraw the answerer's signal. Return False if no answer was accepted."""
    _lock_decision(topic)
    if topic.accepted_post_id is None:
        return False
    before = topic.accepted_post_id
    _record_in_audit(topic, by, "forums.withdraw_for_asker", topic.accepted_post_id)
    _withdraw_accepted(topic)
    touch(topic)
    index_opening(topic, before)
    return True


def _record_in_audit(topic: Topic, by: Member, action: str, post_id: int) -> None:
    """Log the decision if it is made for the asker, which is a privilege; deciding on one's own question is none."""
    if topic.author_id != by.id:
        audit.record(by.id, action, "topic", topic.id, after={"post_id": post_id})


def _withdraw_accepted(topic: Topic) -> None:
    for act in _list_acts(ACCEPTED, topic.accepted_post_id):
        reverse(act)
    topic.accepted_post_id = topic.accepted_at = None


def react(post: Post, topic: Topic, by: Member, kind: ReactionKind, *, at: datetime | None = None) -> bool:
    """Add the person's reaction and the signal of the post's author. Return False if the reaction is there already.

    `post.author` must be loaded.
    """
    _lock_decision(topic)
    if db.session.get(Reaction, (post.id, by.id, kind)) is not None:
        return False
    signal_kind = REACTED[1] if is_same_family(post.author.account, by.account) else REACTED[0]
    at = at or now()
    signal = record_signal(signal_kind, post.author, subject=post, parent=topic, by=by, at=at)
    db.session.add(Reaction(post_id=post.id, member_id=by.id, kind=kind, signal_id=signal.id, created_at=at))
    touch(topic)
    return True


def unreact(post: Post, topic: Topic, by: Member, kind: ReactionKind) -> bool:
    """Remove the person's reaction and withdraw its signal. Return False if there is none."""
    _lock_decision(topic)
    reaction = db.session.get(Reaction, (post.id, by.id, kind))
    if reaction is None:
        return False
    signal = db.session.get(Signal, reaction.signal_id) if reaction.signal_id is not None else None
    db.session.delete(reaction)
    if signal is not None:
        reverse(signal)
    touch(topic)
    return True


def _lock_decision(topic: Topic) -> None:
    """Lock the topic's row and reload the accepted answer, so that decisions on one topic follow one another."""
    db.session.refresh(topic, ["accepted_post_id", "accepted_at"], with_for_update={"of": Topic})


def _list_acts(kinds: tuple[SignalKind, ...], post_id: int | None) -> list[Signal]:
    """Return every act of these kinds on the post, withdrawn ones too: `reverse` leaves those as they are."""
    return list(
        db.session.scalars(
            sa.select(Signal).where(
                Signal.subject_kind == Post.__tablename__,
                Signal.subject_id == post_id,
                Signal.kind.in_(kinds),
                Signal.root_id.is_(None),
            )
        )
    )
