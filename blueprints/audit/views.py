"""The administrators' pages of privileged acts: who, what, when and why; and erasing what was typed with an act."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.access import signed_in_member, staff_only
from blueprints.audit.sentences import rows_by_day, sentence_for
from blueprints.audit.wording import names_in
from blueprints.fields import plain_day
from blueprints.times import clock_time, day_with_weekday
from community import audit
from community.accounts import queries as people
from community.accounts import rules
from community.audit import labels, queries, texts
from community.audit.queries import PAGE_LENGTH, AuditFilter
from community.moderation.actions import erase_note
from community.room import current_rooms
from models.audit import AuditEntry
from models.base import transaction

bp = Blueprint("audit", __name__, url_prefix="/staff/audit")

# Ids in both databases have no more digits.
MOST_DIGITS = 18
# To find older entries, people use the filters.
LAST_PAGE = 10_000


@bp.get("/")
@staff_only(rules.is_administrator)
def list_entries() -> ResponseReturnValue:
    """Show the log, newest first, filtered by act, person and day. A parameter that cannot be read counts as absent."""
    wanted, page = _parse_filter(), min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    entries, count = queries.list_entries(wanted, page), queries.count_entries(wanted)
    actors = people.list_members_by_id(queries.list_actor_ids())
    context = _entry_context(entries)
    return render_template(
        "audit/entries.html",
        days=rows_by_day(entries, actors, context["names"]),
        day_with_weekday=day_with_weekday,
        clock_time=clock_time,
        count=count,
        page=page,
        last_page=-(-count // PAGE_LENGTH),
        **context,
        actions=[("", _("すべて")), *((name, labels.action_label(name)) for name in queries.list_actions())],
        people=[("", _("すべて")), *((m.id, m.display_name) for m in actors.values() if m.erased_at is None)],
        given={name: value for name, value in request.args.items() if name in _FILTERS and value},
    )


@bp.get("/<int:entry_id>")
@staff_only(rules.is_administrator)
def show_entry(entry_id: int) -> ResponseReturnValue:
    """Show one act, with the link to erasing what was typed with it."""
    entry = queries.get_entry(entry_id) or abort(404)
    actors = people.list_members_by_id([] if entry.actor_id is None else [entry.actor_id])
    context = _entry_context([entry])
    sentence = sentence_for(entry, actors, context["names"])
    return render_template("audit/entry.html", entry=entry, actors=actors, sentence=sentence, **context)


@bp.get("/<int:entry_id>/erase")
@staff_only(rules.is_administrator)
def ask_about_erasing(entry_id: int) -> ResponseReturnValue:
    """Show what will be erased for good and what stays, with the button that erases."""
    entry = queries.get_entry(entry_id) or abort(404)
    if entry.text is None or texts.is_erased(entry):
        return redirect(url_for(".show_entry", entry_id=entry_id))
    actors = people.list_members_by_id([] if entry.actor_id is None else [entry.actor_id])
    copy = current_rooms().reason_copies.get(entry.action)
    return render_template("audit/erase.html", entry=entry, actors=actors, copy=copy, **_entry_context([entry]))


@bp.post("/<int:entry_id>/erase")
@staff_only(rules.is_administrator)
def erase_text(entry_id: int) -> ResponseReturnValue:
    """Erase what was typed with an act, for good; a note that is the same text is erased too."""
    with transaction():
        entry = queries.get_entry(entry_id) or abort(404)
        if audit.erase_text(entry, signed_in_member().id):
            erase_note(entry)
    flash(_("文面を消しました。だれがいつ何をしたかは残っています。"))
    return redirect(url_for(".show_entry", entry_id=entry_id))


def _entry_context(entries: Sequence[AuditEntry]) -> dict[str, Any]:
    """Return what the templates need to name what was done and to whom."""
    return {
        "names": names_in(entries),
        "labels": labels,
        "texts": texts,
        "wrong": queries.find_wrong_texts(entries),
    }


_FILTERS = ("action", "actor", "since", "until")


def _parse_filter() -> AuditFilter:
    actor, until = request.args.get("actor", ""), _parse_day("until")
    is_number = actor.isascii() and actor.isdecimal() and len(actor) <= MOST_DIGITS
    return AuditFilter(
        action=request.args.get("action", "").replace("\x00", "") or None,
        actor_id=int(actor) if is_number else None,
        since=_midnight(_parse_day("since")),
        before=_midnight(until + timedelta(days=1) if until else None),
    )


def _parse_day(name: str) -> date | None:
    try:
        day = date.fromisoformat(plain_day(request.args.get(name, "")))
    except ValueError:
        return None
    return day if date(2000, 1, 1) <= day <= date(2099, 12, 31) else None


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, current_app.config["COMMUNITY_ZONE"]) if day else None
