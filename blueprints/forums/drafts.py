"""Drafts: saved from any device while somebody writes, shown in their form, listed, discarded and restored."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import times
from blueprints.access import signed_in_member, signed_in_only
from blueprints.throttling import requester
from community import text
from community.extensions import limiter
from community.forums import drafts, queries, rules, sending
from community.forums.drafts import Writing
from community.forums.labels import category_name
from models.base import transaction
from models.forums import Draft, Post, Topic, TopicKind

from .bp import bp
from .forms import FORM_KEY, WritingForm
from .loaders import viewer
from .navigation import may_ask_somewhere

# A form saves two seconds after each pause in typing.
SAVES = "60 per minute"
NEW = "new"
PLACE = re.compile(r"new|(?:topic|post):[1-9][0-9]{0,17}", re.ASCII)
# Digits of a number that is an id in both databases for certain.
LONGEST_NUMBER = 18
FIRST_WORDS = 120
SEEN_LENGTH = 64


# --- for the views of forms


def read_writing(place: str, fields: Mapping[str, str], form: WritingForm | None = None) -> Writing:
    """Return what was sent, as a draft has it. With a form, its text, to which pictures may have been added."""
    key, number, category = fields.get("form_key", ""), fields.get("save_number", ""), fields.get("category", "")
    return Writing(
        place=place,
        body=(form.body.data if form else fields.get("body")) or "",
        title=fields.get("title", ""),
        category_id=_known_category(category),
        kind=fields["kind"] if fields.get("kind") in set(TopicKind) else "",
        seen=text.tidy(fields.get("seen", ""))[:SEEN_LENGTH],
        form_key=key if FORM_KEY.fullmatch(key) else None,
        save_number=int(number) if _is_number(number) else None,
        mark=fields.get("draft", ""),
    )


def _known_category(sent: str) -> int | None:
    category = viewer().categories.get(int(sent)) if _is_number(sent) else None
    return category.id if category is not None and rules.can_read_category(viewer(), category) else None


def _is_number(sent: str) -> bool:
    return sent.isascii() and sent.isdigit() and len(sent) <= LONGEST_NUMBER


def find_draft(place: str) -> Draft | None:
    """Return the draft that the place's form shows: the one of `?draft=`, else the newest; None if there is none."""
    return queries.get_draft(viewer().member_id, place, request.args.get("draft", type=int))


def begin_with(draft: Draft | None, quoted: str) -> str:
    """Return the text that a form begins with: the draft, followed by what is quoted if both fit into a post."""
    body = draft.body if draft is not None else ""
    if not body.strip() or not quoted:
        return body or quoted
    both = f"{body.rstrip()}\n\n{quoted}"
    return body if quoted.strip() in body or len(both) > text.MAX_CHARACTERS else both


@dataclass(frozen=True)
class DraftNote:
    """What a form says about the draft it shows."""

    said: str
    discard_url: str
    others_url: str  # "" where there are none


def note_on(draft: Draft | None) -> DraftNote | None:
    """Return the note on the draft that a form shows; None without a draft."""
    if draft is None:
        return None
    is_one_of_several = len(queries.list_drafts_at(draft.member_id, draft.place)) > 1
    return DraftNote(
        said=_("%(when)sの書きかけを戻しました", when=times.date_and_time(draft.saved_at)),
        discard_url=url_for("forums.discard_draft", draft_id=draft.id),
        others_url=url_for("forums.list_drafts") if is_one_of_several else "",
    )


# --- saved while somebody writes


@bp.post("/drafts/<place>")
@limiter.limit(SAVES, key_func=requester)
@signed_in_only
def save_draft(place: str) -> ResponseReturnValue:
    """Save what is being written. JSON: the draft's mark, the number of its last save, whether this one changed it."""
    _check_place(place)
    writing = read_writing(place, request.form)
    named = drafts.name_place(viewer(), place)
    try:
        with transaction():
            draft, saved = drafts.save(signed_in_member(), drafts.with_topic_title(writing, named))
            answer = {"draft": draft.mark, "number": draft.save_number, "saved": saved}
    except drafts.TooManyDraftsError:
        return jsonify(error="too_many", message=_("下書きが多すぎます。使わないものを破棄してください。")), 409
    return jsonify(answer)


def keep_sent(place: str, form: WritingForm) -> None:
    """Save as a draft what was sent and refused, and make that draft the form's own."""
    writing = read_writing(place, request.form, form)
    named = drafts.name_place(viewer(), place)
    try:
        with transaction():
            draft, _saved = drafts.save(signed_in_member(), drafts.with_topic_title(writing, named))
            form.draft.data = draft.mark
    except drafts.TooManyDraftsError:
        return  # the form shows the text all the same


@bp.get("/drafts/<place>")
@signed_in_only
def show_draft(place: str) -> ResponseReturnValue:
    """Return the member's newest draft at the place as JSON."""
    _check_place(place)
    draft = queries.get_draft(signed_in_member().id, place)
    if draft is None:
        return jsonify(title="", body="", category=None)
    return jsonify(title=draft.title, body=draft.body, category=draft.category_id)


@bp.post("/drafts/<place>/sent")
@limiter.limit(SAVES, key_func=requester)
@signed_in_only
def check_sent(place: str) -> ResponseReturnValue:
    """Return as JSON whether what a form has sent was stored: then the browser may delete its copy."""
    _check_place(place)
    writing = read_writing(place, request.form)
    return jsonify(stored=_is_stored(writing))


def _is_stored(writing: Writing) -> bool:
    kind, _, number = writing.place.partition(":")
    if kind == "post":
        post = queries.get_post(int(number), seen_by=viewer())
        is_own = post is not None and post.author_id == viewer().member_id
        return post is not None and is_own and sending.is_in(post, writing.title, writing.body)
    if kind == "topic":
        content = sending.content_of_reply(int(number), writing.body)
    else:
        content = sending.content_of_topic(writing.category_id, writing.kind, writing.title, writing.body)
    return sending.is_stored(signed_in_member().id, writing.form_key, content)


def _check_place(place: str) -> None:
    if not PLACE.fullmatch(place):
        abort(404)


# --- the list


@dataclass(frozen=True)
class DraftRow:
    """A draft in the list. `url` None: its place is gone, and the list itself shows its text."""

    draft: Draft
    title: str
    what: str
    category: str
    first_words: str
    when: str
    url: str | None
    discard_url: str


@bp.get("/drafts")
@signed_in_only
def list_drafts() -> ResponseReturnValue:
    """Show the member's drafts, newest first, with the text of those whose place is gone."""
    found = queries.list_drafts(signed_in_member().id)
    topics = queries.list_topics_by_id(_place_ids(found, "topic"), seen_by=viewer())
    posts = queries.list_posts_by_id(_place_ids(found, "post"), seen_by=viewer())
    may_ask = bool(queries.writable_categories(viewer()))
    rows = [_draft_row(draft, topics, posts, may_ask=may_ask) for draft in found]
    ask_url = url_for("forums.new_topic") if may_ask_somewhere(signed_in_member()) else None
    return render_template("forums/drafts.html", rows=rows, ask_url=ask_url)


def _place_ids(found: list[Draft], kind: str) -> list[int]:
    return [int(draft.place.partition(":")[2]) for draft in found if draft.place.startswith(f"{kind}:")]


def _draft_row(draft: Draft, topics: Mapping[int, Topic], posts: Mapping[int, Post], *, may_ask: bool) -> DraftRow:
    kind, _colon, number = draft.place.partition(":")
    topic, post = None, None
    if kind == "topic":
        topic = topics.get(int(number))
        what, is_open = _("トピックへの返信"), topic is not None and rules.can_reply(viewer(), topic)
        url = url_for("forums.show_topic", topic_id=int(number), draft=draft.id, _anchor="reply")
    elif kind == "post":
        post = posts.get(int(number))
        topic = post.topic if post is not None else None
        what, is_open = _("投稿の編集"), post is not None and rules.can_edit(viewer(), post)
        url = url_for("forums.edit_post", post_id=int(number), draft=draft.id)
    else:
        what, is_open = _("新しい質問・話題"), may_ask
        url = url_for("forums.new_topic", draft=draft.id)
    category = viewer().categories.get(topic.category_id if topic is not None else draft.category_id)
    return DraftRow(
        draft=draft,
        # Where the topic may no longer be seen, its title as the writer saw it.
        title=draft.title or (topic.title if topic is not None else draft.topic_title) or _("（題はまだありません）"),
        what=what,
        category=category_name(category) if category and rules.can_read_category(viewer(), category) else "",
        first_words=_first_words(draft.body),
        when=times.date_and_time(draft.saved_at),
        url=url if is_open else None,
        discard_url=url_for("forums.discard_draft", draft_id=draft.id),
    )


def _first_words(body: str) -> str:
    words_only = " ".join(body.split())
    return words_only if len(words_only) <= FIRST_WORDS else f"{text.cut(words_only, FIRST_WORDS - 1)}…"


# --- discarded and restored


@bp.post("/drafts/<int:draft_id>/discard")
@signed_in_only
def discard_draft(draft_id: int) -> ResponseReturnValue:
    """Discard a draft; a form that shows it first saves what was typed since, so that 元に戻す restores that too."""
    draft = _find_own_draft(draft_id)
    writing = read_writing(draft.place, request.form)
    with transaction():
        if not writing.is_empty and (writing.form_key == draft.form_key or writing.mark == draft.mark):
            drafts.save(signed_in_member(), drafts.with_topic_title(writing, draft.topic_title))
        drafts.discard(draft)
    is_from_form = request.form.get("from") == "form"
    undo = url_for(".restore_draft", draft_id=draft_id, to="form" if is_from_form else None)
    flash(_("下書きを破棄しました。"), f"undo {undo}")
    return redirect(_form_url(draft) if is_from_form else url_for(".list_drafts"))


@bp.post("/drafts/<int:draft_id>/restore")
@signed_in_only
def restore_draft(draft_id: int) -> ResponseReturnValue:
    """Restore a discarded draft; with `?to=form` go back to its form."""
    draft = _find_own_draft(draft_id)
    if not rules.can_restore_draft(draft):
        abort(404)
    with transaction():
        drafts.restore(draft)
    flash(_("下書きを戻しました。"))
    return redirect(_form_url(draft) if request.args.get("to") == "form" else url_for(".list_drafts"))


def _find_own_draft(draft_id: int) -> Draft:
    return queries.get_own_draft(signed_in_member().id, draft_id) or abort(404)


def _form_url(draft: Draft) -> str:
    """Return the address of the form that the draft belongs to."""
    kind, _colon, number = draft.place.partition(":")
    if kind == "topic":
        return url_for(".show_topic", topic_id=int(number), _anchor="reply")
    return url_for(".edit_post", post_id=int(number)) if kind == "post" else url_for(".new_topic")
