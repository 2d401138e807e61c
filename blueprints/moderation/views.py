"""The endpoints that remove, take back and restore things of every kind that a room hands over to moderation."""

from typing import Any, NamedTuple

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.access import RefusedError, current_viewer, signed_in_member, signed_in_only, staff_only
from community.accounts.rules import is_moderator
from community.moderation import actions
from community.moderation.queries import get_open_removal, list_removals
from community.room import Moderation, current_rooms
from models.base import transaction
from models.moderation import Removal, RemovalReason

from .forms import RemovalForm, RestorationForm

bp = Blueprint("moderation", __name__, url_prefix="/moderation")


class _Moderated(NamedTuple):
    """A thing, its room's description of moderation, and the viewer as that room sees them."""

    moderation: Moderation[Any, Any]
    item: Any
    viewer: Any


@bp.route("/<kind>/<int:item_id>/remove", methods=["GET", "POST"])
@staff_only(is_moderator)
def remove(kind: str, item_id: int) -> ResponseReturnValue:
    """Ask for the reason, then hide the thing."""
    moderation, item, viewer = _find_moderated(kind, item_id)
    if not moderation.can_remove(viewer, item, get_open_removal(kind, item_id)):
        abort(403)
    form = RemovalForm()
    back = moderation.address(item)
    if form.validate_on_submit():
        with transaction():
            if not moderation.can_remove(viewer, item, actions.lock(item)):
                abort(403)
            actions.remove(item, signed_in_member(), RemovalReason(form.reason.data), (form.note.data or "").strip())
        flash(_("取り下げました。投稿した人には理由が見えます。"), f"undo {_restore_url(kind, item_id)}")
        return redirect(back)
    status = 422 if form.is_submitted() else 200
    return render_template("moderation/remove.html", form=form, question=moderation.question, back=back), status


@bp.post("/<kind>/<int:item_id>/take-back")
@signed_in_only
def take_back(kind: str, item_id: int) -> ResponseReturnValue:
    """Hide the author's own thing; they can restore it."""
    moderation, item, viewer = _find_moderated(kind, item_id)
    with transaction():
        if _has_taken_back(actions.lock(item)):
            return redirect(moderation.address(item))  # pressed twice
        if not moderation.can_take_back(viewer, item):
            abort(403)
        actions.remove(item, signed_in_member(), RemovalReason.AUTHOR)
    flash(_("投稿を取り下げました。"), f"undo {_restore_url(kind, item_id)}")
    return redirect(moderation.address(item))


@bp.post("/<kind>/<int:item_id>/restore")
@signed_in_only
def restore(kind: str, item_id: int) -> ResponseReturnValue:
    """Show the thing again: a moderator what was removed, an author what they took back."""
    moderation, item, viewer = _find_moderated(kind, item_id)
    form = RestorationForm()
    with transaction():
        removal = actions.lock(item)
        if removal is None and _has_just_restored(kind, item_id):
            return redirect(moderation.address(item))  # pressed twice
        if not moderation.can_restore(viewer, item, removal):
            abort(403)
        if not form.validate():
            raise RefusedError(400, " ".join(map(str, form.note.errors)))
        actions.restore(item, signed_in_member(), (form.note.data or "").strip())
    if item.hidden_at is None:
        flash(_("もとに戻しました。"))
    else:
        flash(_("運営の取り下げをやめました。投稿した人が取り下げているため、まだ表示していません。"))
    return redirect(moderation.address(item))


def _find_moderated(kind: str, item_id: int) -> _Moderated:
    """Return the thing. Ends the request with 404 if no room has the kind or the viewer may not know of the thing."""
    moderation = current_rooms().moderations.get(kind)
    if moderation is None:
        abort(404)
    viewer = current_viewer(moderation.viewer)
    item = moderation.get(item_id, viewer)
    if item is None:
        abort(404)
    return _Moderated(moderation, item, viewer)


def _has_taken_back(removal: Removal | None) -> bool:
    """Return whether the member has taken the thing back already: they have pressed twice."""
    if removal is None or removal.reason != RemovalReason.AUTHOR:
        return False
    return removal.removed_by_id == signed_in_member().id


def _has_just_restored(kind: str, item_id: int) -> bool:
    """Return whether the member is who restored the thing last: they have pressed twice."""
    return [each.restored_by_id for each in list_removals(kind, item_id)[:1]] == [signed_in_member().id]


def _restore_url(kind: str, item_id: int) -> str:
    return url_for(".restore", kind=kind, item_id=item_id)
