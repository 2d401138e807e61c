"""Accepting an answer, and reacting to a post."""

from flask import abort, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from blueprints.access import signed_in_member, signed_in_only
from blueprints.throttling import requester
from community.extensions import limiter
from community.forums import answers, queries, rules
from models.base import transaction
from models.forums import ReactionKind

from .bp import bp
from .loaders import find_post, viewer
from .view_models import items_of, url_of

TAPS = "60 per minute"


@bp.post("/posts/<int:post_id>/accept")
@limiter.limit(TAPS, key_func=requester)
@signed_in_only
def accept_answer(post_id: int) -> ResponseReturnValue:
    """Mark the post as the answer that solved the question, in place of another one."""
    post = find_post(post_id)
    if not rules.can_accept(viewer(), post.topic, post):
        abort(403)
    with transaction():
        answers.accept_answer(post.topic, post, signed_in_member())
    return redirect(url_of(post))


@bp.post("/posts/<int:post_id>/withdraw")
@limiter.limit(TAPS, key_func=requester)
@signed_in_only
def withdraw_acceptance(post_id: int) -> ResponseReturnValue:
    """Open the question again."""
    post = find_post(post_id)
    if not rules.can_decide(viewer(), post.topic):
        abort(403)
    if post.topic.accepted_post_id == post.id:
        with transaction():
            answers.withdraw_acceptance(post.topic, signed_in_member())
    return redirect(url_of(post))


@bp.post("/posts/<int:post_id>/reactions")
@limiter.limit(TAPS, key_func=requester)
@signed_in_only
def react(post_id: int) -> ResponseReturnValue:
    """Add the reaction, or remove it if it is there: one button does both.

    JSON for a script, else a redirect to the post.
    """
    post = find_post(post_id)
    if not rules.can_react(viewer(), post):
        abort(403)
    kind = request.form.get("kind", "")
    if kind not in tuple(ReactionKind):
        abort(400)
    member = signed_in_member()
    with transaction():
        if not answers.react(post, post.topic, member, ReactionKind(kind)):
            answers.unreact(post, post.topic, member, ReactionKind(kind))
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return jsonify(items=items_of(queries.reactions_of([post.id], member.id)[post.id]))
    return redirect(url_of(post))
