"""Signing in and out."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from blueprints import browser_sessions, device_cookie, limits, reauthentication, throttling
from blueprints.access import current_member, public, signed_in_member, signed_in_only
from blueprints.signin import second_step, sign_in_page
from blueprints.signin.bp import bp
from blueprints.signin.forms import SignInForm
from community.accounts import queries, rules
from community.accounts.mail_addresses import tidy_address
from community.signin import credentials, guesses, passwords
from community.signin.guesses import Guess
from community.signin.tries import TooManyTriesError
from models.accounts import Member
from models.base import release, transaction


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Show the sign-in page; a member who is signed in goes on."""
    if current_member() is not None:
        return redirect(browser_sessions.own_path(request.args.get("next")))
    return render_template("signin/sign_in.html", form=SignInForm(next=request.args.get("next", "")))


@bp.post("/sign-in")
@public
def let_in() -> ResponseReturnValue:
    """Check address and password. The refusal does not say whether the address is known."""
    form = SignInForm()
    if not form.validate():
        return _refuse_sign_in(form)
    email, password = form.email.data or "", form.password.data or ""
    try:
        with transaction():
            guess = guesses.count_password_guess(
                email, limits.network(), device_cookie.find_by_email(tidy_address(email))
            )
    except TooManyTriesError as full:
        return _refuse_too_many_sign_ins(form, full)
    member = _check_password(email, password, guess)
    if member is not None and rules.are_published_refused() and passwords.is_published(password):
        return _refuse_sign_in(
            form,
            _(
                "このパスワードは見本のもので、公開されています。「パスワードを忘れたとき」から、新しいパスワードを設定してください。"
            ),
        )
    if member is None:
        return _refuse_sign_in(form, _("メールアドレスかパスワードが違います。"))
    if not rules.can_sign_in(member):
        return _refuse_sign_in(form, _explain_refusal(member))
    return second_step.finish_sign_in(
        member, remember=form.remember.data, path=form.next.data, saved_form=form.resume.data
    )


def _check_password(email: str, password: str, guess: Guess) -> Member | None:
    """Return the member with this address and password, or None. The same work is done for unknown addresses.

    `guess`: the try, counted before, so that a hundred at once are a hundred; uncounted where it is right.
    """
    known = queries.get_member_by_email(email)
    member_id, password_hash = (known.id, known.password_hash) if known else (None, None)
    release()
    if not passwords.check_password(password, password_hash) or member_id is None or password_hash is None:
        return None
    fresh_hash = passwords.hash_password(password) if passwords.is_outdated(password_hash) else None
    with transaction():
        member = queries.get_member_to_change(member_id)
        if member is None or member.password_hash != password_hash:
            return None
        guesses.uncount(guess)
        if fresh_hash:
            credentials.rehash_password(member, fresh_hash)
    return member


def _refuse_sign_in(form: SignInForm, sentence: str | None = None) -> ResponseReturnValue:
    if sentence:
        form.form_errors.append(sentence)
    return sign_in_page.render_sign_in(form), limits.REFUSED


def _refuse_too_many_sign_ins(form: SignInForm, full: TooManyTriesError) -> ResponseReturnValue:
    """Return the page with address, choices and saved text; the same for accounts that do not exist."""
    error = throttling.too_many(full.wait)
    wait = throttling.say_wait(throttling.seconds_to_wait(error))
    form.password.raw_data = None  # as if it had not been typed: it is not asked for again before then
    sentence = _(
        "パスワードが何度も違ったため、しばらく受け付けを止めています。%(wait)sたってから、もう一度おためしください。",
        wait=wait,
    )
    return throttling.answer(error, sign_in_page.render_sign_in(form, too_often=sentence))


def _explain_refusal(member: Member) -> str:
    """Return why the member cannot sign in; said only after they have shown who they are."""
    if rules.is_suspended(member):
        return _("利用を止められているため、いまはサインインできません。運営にお問い合わせください。")
    if rules.is_published_login(member):
        return _("見本の利用者のため、サインインできません。")
    account = member.account
    if account is None:
        return _(
            "いまはどの会社にも属していないため、サインインできません。新しい会社で続けるときは、その会社の管理者か運営に、"
            "このメールアドレスへの招待を頼んでください。書いたものはそのまま残っています。"
        )
    ended = account.contract_ended_on
    return _(
        "「%(company)s」のご契約が%(day)sに終わり、そのあとの%(n)d日も過ぎたため、サインインできません。"
        "書いたものは残っています。データが必要なときは運営に、別の会社で続けるときは、その会社の管理者に招待を頼んでください。",
        company=account.name,
        day=format_date(ended) if ended else "",
        n=rules.FAREWELL_DAYS,
    )


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """Sign out, also if the session has ended by itself meanwhile."""
    browser_sessions.leave()
    flash(_("サインアウトしました。"))
    return redirect(url_for(".sign_in"))


@bp.post("/me/sign-out-everywhere")
@signed_in_only
@reauthentication.required(lambda: _("すべての端末でサインアウトする"), "accounts.edit_settings")
def sign_out_everywhere() -> ResponseReturnValue:
    """End all sessions, this one too."""
    member = signed_in_member()
    with transaction():
        credentials.sign_out_everywhere(member)
    browser_sessions.leave()
    flash(_("すべての端末でサインアウトしました。"))
    return redirect(url_for(".sign_in"))
