"""What an open page asks for: whether there is something new, the new posts, and how far its reader has come."""

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, public, signed_in_member, signed_in_only
from blueprints.throttling import requester
from community.extensions import limiter
from community.forums import pages, reading
from community.notifications.actions import mark_read_about
from community.notifications.queries import count_unread
from models.base import transaction

from .bp import bp
from .drawing import PostDrawer
from .finding import find_topic, reader
from .presenting import show_posts

# Every ten seconds from a page without a socket, some pages at once; behind one address a whole hall.
LOOKS = "600 per minute"
# Guests are counted by their network, where a whole office may have a topic open.
LOOKS_OF_GUESTS = "6000 per minute"


def _looks() -> str:
    return LOOKS if current_member() else LOOKS_OF_GUESTS


@bp.get("/topics/<int:topic_id>/updates")
@public
@limiter.limit(_looks, key_func=requester)
def show_updates(topic_id: int) -> ResponseReturnValue:
    """JSON: the topic's version, how many posts there are after `?after=`, how much the reader has not seen."""
    topic = find_topic(topic_id)
    member_id = reader().member_id
    return jsonify(
        version=topic.version,
        new_replies=pages.count_posts_after(topic, _after()),
        unread=count_unread(member_id) if member_id is not None else 0,
    )


@bp.get("/topics/<int:topic_id>/posts")
@public
@limiter.limit(_looks, key_func=requester)
def list_new_posts(topic_id: int) -> ResponseReturnValue:
    """The posts after `?after=` as articles, to be put under the others."""
    topic = find_topic(topic_id)
    posts = pages.list_posts_after(topic, _after())
    views = show_posts(reader(), topic, posts, is_solved=topic.accepted_post_id is not None)
    return render_template("forums/_new_posts.html", topic=topic, posts=posts, views=views, draw_post=PostDrawer())


def _after() -> int:
    return max(request.args.get("after", 0, type=int), 0)


@bp.post("/topics/<int:topic_id>/read")
@signed_in_only
def mark_read(topic_id: int) -> ResponseReturnValue:
    """The page is left: how far it was read. What the reader was told about the topic is seen with it."""
    topic = find_topic(topic_id)
    member = signed_in_member()
    position = request.form.get("position", 0, type=int)
    with transaction():
        reading.mark_read(topic, member, position)
        mark_read_about(member.id, ("topic", topic_id))
    return "", 204
