"""Pages to choose one's mails, to unsubscribe by a mail's link, and to look at failed mails."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import reauthentication
from blueprints.access import public, signed_in_member, signed_in_only, staff_only
from blueprints.conflicts import CONFLICT, ConflictError
from community.accounts.queries import get_member_to_change
from community.accounts.rules import is_administrator
from community.app.security import from_anywhere
from community.extensions import csrf
from community.mail import bounces, stopping
from community.mail import queries as outbox
from community.mailings import choices, hours, queries, rules
from community.room import current_rooms
from community.signin import known_devices
from models.accounts import Member
from models.base import transaction
from models.mail import Delivery

from . import words
from .forms import ChoicesForm, make_choices_form

bp = Blueprint("mailings", __name__)


@bp.get("/me/mails")
@signed_in_only
def edit_choices() -> ResponseReturnValue:
    member = signed_in_member()
    state = _state(member)
    form = make_choices_form(state)
    form.remember(state)
    return _choices_page(form)


def _state(member: Member) -> dict[str, Delivery | bool]:
    """Return the state of the form: the choices, or what the kinds suggest."""
    chosen = queries.get_choices(member.id)
    return {
        **{name: chosen.get(name, kind.delivery) for name, kind in current_rooms().notification_kinds.items()},
        "new_device": known_devices.wants_device_mail(member),
        "at_any_hour": queries.wants_any_hour(member.id),
    }


def _silences_device_mail() -> bool:
    """Return whether the sent form switches off the mail about new devices, which warns the owner of a thief."""
    return known_devices.wants_device_mail(signed_in_member()) and not ChoicesForm().new_device.data


@bp.post("/me/mails")
@signed_in_only
@reauthentication.required(lambda: _("新しい端末のメールを止める"), "mailings.edit_choices", when=_silences_device_mail)
def change_choices() -> ResponseReturnValue:
    form = make_choices_form()
    if not form.validate():
        return _choices_page(form), 422
    member = signed_in_member()
    try:
        with transaction():
            member = get_member_to_change(member.id) or member  # two tabs write one after the other
            if form.check(_state(member)):
                choices.choose(member.id, form.chosen(), at_any_hour=form.at_any_hour.data)
                known_devices.choose_mail(member, wanted=form.new_device.data)
    except ConflictError:
        return _choices_page(form), CONFLICT
    flash(_("設定を保存しました。"))
    return redirect(url_for(".edit_choices"))


@bp.post("/me/mails/resume")
@signed_in_only
def resume_mails() -> ResponseReturnValue:
    """Send mail to the address again, since the member says that it arrives; the next bounce stops it again."""
    with transaction():
        bounces.forgive(signed_in_member().email)
    flash(_("メールをもう一度お送りします。"))
    return redirect(url_for(".edit_choices"))


@bp.get("/mails/stop/<token>")
@public
def show_stop(token: str) -> ResponseReturnValue:
    """Show the page of a mail's unsubscribe link. It changes nothing by itself, since mail scanners open it too."""
    return _stop_page(token, "mailings/stop.html")


@bp.post("/mails/stop/<token>")
@csrf.exempt  # sent by mail programs without a session (RFC 8058); the token in the address authorises it
@from_anywhere
@public
def stop_mails(token: str) -> ResponseReturnValue:
    """Unsubscribe: by the page's button, or by mail programs in one click, which expect an answer and no redirect."""
    claim = stopping.read_stop_token(token)
    if claim is not None:
        with transaction():
            choices.stop(*claim)
    return _stop_page(token, "mailings/stopped.html")


@bp.get("/staff/mails")
@staff_only(is_administrator)
def list_failed() -> ResponseReturnValue:
    """List failed mails and their errors, without their texts: some contain secret links."""
    return render_template(
        "mailings/failed.html",
        failed=outbox.list_failed(),
        most=outbox.FAILED_SHOWN,
        kind_name=words.kind_name,
        failure=words.failure,
    )


def _choices_page(form: ChoicesForm) -> str:
    return render_template(
        "mailings/choices.html",
        form=form,
        kinds=tuple(current_rooms().notification_kinds),
        is_bouncing=outbox.is_bouncing(signed_in_member().email),
        cap=rules.DAILY_CAP,
        hours=(hours.FIRST_HOUR, hours.LAST_HOUR),
    )


def _stop_page(token: str, template: str) -> ResponseReturnValue:
    claim = stopping.read_stop_token(token)
    if claim is None:
        return render_template("mailings/stop_void.html"), 410
    return render_template(template, token=token, kind=words.kind_name(claim[1]))
