"""The second step of signing in: a code from members who have set one up, then on to where they wanted to go."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import browser_sessions, device_cookie, limits, saved_forms, throttling
from blueprints.access import public
from blueprints.navigation import first_address_of
from blueprints.reauthentication import why_refused
from blueprints.signin import sign_in_page
from blueprints.signin.bp import bp
from blueprints.signin.forms import CodeForm
from community.accounts import queries, rules
from community.signin import credentials, guesses, second_factor, tokens
from community.signin import queries as signin_queries
from community.signin import rules as signin_rules
from community.signin.second_factor import CodeKind
from community.signin.tries import TooManyTriesError
from models.accounts import Member
from models.base import transaction


def finish_sign_in(
    member: Member, *, remember: bool = False, path: str | None = None, saved_form: str | None = None
) -> ResponseReturnValue:
    """Sign in a person who has shown who they are, or ask for their code first.

    `saved_form`: what was being written when a session was lost.
    """
    if not signin_rules.has_second_factor(member):
        return _begin_session(member, remember=remember, path=path, saved_form=saved_form)
    browser_sessions.wait_for_code(member, remember=remember, path=browser_sessions.own_path(path))
    if saved_forms.unsign(saved_form) is None:
        return redirect(url_for(".ask_for_code"))
    return _render_code_page(
        CodeForm(formdata=None, resume=saved_form)
    )  # a text is too long for a cookie, so it stays in the page


def _begin_session(member: Member, *, remember: bool, path: str | None, saved_form: str | None) -> ResponseReturnValue:
    is_first = member.visited_at is None
    with transaction():
        credentials.note_sign_in(member)
    browser_sessions.enter(member, remember=remember, notify_owner=not is_first)
    onward = browser_sessions.own_path(path)
    if onward == browser_sessions.HOME:
        onward = first_address_of(member)
    return redirect(_restore_saved_form(member, saved_form) or onward)


def _restore_saved_form(member: Member, signed: str | None) -> str | None:
    """Restore what was being written when the session was lost, and return where to go on; None without any."""
    kept = saved_forms.unsign(signed)
    if kept is None:
        return None
    with transaction():
        path = saved_forms.put_back(member, *kept)
    if path is None:
        return None
    flash(_("書いた内容は残っています。もう一度送信してください。"))
    return browser_sessions.own_path(path)


@bp.get("/sign-in/code")
@public
def ask_for_code() -> ResponseReturnValue:
    """Show the page of the second step; without the first, redirect to it."""
    if browser_sessions.waiting() is None:
        return redirect(url_for(".sign_in"))
    return _render_code_page(CodeForm())


@bp.post("/sign-in/code")
@public
def check_code() -> ResponseReturnValue:
    """Check the code, which is good once, and sign in."""
    waiting, form = browser_sessions.waiting(), CodeForm()
    if waiting is None:
        return _restart_sign_in()
    if not form.validate():
        return _render_code_page(form), limits.REFUSED
    try:
        with transaction():
            guess = guesses.count_code_guess(
                waiting.member_id, limits.network(), device_cookie.find_by_member(waiting.member_id)
            )
    except TooManyTriesError as full:
        return _refuse_too_many_codes(form, full)
    with transaction():
        member = queries.get_member_to_change(waiting.member_id)
        if member is None or tokens.state_of(member) != waiting.state or not rules.can_sign_in(member):
            return _restart_sign_in()
        kind = second_factor.check_code(member, form.code.data or "")
        if kind is not None:
            guesses.uncount(guess)
    if kind is None:
        form.code.errors = [why_refused(member)]
        return _render_code_page(form), limits.REFUSED
    answer = _begin_session(member, remember=waiting.remember, path=waiting.path, saved_form=form.resume.data)
    if kind == CodeKind.RECOVERY:
        left = signin_queries.count_recovery_codes(member.id)
        flash(_("回復コードを使いました。残りは%(n)s個です。", n=left))
    return answer


def _refuse_too_many_codes(form: CodeForm, full: TooManyTriesError) -> ResponseReturnValue:
    """Return the page with the text that it keeps, without the code, which would be outdated by then."""
    error = throttling.too_many(full.wait)
    wait = throttling.say_wait(throttling.seconds_to_wait(error))
    sentence = _(
        "コードが何度も違ったため、しばらく受け付けを止めています。%(wait)sたってから、もう一度おためしください。",
        wait=wait,
    )
    return throttling.answer(error, _render_code_page(form, too_often=sentence))


def _restart_sign_in() -> ResponseReturnValue:
    """Return to the first step: it took too long, or the password changed. A text from a lost session is kept."""
    browser_sessions.leave()
    saved_form = request.form.get("resume")
    if saved_forms.unsign(saved_form) is not None:
        return sign_in_page.sign_in_page(saved_form or "")
    flash(_("時間がたったため、もう一度サインインしてください。"), "error")
    return redirect(url_for(".sign_in"))


def _render_code_page(form: CodeForm, *, too_often: str = "") -> str:
    return render_template("signin/second_step.html", form=form, too_often=too_often)
