"""One page and one button."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.access import signed_in_member, staff_only
from community.accounts.rules import is_staff
from community.health.labels import kind_label
from community.ledger.queries import count_pending
from community.settlement import actions, queries
from community.settlement.readers import READERS
from models.base import transaction

bp = Blueprint("settlement", __name__, url_prefix="/staff/ledger")


@bp.get("/")
@staff_only(is_staff)
def show_settlement() -> ResponseReturnValue:
    """How far each reader has read, and the signals that one could not read."""
    return render_template(
        "settlement/settlement.html",
        readers=queries.list_progress(tuple(r.name for r in READERS)),
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
    return redirect(url_for(".show_settlement"))
