"""The session was lost while somebody wrote: the text becomes a draft, and they come back to its form."""

import re
from collections.abc import Mapping

from flask import url_for

from blueprints.accounts.resume import on_resume
from community.forums import reading
from models.accounts import Member

_REPLY = re.compile(r"/forums/topics/(\d{1,18})/posts")
_EDIT = re.compile(r"/forums/posts/(\d{1,18})/edit")


def put_back(member: Member, path: str, fields: Mapping[str, str]) -> str:
    """Keep the text as the member's draft; answer the page whose form shows it."""
    place, page = _place_of(path)
    if place is not None:
        body, title = fields.get("body", ""), fields.get("title", "")
        reading.save_draft(member, place, body=body, title=title)
    return page


def _place_of(path: str) -> tuple[str | None, str]:
    if reply := _REPLY.fullmatch(path):
        return f"topic:{reply[1]}", url_for("forums.show_topic", topic_id=int(reply[1]), _anchor="reply")
    if edit := _EDIT.fullmatch(path):
        return f"post:{edit[1]}", url_for("forums.edit_post", post_id=int(edit[1]))
    if path == "/forums/topics/new":
        return "new", url_for("forums.new_topic")
    return None, url_for("forums.list_categories")


on_resume("/forums/", put_back)
