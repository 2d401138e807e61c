"""The list of one's sign-ins, and signing out in other browsers."""

from datetime import timedelta

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import reauthentication
from blueprints.access import signed_in_member, signed_in_only
from blueprints.signin.bp import bp
from community.signin import known_devices, sign_ins
from community.signin import queries as signin_queries
from models.base import now, transaction

AN_HOUR = timedelta(hours=1)


@bp.get("/me/sessions")
@signed_in_only
def list_sign_ins() -> ResponseReturnValue:
    """Show the browser that asks first, then those used last."""
    member = signed_in_member()
    return render_template(
        "signin/sign_ins.html",
        sign_ins=signin_queries.list_sign_ins(member.id, first=member.sign_in_key),
        devices=known_devices.list_signed_out(member.id),
        wants_device_mail=known_devices.wants_device_mail(member),
        here=member.sign_in_key,
        an_hour_ago=now() - AN_HOUR,
    )


@bp.post("/me/sessions/<int:sign_in_id>/end")
@signed_in_only
@reauthentication.required(lambda: _("サインアウトする"), "signin.list_sign_ins")
def end_sign_in(sign_in_id: int) -> ResponseReturnValue:
    """Sign out in another browser of one's own; one that was signed out meanwhile is no error."""
    with transaction():
        ended = sign_ins.end(signed_in_member(), sign_in_id)
    flash(_("その端末でサインアウトしました。") if ended else _("その端末では、もうサインアウトしています。"))
    return redirect(url_for(".list_sign_ins"))


@bp.post("/me/devices/<int:device_id>/forget")
@signed_in_only
@reauthentication.required(lambda: _("端末を外す"), "signin.list_sign_ins")
def forget_device(device_id: int) -> ResponseReturnValue:
    """Forget a browser of one's own, and sign out there; hence the reauthentication."""
    with transaction():
        forgotten = sign_ins.forget_device(signed_in_member(), device_id)
    flash(_("その端末を外しました。") if forgotten else _("その端末は、もう外れています。"))
    return redirect(url_for(".list_sign_ins"))


@bp.post("/me/sessions/end-others")
@signed_in_only
@reauthentication.required(lambda: _("ほかのすべての端末でサインアウトする"), "signin.list_sign_ins")
def end_other_sign_ins() -> ResponseReturnValue:
    member = signed_in_member()
    with transaction():
        sign_ins.end_others(member, but=member.sign_in_key)
    flash(_("ほかの端末ではサインアウトしました。"))
    return redirect(url_for(".list_sign_ins"))
