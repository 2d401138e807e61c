"""Changes of mail address: asked for with the password, confirmed by the new mailbox, stopped by the old one."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from blueprints import limits, reauthentication
from blueprints.access import current_member, public, signed_in_member, signed_in_only
from blueprints.secret_pages import answer_secretly
from blueprints.signin.bp import bp
from blueprints.signin.forms import ChangeEmailForm
from blueprints.throttling import requester
from community.accounts import queries
from community.extensions import limiter
from community.signin import addresses, tokens
from community.signin import queries as signin_queries
from community.signin import rules as signin_rules
from community.signin.tokens import Mailbox
from models.accounts import Member
from models.base import transaction
from models.security import EmailChange

GONE = 410


@bp.get("/me/email")
@signed_in_only
def edit_email() -> ResponseReturnValue:
    return _render_email_page(_make_email_form())


@bp.post("/me/email")
@limiter.limit(limits.ADDRESS_CHANGES_PER_MEMBER, key_func=requester, deduct_when=limits.was_done)
@signed_in_only
def change_email() -> ResponseReturnValue:
    """Send mails to both mailboxes. The answer is the same whether or not somebody has the address already."""
    form = _make_email_form()
    if not reauthentication.check_password_field(form):
        return _render_email_page(form), limits.REFUSED
    email = form.email.data or ""
    refusal = _explain_refusal(email, signed_in_member())
    if refusal:
        form.email.errors = [refusal]
        return _render_email_page(form), limits.REFUSED
    with transaction():
        member = reauthentication.lock_signed_in_member()
        is_right = "code" not in form or reauthentication.use_code(form.code, member)
        if is_right:
            addresses.ask_for_change(member, email)
            reauthentication.renew_key(member)
    if not is_right:
        return _render_email_page(form), limits.REFUSED
    reauthentication.keep_signed_in(member)
    flash(_("確かめるためのメールを、新しいアドレスに送りました。メールのリンクを開くと、アドレスが変わります。"))
    return redirect(url_for(".edit_email"))


def _explain_refusal(email: str, member: Member) -> str | None:
    """Return why the address is refused, or None. Says nothing of people, only that a domain is another company's."""
    if email == member.email:
        return _("いまと同じアドレスです。新しいアドレスを入力してください。例：saeki@example.jp")
    owner = queries.get_account_by_mail_domain(email)
    if owner is not None and (member.account is None or owner.id != member.account.id):
        return _("このアドレスは、別の会社のものとして登録されています。会社かアドレスを確かめてください。")
    return None


@bp.get("/email/confirm/<token>")
@signed_in_only
def show_confirm_email(token: str) -> ResponseReturnValue:
    """Show the page of the link in the new mailbox, only to the member who asked.

    After a mistyped address, its owner must not get the account.
    """
    change = _find_own_change(token)
    if change is None or not signin_rules.can_be_confirmed(change):
        return _refuse_link()
    return answer_secretly(render_template("signin/confirm_email.html", change=change, token=token))


@bp.post("/email/confirm/<token>")
@signed_in_only
def confirm_email(token: str) -> ResponseReturnValue:
    if _find_own_change(token) is None:
        return _refuse_link()
    try:
        with transaction():
            reauthentication.lock_signed_in_member()
            change = _find_own_change(token)
            confirmed = change is not None and addresses.confirm(change)
    except IntegrityError:  # somebody else was given the address between the check and the writing
        confirmed = False
    if not confirmed:
        return _refuse_link()
    flash(_("メールアドレスを変えました。つぎのサインインから、新しいアドレスを使ってください。"))
    return redirect(url_for("accounts.edit_settings"))


@bp.get("/email/stop/<token>")
@public
def show_stop_email(token: str) -> ResponseReturnValue:
    """Show the page of the link in the old mailbox; its reader may be unable to sign in by now."""
    change = _find_change(token, Mailbox.OLD)
    if change is None or not signin_rules.can_be_stopped(change):
        return _refuse_link()
    return answer_secretly(render_template("signin/stop_email.html", change=change, token=token))


@bp.post("/email/stop/<token>")
@public
def stop_email(token: str) -> ResponseReturnValue:
    change = _find_change(token, Mailbox.OLD)
    if change is None:
        return _refuse_link()
    with transaction():
        queries.get_member_to_change(change.member_id)
        change = _find_change(token, Mailbox.OLD)
        stopped = change is not None and addresses.stop(change)
    if not stopped:
        return _refuse_link()
    flash(_("メールアドレスは変わりません。心当たりがないときは、パスワードを決めなおしてください。"))
    return redirect(url_for(".forgot_password") if current_member() is None else url_for(".edit_password"))


def _find_own_change(token: str) -> EmailChange | None:
    change = _find_change(token, Mailbox.NEW)
    return change if change is not None and change.member_id == signed_in_member().id else None


def _find_change(token: str, box: Mailbox) -> EmailChange | None:
    number = tokens.read_change_token(token, box)
    return signin_queries.get_email_change(number) if number is not None else None


def _make_email_form() -> ChangeEmailForm:
    form = ChangeEmailForm()
    if not signin_rules.has_second_factor(signed_in_member()):
        del form.code
    return form


def _render_email_page(form: ChangeEmailForm) -> str:
    waiting = signin_queries.get_open_email_change(signed_in_member().id)
    if waiting is not None and not signin_rules.can_be_confirmed(waiting):
        waiting = None
    return render_template("signin/change_email.html", form=form, waiting=waiting)


def _refuse_link() -> ResponseReturnValue:
    return answer_secretly(render_template("signin/email_void.html"), GONE)
