"""Asks for password or code again before anything that changes who can use an account, or what the account may do.

`required` asks on a page of its own, does not ask again for some minutes (`sign_ins.REAUTHENTICATION_LIFE`), and sends
the waiting form on. Forms that ask for the password themselves call `check_password_field`, `use_code` and `renew_key`.
The address /me/proof and the fields' names are of an older word for it; open pages and scripts of operators know them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_user
from flask_wtf import FlaskForm
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from wtforms import Field, HiddenField, PasswordField

from blueprints import browser_sessions, device_cookie, throttling
from blueprints.access import READING, RefusedError, View, signed_in_member
from blueprints.fields import _ as _l
from blueprints.person_forms import code_field, password_field
from community.accounts import queries
from community.signin import guesses, passwords, second_factor, sign_ins
from community.signin import rules as signin_rules
from community.signin.guesses import Guess
from community.signin.tries import TooManyTriesError
from models.accounts import Member
from models.base import release, transaction

# Attribute of a view with its ReauthenticatedAct. Forms are sent on only to views that have it, and tests count them.
REAUTHENTICATED_ACT = "reauthenticated_act"
# Fields of the asking page, not sent on. The CSRF token is: it is the session's and so fits both forms.
OWN_FIELDS = {"csrf_token", "proof_password", "proof_code", "proof_path", "proof_waits"}
NOT_REAUTHENTICATED = 403
MEANWHILE = 409
# A redirect with the same method and the same fields.
SEND_THERE = 307


class AsksForPassword(Protocol):
    """A form that asks for the member's password."""

    password: PasswordField

    def validate(self) -> bool: ...


class SignedOutMeanwhileError(RefusedError):
    """The browser was signed out, or got another sign-in key, during the request. Nothing was done."""

    def __init__(self) -> None:
        super().__init__(MEANWHILE, _("この端末のサインインが、たったいま変わりました。もう一度開いてください。"))


class ReauthenticationForm(FlaskForm):
    """The page's form: password or code, and the request that waits. Its field names occur in no other form."""

    proof_password = password_field(_l("いまのパスワード"))
    proof_code = code_field(_l("コード"))
    proof_path = HiddenField()
    proof_waits = HiddenField()


@dataclass(frozen=True)
class ReauthenticatedAct:
    """An action that asks for reauthentication. `name`: as on its button; `back`: endpoint of the page before it."""

    name: Callable[[], str]
    back: str


def required(
    name: Callable[[], str],
    back: str,
    *,
    when: Callable[[], bool] | None = None,
    refuse: Callable[..., ResponseReturnValue | None] | None = None,
) -> Callable[[View], View]:
    """Return a decorator of a view, below the access decorator: the view needs a recent reauthentication.

    Otherwise a page asks for it. `name`, `back`: see ReauthenticatedAct. `when`: whether this request needs it; None:
    always. `refuse`: called with the view's arguments before the question; returns the page of a form that would be
    refused anyway, else None.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: object, **kwargs: object) -> Any:  # noqa: ANN401  a view's answer
            if (when is not None and not when()) or sign_ins.is_reauthenticated(signed_in_member()):
                return view(*args, **kwargs)
            refusal = refuse(*args, **kwargs) if refuse is not None else None
            return _ask_to_reauthenticate() if refusal is None else refusal

        setattr(guarded, REAUTHENTICATED_ACT, ReauthenticatedAct(name, back))
        return guarded

    return decorate


def _ask_to_reauthenticate() -> ResponseReturnValue:
    path = request.full_path.rstrip("?")
    if request.method in READING:
        return redirect(url_for("signin.ask_to_reauthenticate", next=path))
    form = make_form(path, formdata=None)
    form.proof_waits.data = "1"
    return render_page(form), NOT_REAUTHENTICATED


def reauthenticate(form: ReauthenticationForm) -> bool:
    """Check password or code and, if right, renew the browser's key; return whether it was right.

    Slow: call it outside a transaction. Raises SignedOutMeanwhileError.
    """
    member = signed_in_member()
    password_hash = member.password_hash
    if not form.validate():
        return False
    if "proof_password" in form and not check_own_password(form.proof_password.data or "", password_hash):
        form.proof_password.errors = [_("いまのパスワードが違います。")]
        return False
    with transaction():
        member = lock_signed_in_member()
        if member.password_hash != password_hash:
            raise SignedOutMeanwhileError
        if "proof_code" in form and not use_code(form.proof_code, member):
            return False
        renew_key(member)
    keep_signed_in(member)
    return True


def find_act(path: str, method: str) -> tuple[ReauthenticatedAct, dict[str, Any]] | None:
    """Return the action at this path that asks for reauthentication, with the arguments in its address, or None."""
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint, arguments = adapter.match(path.partition("?")[0], method=method) if adapter else ("", {})
    except (HTTPException, RequestRedirect):
        return None
    act: ReauthenticatedAct | None = getattr(current_app.view_functions.get(endpoint), REAUTHENTICATED_ACT, None)
    return (act, dict(arguments)) if act is not None else None


def make_form(path: str | None, **sent: None) -> ReauthenticationForm:
    """Return the form. It asks for a code if the member has a second factor, since browsers may store the password."""
    form = ReauthenticationForm(**sent)
    form.proof_path.data = browser_sessions.own_path(path)
    if signin_rules.has_second_factor(signed_in_member()):
        del form.proof_password
    else:
        del form.proof_code
    return form


def render_page(form: ReauthenticationForm) -> str:
    member = signed_in_member()
    waiting = [(name, value) for name, value in request.form.items(multi=True) if name not in OWN_FIELDS]
    found = find_act(form.proof_path.data or "", "POST" if form.proof_waits.data else "GET")
    return render_template(
        "signin/reauthenticate.html",
        form=form,
        waiting=waiting,
        act=found[0].name() if found else "",
        back=_page_before(*found) if found else browser_sessions.HOME,
        minutes=int(sign_ins.REAUTHENTICATION_LIFE.total_seconds() // 60),
        can_reauthenticate=member.password_hash is not None or signin_rules.has_second_factor(member),
    )


def _page_before(act: ReauthenticatedAct, arguments: dict[str, Any]) -> str:
    """Return the address of the page from which the act was asked for; it may have fewer arguments than the act."""
    wanted = {name for rule in current_app.url_map.iter_rules(act.back) for name in rule.arguments}
    return url_for(act.back, **{name: value for name, value in arguments.items() if name in wanted})


# --- for forms that ask by themselves


def check_password_field(form: AsksForPassword) -> bool:
    """Count and check the typed password, and return whether it is right and the form valid; errors are on the form.

    Slow on purpose: call it outside a transaction. Raises TooManyRequests.
    """
    password_hash = signed_in_member().password_hash
    valid = form.validate()
    if form.password.errors:
        return False
    if check_own_password(form.password.data or "", password_hash):
        return valid
    form.password.errors = [_("いまのパスワードが違います。")]
    return False


def check_own_password(password: str, password_hash: str | None) -> bool:
    """Count the guess, and return whether the password is that of the signed-in member; a right one is uncounted.

    Slow on purpose: call it outside a transaction. Raises TooManyRequests.
    """
    with transaction():
        guess = _count_guess(signed_in_member())
    release()
    if not passwords.check_password(password, password_hash):
        return False
    with transaction():
        guesses.uncount(guess)
    return True


def use_code(code: Field, member: Member) -> bool:
    """Use the code up and return whether it was right; note on the field why it was not. `member` must be locked.

    Counted as passwords are. Raises TooManyRequests.
    """
    guess = _count_guess(member)
    if second_factor.check_code(member, code.data or ""):
        guesses.uncount(guess)
        return True
    code.errors = [why_refused(member)]
    return False


def _count_guess(member: Member) -> Guess:
    try:
        return guesses.count_guess_inside(member)
    except TooManyTriesError as full:
        raise throttling.too_many(full.wait) from full


def lock_signed_in_member() -> Member:
    """Lock the signed-in member until the end of the transaction, and return them."""
    oneself = signed_in_member()
    held = queries.get_member_to_change(oneself.id) or oneself
    held.sign_in_key = oneself.sign_in_key
    return held


def renew_key(member: Member) -> None:
    """Give this browser a new sign-in key and make it a known device; call `keep_signed_in` after the transaction.

    Raises SignedOutMeanwhileError if the browser was signed out or another of its tabs renewed the key first.
    """
    if not sign_ins.renew(member):
        raise SignedOutMeanwhileError
    device_cookie.remember_reauthenticated(member)


def keep_signed_in(member: Member) -> None:
    """Put the new key into the browser's cookies."""
    login_user(member, remember=browser_sessions.is_remembered())


def why_refused(member: Member) -> str:
    """Return why a code was refused: it was wrong, or no app's code can be checked any more."""
    if not second_factor.is_readable(member):
        return _("いまは認証アプリのコードを確かめられません。回復コードを使うか、運営に連絡してください。")
    return _("コードが違うか、もう使われています。新しいコードが出るのを待って、入力してください。")
