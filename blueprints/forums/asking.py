"""A form was sent before and says something else now: its writer chooses, a further post or that one changed."""

import hashlib

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from blueprints.access import signed_in_member
from community.forums import actions, drafts, queries, rules
from community.forums.composing import clean_body
from community.forums.sending import SentBeforeError
from models.base import transaction
from models.forums import Post

from . import words
from .drafts import read_writing
from .finding import reader
from .forms import WritingForm, new_form_key
from .presenting import url_of
from .refusals import find_post_to_edit

CONFLICT = 409
# What the buttons of the question send as `again`.
CHANGE = "change"


def ask(post_id: int, place: str, form: WritingForm) -> ResponseReturnValue:
    """Show what was stored beside what was sent. The text is a draft meanwhile; the form gets a key of its own."""
    writing = read_writing(place, request.form, form)
    with transaction():
        draft, _saved = drafts.save(signed_in_member(), writing)
        mark = draft.mark
    form.form_key.data, form.draft.data = new_form_key(), mark
    post = queries.get_post(post_id, seen_by=reader())
    return render_template(
        "forums/sent_before.html",
        form=form,
        place=place,
        post=post,
        at_text=words.date_and_time(post.created_at) if post is not None else "",
        url=url_of(post) if post is not None else None,
        before=f"{post_id}-{_digest(post)}" if post is not None else "",
        may_change=post is not None and rules.can_edit(reader(), post) and _differs_in_text_only(post),
        fields={name: request.form.get(name, "") for name in ("title", "category", "kind") if name in request.form},
    ), CONFLICT


def change_earlier(place: str, form: WritingForm, title: str | None = None) -> ResponseReturnValue:
    """Replace the words of the post that the question showed; it is shown again where it has changed since.

    Raises SentBeforeError then, and BadTextError.
    """
    number, _dash, digest = request.form.get("before", "").partition("-")
    post = find_post_to_edit(int(number) if number.isascii() and number.isdigit() else 0)
    with transaction():
        actions.hold(post, post.topic)
        written = title or post.topic.title, clean_body(form.body.data or "")
        if _digest(post) != digest and written != (post.topic.title, post.body):
            raise SentBeforeError(post.id)
        actions.edit_post(post, post.topic, signed_in_member(), form.body.data or "", title)
        drafts.finish(signed_in_member(), read_writing(place, request.form, form))
    return redirect(url_of(post))


def wants_change() -> bool:
    """The writer has answered the question with changing the earlier post."""
    return request.form.get("again") == CHANGE


def _differs_in_text_only(post: Post) -> bool:
    """Category and kind of a topic are not changed by an edit."""
    category, kind = request.form.get("category"), request.form.get("kind")
    return category is None or (category, kind) == (str(post.topic.category_id), str(post.topic.kind))


def _digest(post: Post) -> str:
    return hashlib.sha256(f"{post.topic.title}\0{post.body}".encode()).hexdigest()[:16]
