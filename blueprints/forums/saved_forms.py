"""Texts that were sent and could not be taken: saved as drafts, which their writers find in the form they came from."""

import re
from collections.abc import Mapping

from flask import url_for

from blueprints.room_parts import SavedForms
from community.forums import drafts, queries, rules
from models.accounts import Member
from models.forums import Draft

from .drafts import read_writing

_REPLY = re.compile(r"/forums/topics/([1-9]\d{0,17})/posts")
_EDIT = re.compile(r"/forums/posts/([1-9]\d{0,17})/edit")


def put_back(member: Member, path: str, fields: Mapping[str, str]) -> str | None:
    """Save the text as a draft beside those there are, and return the address of the page that shows it.

    Return None if the draft could not be saved, the form has no drafts, or it was shown to somebody else.
    """
    place = _draft_place_of(path)
    if place is None or fields.get("shown_to", "") not in {"", str(member.id)}:
        return None
    named = drafts.name_place(queries.get_viewer(member), place)
    writing = read_writing(place, fields)
    draft = drafts.keep_apart(member, drafts.with_topic_title(writing, named))
    if draft is None and not writing.is_empty:
        return None
    return _form_url(member, place, draft)


def _draft_place_of(path: str) -> str | None:
    if reply := _REPLY.fullmatch(path):
        return f"topic:{reply[1]}"
    if edit := _EDIT.fullmatch(path):
        return f"post:{edit[1]}"
    return "new" if path == "/forums/topics/new" else None


def _form_url(member: Member, place: str, draft: Draft | None) -> str:
    """Return the address of the form with the draft, or of the list of drafts if the form is closed to the member."""
    viewer = queries.get_viewer(member)
    newest = queries.get_draft(member.id, place)
    shown = draft.id if draft is not None and newest is not None and newest.id != draft.id else None
    kind, _colon, number = place.partition(":")
    if kind == "topic":
        topic = queries.get_topic(int(number), seen_by=viewer)
        if topic is not None and rules.can_reply(viewer, topic):
            return url_for("forums.show_topic", topic_id=topic.id, draft=shown, _anchor="reply")
    elif kind == "post":
        post = queries.get_post(int(number), seen_by=viewer)
        if post is not None and rules.can_edit(viewer, post):
            return url_for("forums.edit_post", post_id=post.id, draft=shown)
    elif queries.writable_categories(viewer):
        return url_for("forums.new_topic", draft=shown)
    return _drafts_url()


def _drafts_url() -> str:
    return url_for("forums.list_drafts")


SAVED_FORMS = SavedForms("/forums/", put_back, _drafts_url)
