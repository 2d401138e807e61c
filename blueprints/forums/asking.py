"""A form was sent before and says something else now: its writer chooses, a further post or that one changed."""

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from blueprints import times
from blueprints.access import signed_in_member
from blueprints.conflicts import CONFLICT, digest
from community.forums import actions, drafts, queries, rules
from community.forums.composing import clean_body, clean_title
from community.forums.sending import SentBeforeError
from models.base import transaction
from models.forums import Post

from .drafts import keep_sent, read_writing
from .forms import WritingForm, new_form_key
from .loaders import viewer
from .refusals import check_edit, find_post_to_edit
from .view_models import url_of

# What the buttons of the question send as `again`.
CHANGE, FURTHER = "change", "new"


def ask(post_id: int, place: str, form: WritingForm) -> ResponseReturnValue:
    """Show what was stored beside what was sent. The text is a draft meanwhile; the form gets a key of its own."""
    post = queries.get_post(post_id, seen_by=viewer())
    is_same = post is not None and post.hidden_at is None and _says_the_same(post, form)
    if not is_same:
        keep_sent(place, form)
    form.form_key.data = new_form_key()
    return render_template(
        "forums/sent_before.html",
        form=form,
        place=place,
        post=post,
        is_same=is_same,
        at_text=times.date_and_time(post.created_at) if post is not None else "",
        url=url_of(post) if post is not None else None,
        before=f"{post_id} {_digest(post)}" if post is not None else "",
        may_change=post is not None and not is_same and rules.can_edit(viewer(), post) and _differs_in_text_only(post),
        fields={name: request.form.get(name, "") for name in ("title", "category", "kind") if name in request.form},
    ), CONFLICT


def change_earlier(place: str, form: WritingForm, title: str | None = None) -> ResponseReturnValue:
    """Replace the words of the post that the question showed; it is shown again where it has changed since.

    Raises SentBeforeError then, and BadTextError.
    """
    number, _space, shown = request.form.get("before", "").partition(" ")
    post = find_post_to_edit(int(number) if number.isascii() and number.isdigit() else 0)
    with transaction():
        actions.lock_post(post, post.topic, signed_in_member())
        check_edit(post)
        written = title or post.topic.title, clean_body(form.body.data or "")
        if _digest(post) != shown and written != (post.topic.title, post.body):
            raise SentBeforeError(post.id)
        actions.edit_post(post, post.topic, signed_in_member(), form.body.data or "", title)
        drafts.finish(signed_in_member(), read_writing(place, request.form, form))
    return redirect(url_of(post))


def wants_change() -> bool:
    """The writer has answered the question with changing the earlier post."""
    return request.form.get("again") == CHANGE


def wants_further() -> bool:
    """The writer has answered the question with posting it beside the earlier one."""
    return request.form.get("again") == FURTHER


def _says_the_same(post: Post, form: WritingForm) -> bool:
    title = request.form.get("title")
    return post.body == clean_body(form.body.data or "") and (title is None or clean_title(title) == post.topic.title)


def _differs_in_text_only(post: Post) -> bool:
    """Category and kind of a topic are not changed by an edit."""
    category, kind = request.form.get("category"), request.form.get("kind")
    return category is None or (category, kind) == (str(post.topic.category_id), str(post.topic.kind))


def _digest(post: Post) -> str:
    return digest({"title": post.topic.title, "body": post.body})
