"""Settings of language, time zone and look; look and language for guests too."""

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import browser_sessions, device_cookie
from blueprints.access import current_member, public, signed_in_member, signed_in_only
from blueprints.accounts.bp import bp
from blueprints.accounts.forms import SettingsForm
from blueprints.conflicts import CONFLICT, ConflictError
from community.accounts import actions, queries
from community.app import LOCALES, THEMES
from community.extensions import csrf
from community.signin import sign_ins
from models.accounts import Member
from models.base import transaction

A_YEAR_IN_SECONDS = 365 * 24 * 60 * 60


@bp.get("/me/settings")
@signed_in_only
def edit_settings() -> ResponseReturnValue:
    member = signed_in_member()
    form = SettingsForm(locale=member.locale, time_zone=member.time_zone)
    form.remember(_settings_state(member))
    return render_template("accounts/settings.html", form=form)


@bp.post("/me/settings")
@signed_in_only
def change_settings() -> ResponseReturnValue:
    member = signed_in_member()
    form = SettingsForm(time_zone=member.time_zone)
    if not form.validate():
        return render_template("accounts/settings.html", form=form), 422
    try:
        with transaction():
            member = queries.get_member_to_change(member.id) or abort(404)
            if form.check(_settings_state(member)):
                actions.change_settings(member, form.locale.data, form.time_zone.data)
    except ConflictError:
        return render_template("accounts/settings.html", form=form), CONFLICT
    flash(_("設定を保存しました。"))
    return _set_choice_cookie(redirect(url_for(".edit_settings")), "locale", form.locale.data)


def _settings_state(member: Member) -> dict[str, str]:
    """Return the values that the form shows."""
    return {"locale": member.locale, "time_zone": member.time_zone}


@bp.post("/theme")
@csrf.exempt
@public
def choose_theme() -> ResponseReturnValue:
    """Store the look in a cookie of this browser."""
    _require_csrf_token_of_members()
    theme = request.form.get("theme")
    if theme not in THEMES:
        abort(400)
    return _set_choice_cookie(redirect(browser_sessions.own_path(request.form.get("next"))), "theme", theme)


@bp.post("/language")
@csrf.exempt
@public
def choose_locale() -> ResponseReturnValue:
    """Store the language in a cookie of this browser, and for a member in their settings, which mails follow."""
    _require_csrf_token_of_members()
    locale = request.form.get("locale")
    if locale not in LOCALES:
        abort(400)
    member = current_member()
    if member is not None:
        with transaction():
            actions.change_settings(member, locale, member.time_zone)
    return _set_choice_cookie(redirect(browser_sessions.own_path(request.form.get("next"))), "locale", locale)


@bp.post("/visit")
@signed_in_only
def begin_visit() -> ResponseReturnValue:
    """Note that a remembered member is back; sent by the page's script."""
    member = signed_in_member()
    with transaction():
        actions.begin_visit(member)
        sign_ins.note_seen(member.sign_in_key)
        device_cookie.note_visit(member)
    return "", 204


def _require_csrf_token_of_members() -> None:
    """Check the CSRF token of members. Guests have none: their pages are the same for all of them."""
    if current_member() is not None and current_app.config["WTF_CSRF_ENABLED"]:
        csrf.protect()


def _set_choice_cookie(response: ResponseReturnValue, name: str, value: str) -> Response:
    answer = current_app.make_response(response)
    answer.set_cookie(
        name,
        value,
        max_age=A_YEAR_IN_SECONDS,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        samesite="Lax",
        # the page's script may read and set the theme; nothing of worth is in either
        httponly=name != "theme",
    )
    return answer
