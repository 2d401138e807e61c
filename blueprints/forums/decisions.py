"""What readers say of a post: that it solved the question, or one tap of thanks."""

from flask import abort, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.access import signed_in_member, signed_in_only
from blueprints.throttling import requester
from community.extensions import limiter
from community.forums import answers, queries, rules
from community.notifications import actions as notifications
from models.base import transaction
from models.forums import ReactionKind

from .bp import bp
from .loaders import find_post, find_topic, viewer
from .view_models import items_of, url_of

TAPS = "60 per minute"


@bp.post("/posts/<int:post_id>/accept")
@limiter.limit(TAPS, key_func=requester)
@signed_in_only
def accept_answer(post_id: int) -> ResponseReturnValue:
    """Say that this one solved the question; another answer's seal moves here."""
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
    """The question is open again."""
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
    """Say it, or take it back: the same button. JSON for the page's script, a way back for a plain form."""
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


@bp.post("/topics/<int:topic_id>/<any(watch, unwatch):choice>")
@signed_in_only
def follow_topic(topic_id: int, choice: str) -> ResponseReturnValue:
    """Hear of what happens there, or no more of it."""
    topic = find_topic(topic_id)
    member = signed_in_member()
    with transaction():
        if choice == "watch":
            notifications.watch(member.id, topic)
        else:
            notifications.unwatch(member.id, topic)
    flash(_("更新をお知らせします。") if choice == "watch" else _("更新のお知らせを止めました。"))
    return redirect(url_for(".show_topic", topic_id=topic_id))
