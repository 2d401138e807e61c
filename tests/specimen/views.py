"""The specimen's pages. A real room has this in blueprints/<room>/."""

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from blueprints.access import current_member, members_only, public, signed_in_member, staff_only
from blueprints.conflicts import CONFLICT, ConflictError
from blueprints.conversions import find_origin
from blueprints.live_parts import LivePart, draw_changed, make_mark, read_shown_parts
from blueprints.page_cache import cached_for_guests
from community import text
from community.accounts.queries import get_profile
from community.accounts.rules import is_community_manager
from models.base import transaction

from . import actions, queries, rules
from .conversions import CONVERSIONS, begin_with
from .forms import NoteForm
from .models import Note
from .room import LIST_SCOPE, note_scope

bp = Blueprint("notes", __name__, url_prefix="/notes", template_folder="templates")


@bp.get("")
@public
@cached_for_guests(lambda: {LIST_SCOPE})
def list_notes() -> ResponseReturnValue:
    return render_template("notes/list.html", notes=queries.list_notes())


@bp.get("/<int:note_id>")
@public
@cached_for_guests(lambda note_id: {note_scope(note_id)})
def show_note(note_id: int) -> ResponseReturnValue:
    note = _find(note_id)
    return render_template("notes/note.html", note=note, part=_parts(note)["note-text"], rules=rules)


@bp.get("/<int:note_id>/updates")
@public
def show_updates(note_id: int) -> ResponseReturnValue:
    """JSON: the note's version, and what looks different from what the page shows."""
    note = _find(note_id)
    return jsonify(version=note.version, new=0, unread=0, parts=draw_changed(_parts(note), read_shown_parts()))


@bp.route("/new", methods=["GET", "POST"])
@members_only
def write_note() -> ResponseReturnValue:
    origin = find_origin(CONVERSIONS, signed_in_member())
    form = NoteForm(data=begin_with(origin) if origin else None)
    if form.validate_on_submit():
        with transaction():
            note = actions.write_note(signed_in_member(), form.title.data or "", form.body.data or "")
        return redirect(url_for(".show_note", note_id=note.id))
    return render_template("notes/edit.html", form=form, note=None), 422 if form.errors else 200


@bp.route("/<int:note_id>/edit", methods=["GET", "POST"])
@members_only
def edit_note(note_id: int) -> ResponseReturnValue:
    note = _find(note_id)
    if not rules.can_edit(current_member(), note):
        abort(403)
    form = NoteForm(data=_state(note))
    form.remember(_state(note))
    if form.validate_on_submit():
        try:
            with transaction():
                actions.lock_note(note)
                if form.check(_state(note)):
                    actions.edit_note(note, form.title.data or "", form.body.data or "")
        except ConflictError:
            return render_template("notes/edit.html", form=form, note=note), CONFLICT
        return redirect(url_for(".show_note", note_id=note.id))
    return render_template("notes/edit.html", form=form, note=note), 422 if form.errors else 200


@bp.post("/<int:note_id>/present")
@members_only
def present_note(note_id: int) -> ResponseReturnValue:
    note = _find(note_id)
    with transaction():
        actions.present_note(note, signed_in_member())
    return redirect(url_for(".show_note", note_id=note.id))


@bp.post("/<int:note_id>/review/<handle>")
@members_only
def ask_for_review(note_id: int, handle: str) -> ResponseReturnValue:
    note, member = _find(note_id), signed_in_member()
    reviewer = get_profile(handle, seen_by=member)
    if not rules.can_edit(member, note) or reviewer is None:
        abort(403)
    with transaction():
        actions.ask_for_review(note, reviewer, member)
    return redirect(url_for(".show_note", note_id=note.id))


@bp.post("/<int:note_id>/pin")
@staff_only(is_community_manager)
def pin_note(note_id: int) -> ResponseReturnValue:
    note = _find(note_id)
    with transaction():
        actions.lock_note(note)
        actions.pin_note(note, signed_in_member())
    flash("留めました。")
    return redirect(url_for(".show_note", note_id=note.id))


def _find(note_id: int) -> Note:
    return queries.get_note(note_id, seen_by=current_member()) or abort(404)


def _state(note: Note) -> dict[str, object]:
    return {"title": note.title, "body": note.body}


def _parts(note: Note) -> dict[str, LivePart]:
    mark = make_mark(note.title, note.body)

    def draw() -> Markup:
        return Markup(render_template("notes/_text.html", note=note, mark=mark, html=text.to_html(note.body)))  # noqa: S704  our template

    return {"note-text": LivePart(lambda: mark, draw)}
