"""Pages of notifications: list them, open one, mark all as read."""

from flask import Blueprint, flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.access import signed_in_member, signed_in_only
from blueprints.room import current_pages
from blueprints.search_parts import NextStep
from community.mail.queries import is_bouncing
from community.notifications import actions, queries, unread
from models.base import transaction

from .view_models import address_of, list_views

bp = Blueprint("notifications", __name__, url_prefix="/notifications")


@bp.get("")
@signed_in_only
def list_notifications() -> ResponseReturnValue:
    """List the member's notifications, grouped by thing."""
    member = signed_in_member()
    steps = (room.before_first_notification() for room in current_pages().rooms)
    return render_template(
        "notifications/notifications.html",
        news=list_views(member),
        next_step=next((step for step in steps if step is not None), NextStep("", "")),
        unread=unread.count_unread(member.id),
        is_bouncing=is_bouncing(member.email),
    )


@bp.get("/count")
@signed_in_only
def count_unread() -> ResponseReturnValue:
    """Answer the number on the bell, for pages whose socket is gone."""
    return jsonify(unread=unread.count_unread(signed_in_member().id))


@bp.post("/<kind>/<int:thing_id>/open")
@signed_in_only
def open_notification(kind: str, thing_id: int) -> ResponseReturnValue:
    """Redirect to the first unread post about the thing, and mark its notifications as read."""
    member = signed_in_member()
    target = queries.find_target(member.id, (kind, thing_id))
    address = address_of(target, member) if target else None
    with transaction():
        actions.mark_read_about(member.id, (kind, thing_id))
    if address is None:
        flash(_("この投稿は、いまは見られません。"), "watch")
        return redirect(url_for(".list_notifications"))
    return redirect(address, 303)


@bp.post("/read")
@signed_in_only
def mark_all_read() -> ResponseReturnValue:
    """Mark all notifications as read."""
    with transaction():
        actions.mark_read(signed_in_member().id)
    flash(_("すべて既読にしました。"))
    return redirect(url_for(".list_notifications"), 303)
