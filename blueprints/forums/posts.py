"""Replying, editing, and the former texts of a post."""

from flask import abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from blueprints import attachments, times
from blueprints.access import signed_in_member, signed_in_only
from blueprints.conflicts import CONFLICT, ConflictError, describe_change
from blueprints.throttling import requester
from community import text
from community.accounts.names import author_label
from community.extensions import limiter
from community.forums import actions, drafts, pages, queries, reading, rules
from community.forums.composing import clean_body
from community.forums.paging import count_pages
from community.forums.revising import compare
from community.forums.sending import SentBeforeError
from models.base import transaction
from models.forums import Draft, Post

from . import sent_before
from .bp import bp
from .drafts import find_draft, note_on, read_writing
from .forms import EditForm, OpeningEditForm, ReplyForm
from .loaders import find_post, find_topic_with_facts, viewer
from .refusals import check_edit, find_post_to_edit, find_topic_to_reply_to
from .topics import render_topic
from .view_models import place_url, url_of

# More than a lively conversation needs.
REPLIES = "20 per 10 minutes; 200 per day"


@bp.post("/topics/<int:topic_id>/posts")
@limiter.limit(REPLIES, key_func=requester)
@signed_in_only
def post_reply(topic_id: int) -> ResponseReturnValue:
    """Add a reply; the same form with the same text sent twice leads to one post."""
    topic, place = find_topic_to_reply_to(topic_id), pages.draft_place(topic_id)
    form = ReplyForm()
    if not form.validate() or not attachments.store_files(form):
        return _render_refused(topic_id, form)
    author = signed_in_member()
    try:
        if sent_before.wants_change():
            return sent_before.change_earlier(place, form)
        with transaction():
            post = actions.post_reply(
                topic, author, form.body.data or "", form_key=form.key, is_further=sent_before.wants_further()
            )
            drafts.finish(author, read_writing(place, request.form, form))
            reading.mark_read(topic, author, post.position)
            address = place_url(post, viewer())
    except SentBeforeError as error:
        return sent_before.ask_writer(error.post_id, place, form)
    except text.BadTextError as error:
        form.body.errors = [str(error)]
        return _render_refused(topic_id, form)
    return redirect(address)


def _render_refused(topic_id: int, form: ReplyForm) -> ResponseReturnValue:
    """Return the page with the refused form, and the topic loaded anew: the transaction that loaded it has ended."""
    topic, facts = find_topic_with_facts(topic_id)
    return render_topic(topic, facts, count_pages(facts.shown), form), 422


@bp.get("/posts/<int:post_id>/edit")
@signed_in_only
def edit_post(post_id: int) -> ResponseReturnValue:
    """Show the form with the post's text, or with the draft of an edit."""
    post, draft = find_post_to_edit(post_id), find_draft(f"post:{post_id}")
    form = _edit_form(post, sent=False)
    form.body.data, form.draft.data = (draft.body, draft.mark) if draft else (post.body, "")
    if isinstance(form, OpeningEditForm):
        form.title.data = draft.title if draft and draft.title else post.topic.title
    if draft is not None and draft.seen:
        form.seen.data = draft.seen
    elif draft is None or not _is_older(draft, post):
        form.remember(_post_state(post))
    return _render_edit(post, form, draft)


@bp.post("/posts/<int:post_id>/edit")
@limiter.limit(REPLIES, key_func=requester)
@signed_in_only
def save_post(post_id: int) -> ResponseReturnValue:
    """Replace the text; the former one is kept for everybody to compare."""
    form = _edit_form(find_post_to_edit(post_id), sent=True)
    if not form.validate() or not attachments.store_files(form):
        return _render_edit(find_post_to_edit(post_id), form), 422
    post = find_post_to_edit(post_id)
    title = form.title.data if isinstance(form, OpeningEditForm) else None
    try:
        with transaction():
            actions.lock_post(post, post.topic, signed_in_member())
            check_edit(post)
            if form.check(_post_state(post), _typed_state(form), changed_by=lambda: _describe_last_edit(post)):
                actions.edit_post(post, post.topic, signed_in_member(), form.body.data or "", title)
            drafts.finish(signed_in_member(), read_writing(f"post:{post_id}", request.form, form))
    except ConflictError:
        return _render_edit(find_post_to_edit(post_id), form), CONFLICT
    except text.BadTextError as error:
        form.body.errors = [str(error)]
        return _render_edit(find_post_to_edit(post_id), form), 422
    return redirect(url_of(post))


def _render_edit(post: Post, form: EditForm | OpeningEditForm, draft: Draft | None = None) -> str:
    """Return the page of the form. `draft`: what the form shows in place of the post's text."""
    return render_template("forums/edit_post.html", form=form, post=post, back=url_of(post), draft_note=note_on(draft))


def _post_state(post: Post) -> dict[str, str]:
    """Return what the form shows of a post; only a topic's first post has a title."""
    return {"body": post.body, "title": post.topic.title}


def _typed_state(form: EditForm | OpeningEditForm) -> dict[str, str]:
    """Return what the form says, as it would be stored."""
    typed = {"body": clean_body(form.body.data or "")}
    return typed | {"title": actions.clean_title(form.title.data or "")} if isinstance(form, OpeningEditForm) else typed


def _is_older(draft: Draft, post: Post) -> bool:
    """Return whether the post was edited after the draft was saved."""
    return post.edited_at is not None and draft.saved_at < post.edited_at


def _describe_last_edit(post: Post) -> str:
    """Return when the post was edited last. Only its author edits a post, so nobody is named."""
    revisions = queries.list_revisions(post)
    return describe_change("", revisions[-1].replaced_at) if revisions else ""


def _edit_form(post: Post, *, sent: bool) -> EditForm | OpeningEditForm:
    """Return the form for the post; a topic's first post has the title too."""
    kind = OpeningEditForm if post.position == 1 else EditForm
    return kind() if sent else kind(formdata=None)


@bp.get("/posts/<int:post_id>/history")
@signed_in_only
def list_revisions(post_id: int) -> ResponseReturnValue:
    """Show each edit as what was removed and what was added, newest first."""
    post = find_post(post_id)
    if not rules.can_see_revisions(viewer(), post):
        abort(403)
    edits = [
        {
            "at": edit.replaced_at,
            "at_text": times.when(edit.replaced_at),
            "by": author_label(viewer().member, edit.replaced_by),
            "title": edit.title_parts,
            "parts": edit.body_parts,
        }
        for edit in compare(post, post.topic.title, queries.list_revisions(post))
    ]
    name = author_label(viewer().member, post)
    return render_template("forums/history.html", post=post, edits=edits, back=url_of(post), name=name)
