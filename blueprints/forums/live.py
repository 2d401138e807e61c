"""What an open page asks for: whether there is something new, the new posts, and how far its viewer has read."""

import re
from collections.abc import Mapping

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, public, signed_in_member, signed_in_only
from blueprints.live_parts import draw_changed, read_shown_parts
from blueprints.throttling import requester
from community.extensions import limiter
from community.forums import pages, reading
from community.notifications.actions import mark_read_about
from community.notifications.unread import count_unread
from models.base import transaction

from .bp import bp
from .drawing import PostDrawer
from .loaders import find_topic, find_topic_with_facts, viewer
from .parts import parts_around, parts_of_posts
from .view_models import show_posts, solution_of

# A page without a socket asks every ten seconds, and a member may have many pages open.
LOOKS = "600 per minute"
# Guests are counted by their network, where a whole office may have a topic open.
LOOKS_OF_GUESTS = "6000 per minute"
# Element id of a post. A number of 18 digits is an id in both databases for certain.
POST_PART = re.compile(r"post-([1-9][0-9]{0,17})", re.ASCII)


def _looks() -> str:
    return LOOKS if current_member() else LOOKS_OF_GUESTS


@bp.get("/topics/<int:topic_id>/updates")
@public
@limiter.limit(_looks, key_func=requester)
def show_updates(topic_id: int) -> ResponseReturnValue:
    """JSON: the topic's version, the number of posts after `?after=`, and the viewer's unread notifications.

    If the page shows another `?version=` and names its `?parts=`: those of page `?page=` that have changed.
    """
    topic, shown = find_topic(topic_id), read_shown_parts()
    is_behind = bool(shown) and request.args.get("version", 0, type=int) != topic.version
    member_id = viewer().member_id
    return jsonify(
        version=topic.version,
        new=pages.count_posts_after(topic, _after()),
        unread=count_unread(member_id) if member_id is not None else 0,
        parts=_changed_parts(topic_id, shown) if is_behind else {},
    )


def _changed_parts(topic_id: int, shown: Mapping[str, str]) -> dict[str, str]:
    topic, facts = find_topic_with_facts(topic_id)
    numbers = [int(found[1]) for found in map(POST_PART.fullmatch, shown) if found]
    removals = pages.list_posts_with_removals(topic, numbers)
    hidden = {post.id: removal for post, removal in removals.items() if removal is not None}
    accepted = next((post for post in removals if post.id == topic.accepted_post_id and post.hidden_at is None), None)
    views = show_posts(viewer(), topic, list(removals), hidden, is_solved=accepted is not None)
    solution, draw_post = solution_of(topic, accepted, facts.first_answer_at), PostDrawer()
    around = parts_around(topic, views[accepted.id] if accepted else None, solution, draw_post)
    is_first_page = request.args.get("page", 1, type=int) == 1
    return draw_changed({**around, **parts_of_posts(topic, views, draw_post, is_first_page=is_first_page)}, shown)


@bp.get("/topics/<int:topic_id>/posts")
@public
@limiter.limit(_looks, key_func=requester)
def list_new_posts(topic_id: int) -> ResponseReturnValue:
    """Return the posts after `?after=` as HTML, to be put below the others."""
    topic = find_topic(topic_id)
    posts = pages.list_posts_after(topic, _after())
    views = show_posts(viewer(), topic, posts, is_solved=pages.is_solved(topic))
    return render_template("forums/_new_posts.html", topic=topic, posts=posts, views=views, draw_post=PostDrawer())


def _after() -> int:
    return max(request.args.get("after", 0, type=int), 0)


@bp.post("/topics/<int:topic_id>/read")
@signed_in_only
def mark_read(topic_id: int) -> ResponseReturnValue:
    """Store how far the page was read when it is left; notifications about the topic count as read with it."""
    topic = find_topic(topic_id)
    member = signed_in_member()
    position = request.form.get("position", 0, type=int)
    with transaction():
        reading.mark_read(topic, member, position)
        mark_read_about(member.id, ("topic", topic_id))
    return "", 204
