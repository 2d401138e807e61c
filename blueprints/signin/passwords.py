"""Forgotten, reset and changed passwords."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from blueprints import browser_sessions, device_cookie, limits, reauthentication, throttling
from blueprints.access import public, signed_in_member, signed_in_only
from blueprints.person_forms import NewPasswordForm
from blueprints.secret_pages import answer_secretly
from blueprints.signin import second_step
from blueprints.signin.bp import bp
from blueprints.signin.forms import ChangePasswordForm, ForgotPasswordForm
from community.accounts import labels, queries, rules
from community.accounts.mail_addresses import tidy_address
from community.jobs import hurry
from community.signin import credentials, guesses, passwords, sign_ins, tokens
from community.signin import rules as signin_rules
from community.signin.tries import TooManyTriesError
from models.accounts import Member
from models.base import release, transaction


@bp.get("/password/forgot")
@public
def forgot_password() -> ResponseReturnValue:
    return render_template("signin/forgot_password.html", form=ForgotPasswordForm())


@bp.post("/password/forgot")
@public
def request_password_reset() -> ResponseReturnValue:
    """Send a link if the address is known. Known or not, the same work is done, and takes as long."""
    form = ForgotPasswordForm()
    if not form.validate():
        return render_template("signin/forgot_password.html", form=form), 422
    email = tidy_address(form.email.data or "")
    device = device_cookie.find_by_email(email)
    try:
        with transaction():
            guesses.count_reset_request(email, limits.network(), device)
    except TooManyTriesError as full:
        return _refuse_too_many_resets(form, full)
    with transaction():
        known = queries.get_member_by_email(email)
        member = known or _make_unknown_member(email)
        token = tokens.make_reset_token(member)
        letter = credentials.write_reset_letter(member, token)
        can_enter = known is not None and rules.can_sign_in(known)
        is_wanted = guesses.count_reset_mail(member, device, can_enter=can_enter)
        if known is not None and can_enter and is_wanted:
            credentials.request_password_reset(known, letter, token)
        else:
            hurry("mail.send_waiting")
    return redirect(url_for(".show_reset_sent"))


def _refuse_too_many_resets(form: ForgotPasswordForm, full: TooManyTriesError) -> ResponseReturnValue:
    error = throttling.too_many(full.wait)
    wait = throttling.say_wait(throttling.seconds_to_wait(error))
    sentence = _(
        "いまお使いのネットワークから、短いあいだに何度もリンクが頼まれました。%(wait)sたってから、もう一度おためしください。",
        wait=wait,
    )
    return throttling.answer(error, render_template("signin/forgot_password.html", form=form, too_often=sentence))


def _make_unknown_member(email: str) -> Member:
    """Return a stand-in for a member who is not there; never saved."""
    return Member(id=0, email=email, family_name="", given_name="", session_version=1, locale=str(get_locale()))


@bp.get("/password/sent")
@public
def show_reset_sent() -> ResponseReturnValue:
    return render_template("signin/reset_sent.html")


@bp.get("/password/reset/<token>")
@public
def show_reset_password(token: str) -> ResponseReturnValue:
    """Show the page of the mailed link. Opening it changes nothing: mail scanners open it too."""
    if _find_reset_member(token) is None:
        return answer_secretly(render_template("signin/reset_void.html"), 410)
    return answer_secretly(render_template("signin/reset_password.html", form=NewPasswordForm(), token=token))


@bp.post("/password/reset/<token>")
@public
def reset_password(token: str) -> ResponseReturnValue:
    """Set the new password, once."""
    holder = _find_reset_member(token)
    if holder is None:
        return answer_secretly(render_template("signin/reset_void.html"), 410)
    member_id = holder.id
    form = NewPasswordForm()
    form.own_names = _list_own_names(holder)
    if not form.validate():
        return answer_secretly(render_template("signin/reset_password.html", form=form, token=token), 422)
    release()
    password_hash = passwords.hash_password(form.password.data or "")
    with transaction():
        member = queries.get_member_to_change(member_id)
        if member is None or not tokens.is_reset_token_valid(token, member):
            return answer_secretly(render_template("signin/reset_void.html"), 410)
        credentials.set_password(member, password_hash)
        device_cookie.remember(member)  # the reader of the mailbox is no stranger, whatever is counted against them
    may = rules.can_sign_in(member)
    answer = second_step.finish_sign_in(member) if may else redirect(url_for(".sign_in"))
    flash(_("パスワードを決めなおしました。"))  # last, since a session begins empty
    return answer


def _find_reset_member(token: str) -> Member | None:
    member_id = tokens.read_reset_token(token)
    member = queries.get_member(member_id) if member_id is not None else None
    return member if member is not None and tokens.is_reset_token_valid(token, member) else None


@bp.get("/me/password")
@signed_in_only
def edit_password() -> ResponseReturnValue:
    return render_template("signin/change_password.html", form=_make_change_form())


@bp.post("/me/password")
@signed_in_only
def change_password() -> ResponseReturnValue:
    """Change the password by the old one, and by a code where there is a second factor; other browsers are signed out.

    The code is needed because the browser begins a new sign-in: with the password alone, somebody would get new
    guesses.
    """
    form, member = _make_change_form(), signed_in_member()
    old_hash, form.own_names = member.password_hash, _list_own_names(member)
    release()
    valid = form.validate()
    if not form.old_password.errors and not reauthentication.check_own_password(form.old_password.data or "", old_hash):
        form.old_password.errors = [_("いまのパスワードが違います。")]
        valid = False
    if not valid:
        return render_template("signin/change_password.html", form=form), limits.REFUSED
    password_hash = passwords.hash_password(form.password.data or "")
    with transaction():
        changed = reauthentication.lock_signed_in_member()
        if changed.password_hash != old_hash:
            flash(_("パスワードは、たったいまほかの端末で変わりました。"), "error")
            return redirect(url_for(".edit_password"))
        is_right = "code" not in form or reauthentication.use_code(form.code, changed)
        if is_right:
            if not sign_ins.renew(changed):
                raise reauthentication.SignedOutMeanwhileError
            credentials.set_password(changed, password_hash)
    if not is_right:
        return render_template("signin/change_password.html", form=form), limits.REFUSED
    browser_sessions.enter(changed, remember=browser_sessions.is_remembered())
    flash(_("パスワードを変えました。ほかの端末ではサインアウトしました。"))
    return redirect(url_for("accounts.edit_settings"))


def _make_change_form() -> ChangePasswordForm:
    form = ChangePasswordForm()
    if not signin_rules.has_second_factor(signed_in_member()):
        del form.code
    return form


def _list_own_names(member: Member) -> tuple[str, ...]:
    own = (member.family_name, member.given_name, member.family_reading, member.given_reading)
    return (member.email, member.handle, *own, *labels.names_of(member.account))
