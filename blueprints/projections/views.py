"""The page of the projections and its button."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.access import signed_in_member, staff_only
from community.accounts.rules import is_staff
from community.health.labels import kind_label
from community.ledger.queries import count_pending
from community.projections import actions, queries
from community.projections.projectors import PROJECTORS
from models.base import transaction

bp = Blueprint("projections", __name__, url_prefix="/staff/ledger")


@bp.get("/")
@staff_only(is_staff)
def show_projections() -> ResponseReturnValue:
    """Show the progress of each projection, and the stuck signals."""
    return render_template(
        "projections/projections.html",
        projections=queries.list_progress(tuple(p.name for p in PROJECTORS)),
        stuck=queries.list_stuck(),
        pending=count_pending(),
        kind_label=kind_label,
    )


@bp.post("/stuck/retry")
@staff_only(is_staff)
def hurry_stuck() -> ResponseReturnValue:
    """Try every stuck signal again now."""
    with transaction():
        actions.hurry_stuck(signed_in_member())
    flash(_("止まっている記録を、もう一度読み始めました。"))
    return redirect(url_for(".show_projections"))
