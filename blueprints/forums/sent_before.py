"""A form was sent before and differs now: its writer chooses to change the earlier post or to add another one."""

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

# Values of `again`, one for each button of the question.
CHANGE, FURTHER = "change", "new"


def ask_writer(post_id: int, place: str, form: WritingForm) -> ResponseReturnValue:
    """Show the stored post beside what was sent now, and ask which of the two is meant.

    What was sent is saved as a draft meanwhile, and the form gets a key of its own.
    """
    post = queries.get_post(post_id, seen_by=viewer())
    is_same = post is not None and post.hidden_at is None and _has_the_same_text(post, form)
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
        before=f"{post_id} {_digest_post(post)}" if post is not None else "",
        may_change=post is not None and not is_same and rules.can_edit(viewer(), post) and _differs_in_text_only(post),
        fields={name: request.form.get(name, "") for name in ("title", "category", "kind") if name in request.form},
    ), CONFLICT


def change_earlier(place: str, form: WritingForm, title: str | None = None) -> ResponseReturnValue:
    """Replace the text of the earlier post, as its writer chose, and return the redirect to it.

    Raises SentBeforeError if the post has changed since it was shown, and BadTextError.
    """
    number, _space, shown = request.form.get("before", "").partition(" ")
    post = find_post_to_edit(int(number) if number.isascii() and number.isdigit() else 0)
    with transaction():
        actions.lock_post(post, post.topic, signed_in_member())
        check_edit(post)
        written = title or post.topic.title, clean_body(form.body.data or "")
        if _digest_post(post) != shown and written != (post.topic.title, post.body):
            raise SentBeforeError(post.id)
        actions.edit_post(post, post.topic, signed_in_member(), form.body.data or "", title)
        drafts.finish(signed_in_member(), read_writing(place, request.form, form))
    return redirect(url_of(post))


def wants_change() -> bool:
    """Return whether the writer chose to change the earlier post."""
    return request.form.get("again") == CHANGE


def wants_further() -> bool:
    """Return whether the writer chose another post beside the earlier one."""
    return request.form.get("again") == FURTHER


def _has_the_same_text(post: Post, form: WritingForm) -> bool:
    title = request.form.get("title")
    return post.body == clean_body(form.body.data or "") and (title is None or clean_title(title) == post.topic.title)


def _differs_in_text_only(post: Post) -> bool:
    """Return whether an edit could make the post what was sent: it cannot change a topic's category and kind."""
    category, kind = request.form.get("category"), request.form.get("kind")
    return category is None or (category, kind) == (str(post.topic.category_id), str(post.topic.kind))


def _digest_post(post: Post) -> str:
    return digest({"title": post.topic.title, "body": post.body})
