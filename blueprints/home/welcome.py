"""The first page of a newcomer: what the community is, and one useful act, chosen by what there is to do."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import browser_sessions
from blueprints.access import signed_in_member, signed_in_only
from blueprints.room import current_pages
from blueprints.room_parts import Values, WelcomeAct
from community.joining import welcomes
from models.accounts import Member
from models.base import transaction

from .bp import bp


@bp.get("/welcome")
@signed_in_only
def show_welcome() -> ResponseReturnValue:
    """Show the welcome until it is closed; then redirect to the first page."""
    member = signed_in_member()
    if not welcomes.is_waiting(member):
        return redirect(url_for(".show_home"))
    act, offer = _choose_act(member)
    return render_template("home/welcome.html", act=act, offer=offer)


def _choose_act(member: Member) -> tuple[WelcomeAct | None, Values]:
    """Return the first act that suits the member, with its values; (None, None) if no room has any."""
    for act in current_pages().welcome_acts:
        if (offer := act.values(member)) is not None:
            return act, offer
    return None, None


@bp.post("/welcome/<name>/<int:thing_id>")
@signed_in_only
def do_welcome_act(name: str, thing_id: int) -> ResponseReturnValue:
    """Do the offered act, and close the welcome."""
    prepare = next((act.prepare for act in current_pages().welcome_acts if act.name == name), None) or abort(404)
    member = signed_in_member()
    prepared = prepare(member, thing_id)
    with transaction():
        prepared.act()
        welcomes.close(member)
    flash(prepared.said)
    return redirect(prepared.address)


@bp.post("/welcome/close")
@signed_in_only
def close_welcome() -> ResponseReturnValue:
    """Close the welcome for good. Redirect to the chosen act or to the first page."""
    with transaction():
        welcomes.close(signed_in_member())
    return redirect(browser_sessions.own_path(request.form.get("next")))
