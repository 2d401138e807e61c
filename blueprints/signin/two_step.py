"""The second factor in the settings: setting it up, recovery codes, turning it off."""

from contextlib import suppress

import segno
from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from blueprints import limits, reauthentication
from blueprints.access import current_member, signed_in_member, signed_in_only
from blueprints.signin.bp import bp
from blueprints.signin.forms import ConfirmForm, PasswordAndCodeForm
from community.config import Config
from community.encryption import UnreadableError
from community.extensions import limiter
from community.signin import queries as signin_queries
from community.signin import rules as signin_rules
from community.signin import second_factor, totp
from community.signin.second_factor import WrongCodeError
from models.base import transaction

# Where the session keeps, encrypted, a secret that the telephone has not confirmed yet, and under which sign-in key it
# was made: what an open browser was shown before its person proved who they are must not become theirs. The page that
# shows a secret carries it too, so that a code is of the one that was shown, whatever was opened or proved in between.
NEW_SECRET = "totp_secret"  # noqa: S105  a name in the session
# So many left: time to make new ones.
FEW_CODES = 3
NO_STORE = {"Cache-Control": "no-store"}
# What staff without a second factor may still ask for where it is required.
OPEN = frozenset(
    {
        "signin.set_up_two_step", "signin.confirm_two_step", "signin.show_two_step", "signin.ask_to_reauthenticate",
        "signin.reauthenticate", "signin.sign_in", "signin.sign_out",
        # To prove it needs a password; who has forgotten it gets a link.
        "signin.forgot_password", "signin.request_password_reset", "signin.show_reset_sent",
        "signin.show_reset_password", "signin.reset_password",
        # The gate of the terms stands before the page that sets up: each would lead to the other.
        "joining.ask_for_consent", "joining.give_consent", "joining.show_terms", "joining.show_privacy",
        "accounts.choose_theme", "accounts.choose_locale", "accounts.begin_visit",
    }
) | {"static", "system.healthz", "system.readyz", "notifications.count_unread"}  # fmt: skip


@bp.before_app_request
def require_second_factor_of_staff() -> ResponseReturnValue | None:
    """Redirect staff without a second factor to its setup, if the configuration requires one."""
    config: Config = current_app.config["TSUDOI"]
    if not config.require_totp_for_staff or request.endpoint in OPEN:
        return None
    member = current_member()
    if member is None or not signin_rules.lacks_second_factor(member, required=True):
        return None
    flash(_("運営の方は、はじめに2段階認証を設定してください。"), "error")
    return redirect(url_for("signin.set_up_two_step"))


@bp.get("/me/two-step")
@signed_in_only
def show_two_step() -> ResponseReturnValue:
    member = signed_in_member()
    left = signin_queries.count_recovery_codes(member.id)
    return render_template("signin/two_step.html", since=member.totp_since, left=left, few=left <= FEW_CODES)


@bp.get("/me/two-step/set-up")
@signed_in_only
@reauthentication.required(lambda: _("2段階認証をはじめる"), "signin.show_two_step")
def set_up_two_step() -> ResponseReturnValue:
    """Show the secret as a picture and as text. It counts once a code has shown that the telephone has it."""
    if signin_rules.has_second_factor(signed_in_member()):
        return redirect(url_for(".show_two_step"))
    return _render_set_up_page(ConfirmForm())


@bp.post("/me/two-step/set-up")
@limiter.limit(limits.FIRST_CODES_PER_SESSION, key_func=limits.session_here, deduct_when=limits.was_refused)
@signed_in_only
@reauthentication.required(lambda: _("2段階認証をはじめる"), "signin.show_two_step")
def confirm_two_step() -> ResponseReturnValue:
    form = ConfirmForm()
    if not form.validate():
        return _render_set_up_page(form, limits.REFUSED)
    try:
        with transaction():
            member = reauthentication.lock_signed_in_member()
            if signin_rules.has_second_factor(member):
                return redirect(url_for(".show_two_step"))
            codes = second_factor.turn_on(member, _shown_secret(form), form.code.data or "")
    except WrongCodeError:
        form.code.errors = [_("コードが違います。スマートフォンの時計が合っているかも確かめてください。例：123456")]
        return _render_set_up_page(form, limits.REFUSED)
    session.pop(NEW_SECRET, None)
    return _render_codes_page(codes, is_new=True)


@bp.get("/me/two-step/codes")
@signed_in_only
def ask_for_recovery_codes() -> ResponseReturnValue:
    return _render_reauthentication_page("signin/renew_codes.html", PasswordAndCodeForm())


@bp.post("/me/two-step/codes")
@signed_in_only
def renew_recovery_codes() -> ResponseReturnValue:
    """Make ten new codes, shown once."""
    form = PasswordAndCodeForm()
    with_password = reauthentication.check_password_field(form)
    codes: list[str] = []
    with transaction():
        member = reauthentication.lock_signed_in_member()
        if with_password and reauthentication.use_code(form.code, member):
            codes = second_factor.renew_recovery_codes(member)
            reauthentication.renew_key(member)
    if not codes:
        return _render_reauthentication_page("signin/renew_codes.html", form, limits.REFUSED)
    reauthentication.keep_signed_in(member)
    return _render_codes_page(codes)


@bp.get("/me/two-step/off")
@signed_in_only
def ask_to_turn_off() -> ResponseReturnValue:
    return _render_reauthentication_page("signin/turn_off_two_step.html", PasswordAndCodeForm())


@bp.post("/me/two-step/off")
@signed_in_only
def turn_off_two_step() -> ResponseReturnValue:
    """Turn it off by password and code: somebody who finds an open browser has neither."""
    form = PasswordAndCodeForm()
    with_password = reauthentication.check_password_field(form)
    with transaction():
        member = reauthentication.lock_signed_in_member()
        is_right = with_password and reauthentication.use_code(form.code, member)
        if is_right:
            second_factor.turn_off(member)
            reauthentication.renew_key(member)
    if not is_right:
        return _render_reauthentication_page("signin/turn_off_two_step.html", form, limits.REFUSED)
    reauthentication.keep_signed_in(member)
    flash(_("2段階認証をやめました。"))
    return redirect(url_for(".show_two_step"))


# --- pages


def _shown_secret(form: ConfirmForm) -> str:
    """Return the secret on the page that was sent; for a page without one, the secret of this browser.

    That is another one after each new sign-in key.
    """
    member = signed_in_member()
    with suppress(UnreadableError):
        return totp.decrypt_secret(member.id, form.shown.data or "")
    key, locked = session.get(NEW_SECRET, ("", ""))
    if key == member.sign_in_key:
        with suppress(UnreadableError):
            return totp.decrypt_secret(member.id, locked)
    secret = totp.make_secret()
    session[NEW_SECRET] = [member.sign_in_key, totp.encrypt_secret(member.id, secret)]
    return secret


def _render_set_up_page(form: ConfirmForm, status: int = 200) -> ResponseReturnValue:
    secret = _shown_secret(form)
    form.shown.data = totp.encrypt_secret(signed_in_member().id, secret)
    drawn = segno.make(totp.address_of(signed_in_member(), secret), micro=False).svg_inline(
        scale=1, omitsize=True, light="#fff", svgclass="qr", lineclass=None
    )
    groups = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    page = render_template("signin/set_up_two_step.html", form=form, qr=Markup(drawn), secret=groups)  # noqa: S704  drawn by us
    return page, status, NO_STORE


def _render_codes_page(codes: list[str], *, is_new: bool = False) -> ResponseReturnValue:
    """Return the page of the codes: shown once, kept by no cache."""
    return render_template("signin/recovery_codes.html", codes=codes, is_new=is_new), 200, NO_STORE


def _render_reauthentication_page(template: str, form: PasswordAndCodeForm, status: int = 200) -> ResponseReturnValue:
    """Return the page for members with a second factor; redirect others, who have nothing to do there."""
    if not signin_rules.has_second_factor(signed_in_member()):
        return redirect(url_for(".show_two_step"))
    return render_template(template, form=form), status
