"""The page that asks for the password or a code again, and sends on the form that waits for it."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import browser_sessions, limits, reauthentication
from blueprints.access import signed_in_member, signed_in_only
from blueprints.reauthentication import SEND_THERE, SignedOutMeanwhileError
from blueprints.signin.bp import bp
from community.signin import sign_ins


@bp.get("/me/proof")
@signed_in_only
def ask_to_reauthenticate() -> ResponseReturnValue:
    """Show the page; a member who has just reauthenticated goes on."""
    path = browser_sessions.own_path(request.args.get("next"))
    return (
        redirect(path)
        if sign_ins.is_reauthenticated(signed_in_member())
        else reauthentication.render_page(reauthentication.make_form(path, formdata=None))
    )


@bp.post("/me/proof")
@signed_in_only
def reauthenticate() -> ResponseReturnValue:
    """Check password or code, renew the sign-in key, and go on to the page or with the form that waits."""
    form = reauthentication.make_form(request.form.get("proof_path"))
    try:
        reauthenticated = reauthentication.reauthenticate(form)
    except SignedOutMeanwhileError:
        return redirect(url_for("signin.ask_to_reauthenticate", next=form.proof_path.data))
    if not reauthenticated:
        return reauthentication.render_page(form), limits.REFUSED
    path = browser_sessions.own_path(form.proof_path.data)
    if not form.proof_waits.data:
        return redirect(path)
    return (
        redirect(path, SEND_THERE)
        if reauthentication.find_act(path, "POST") is not None
        else redirect(browser_sessions.HOME)
    )
