"""Removing and restoring posts and topics: by moderators with a reason, by authors what is their own."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.access import signed_in_member, signed_in_only, staff_only
from community.accounts.rules import is_moderator
from community.forums import actions, rules
from community.moderation.queries import get_open_removal
from models.base import transaction
from models.forums import Post, Topic
from models.moderation import RemovalReason

from .bp import bp
from .finding import find_post, find_topic, reader
from .forms import RemovalForm, RestorationForm
from .presenting import url_of


@bp.route("/posts/<int:post_id>/remove", methods=["GET", "POST"])
@staff_only(is_moderator)
def remove_post(post_id: int) -> ResponseReturnValue:
    """Ask for the reason, then hide."""
    post = find_post(post_id)
    return _remove(post, post.topic, url_of(post))


@bp.route("/topics/<int:topic_id>/remove", methods=["GET", "POST"])
@staff_only(is_moderator)
def remove_topic(topic_id: int) -> ResponseReturnValue:
    """The same for a whole topic."""
    topic = find_topic(topic_id)
    return _remove(topic, topic, url_for(".show_topic", topic_id=topic_id))


def _remove(item: Topic | Post, topic: Topic, back: str) -> ResponseReturnValue:
    if not rules.can_remove(reader(), item):
        abort(403)
    form = RemovalForm()
    if form.validate_on_submit():
        with transaction():
            reason = RemovalReason(form.reason.data)
            actions.remove(item, topic, signed_in_member(), reason, (form.note.data or "").strip())
        flash(_("取り下げました。投稿した人には理由が見えます。"), f"undo {_restore_url(item)}")
        return redirect(back)
    status = 422 if form.is_submitted() else 200
    return render_template("forums/remove.html", form=form, item=item, topic=topic, back=back), status


@bp.post("/posts/<int:post_id>/take-back")
@signed_in_only
def take_back(post_id: int) -> ResponseReturnValue:
    """The author's own reply; it can be put back."""
    post = find_post(post_id)
    if not rules.can_remove_own(reader(), post):
        abort(403)
    with transaction():
        actions.remove(post, post.topic, signed_in_member(), RemovalReason.AUTHOR)
    flash(_("投稿を取り下げました。"), f"undo {_restore_url(post)}")
    return redirect(url_of(post))


@bp.post("/posts/<int:post_id>/restore")
@signed_in_only
def restore_post(post_id: int) -> ResponseReturnValue:
    """Moderators what was removed, authors what they took back."""
    post = find_post(post_id)
    return _restore(post, post.topic, url_of(post))


@bp.post("/topics/<int:topic_id>/restore")
@staff_only(is_moderator)
def restore_topic(topic_id: int) -> ResponseReturnValue:
    topic = find_topic(topic_id)
    return _restore(topic, topic, url_for(".show_topic", topic_id=topic_id))


def _restore(item: Topic | Post, topic: Topic, back: str) -> ResponseReturnValue:
    removal = get_open_removal(item.__tablename__, item.id)
    if not rules.can_restore(reader(), item, removal):
        abort(403)
    form = RestorationForm()
    with transaction():
        actions.restore(item, topic, signed_in_member(), (form.note.data or "").strip())
    flash(_("もとに戻しました。"))
    return redirect(back)


def _restore_url(item: Topic | Post) -> str:
    if isinstance(item, Post):
        return url_for(".restore_post", post_id=item.id)
    return url_for(".restore_topic", topic_id=item.id)
