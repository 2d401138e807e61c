"""Filters of the library that somebody of the staff saves for themselves."""

from urllib.parse import parse_qsl

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict

from blueprints import limits
from blueprints.access import signed_in_member, staff_only
from blueprints.conflicts import CONFLICT, ConflictError
from blueprints.stories.bp import bp
from community.stories.library import saved_filters
from community.stories.library.saved_filters import FilterNameTakenError, TooManyFiltersError
from community.stories.rules import works_with_stories
from models.base import today, transaction

from .library_forms import FilterForm, NewFilterForm
from .library_params import parse_params

# What an address can hold.
LONGEST_QUERY = 4_000


@bp.post("/library/filters")
@staff_only(works_with_stories)
def save_filter() -> ResponseReturnValue:
    """Save what is asked for under a name."""
    typed = request.form.get("query", "")[:LONGEST_QUERY]
    # Only what the library understands is saved, so that the address that is opened later is one of its own.
    asked = parse_params(MultiDict(parse_qsl(typed)), today())
    form = NewFilterForm()
    if form.validate():
        try:
            with transaction():
                saved_filters.save_filter(signed_in_member(), form.name.data or "", asked.query)
        except (FilterNameTakenError, IntegrityError):
            form.name.errors = [_("この名前の条件が、もうあります。ほかの名前にしてください。")]
        except TooManyFiltersError:
            most = saved_filters.MOST_SAVED
            form.name.errors = [_("条件は%(most)s個まで保存できます。使わないものを消してください。", most=most)]
        else:
            flash(_("「%(name)s」を保存しました。", name=form.name.data))
            return redirect(asked.link())
    form.query.data = asked.query
    return render_template("stories/library/save_filter.html", form=form, back=asked.link()), limits.REFUSED


@bp.route("/library/filters/<int:filter_id>", methods=["GET", "POST"])
@staff_only(works_with_stories)
def edit_filter(filter_id: int) -> ResponseReturnValue:
    """Show a saved filter, and give it another name."""
    saved = saved_filters.get_filter(filter_id, signed_in_member()) or abort(404)
    form = FilterForm(data={"name": saved.name})
    form.remember({"name": saved.name})
    status = 200
    if form.is_submitted():
        status = limits.REFUSED
        if form.validate():
            try:
                with transaction():
                    saved = saved_filters.lock_filter(saved)
                    if form.check({"name": saved.name}):
                        saved_filters.rename_filter(saved, form.name.data or "")
            except ConflictError:
                status = CONFLICT
            except (FilterNameTakenError, IntegrityError):
                form.name.errors = [_("この名前の条件が、もうあります。ほかの名前にしてください。")]
            else:
                flash(_("条件の名前を変えました。"))
                return redirect(url_for(".show_library"))
    return render_template("stories/library/edit_filter.html", form=form, saved=saved), status


@bp.post("/library/filters/<int:filter_id>/delete")
@staff_only(works_with_stories)
def delete_filter(filter_id: int) -> ResponseReturnValue:
    """Delete a saved filter."""
    saved = saved_filters.get_filter(filter_id, signed_in_member()) or abort(404)
    name = saved.name
    with transaction():
        saved_filters.delete_filter(saved)
    flash(_("「%(name)s」を消しました。", name=name))
    return redirect(url_for(".show_library"))
