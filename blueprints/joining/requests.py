"""Joining by one's company: by its mail domain, or by a link that it has handed out."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from sqlalchemy.exc import IntegrityError

from blueprints import browser_sessions, limits
from blueprints.access import current_member, public
from blueprints.joining import registration
from blueprints.joining.bp import bp
from blueprints.joining.forms import AcceptInvitationForm, JoinForm
from blueprints.secret_pages import answer_secretly
from community.accounts import labels, queries
from community.extensions import limiter
from community.joining import company_links, requests
from community.joining import rules as joining_rules
from community.joining.company_links import LinkClosedError
from community.joining.requests import RequestClosedError
from community.signin import passwords
from models.accounts import Member
from models.base import release, transaction
from models.joining import CompanyLink, JoinRequest

GONE = 410

# --- giving an address


@bp.get("/join")
@public
def show_join() -> ResponseReturnValue:
    if current_member() is not None:
        return redirect(browser_sessions.HOME)
    return render_template("joining/join.html", form=JoinForm())


@bp.post("/join")
@limiter.limit(limits.JOINS_PER_NETWORK)
@public
def ask_to_join() -> ResponseReturnValue:
    """Send a mail to the address; which one it is, only its owner sees."""
    form = JoinForm()
    if not form.validate():
        return render_template("joining/join.html", form=form), limits.REFUSED
    with transaction():
        requests.request_to_join(form.email.data or "", _current_locale())
    return redirect(url_for(".show_join_sent"))


@bp.get("/join/sent")
@public
def show_join_sent() -> ResponseReturnValue:
    return render_template("joining/join_sent.html")


@bp.get("/join/links/<token>")
@public
def show_company_link(token: str) -> ResponseReturnValue:
    """Show the page of a company's link; that counts as no use."""
    link = _find_usable_link(token)
    return _render_link_page(link, token, _make_join_form(link)) if link is not None else _refuse_link()


@bp.post("/join/links/<token>")
@limiter.limit(limits.JOINS_PER_NETWORK)
@public
def ask_to_join_by_link(token: str) -> ResponseReturnValue:
    """Send a mail to the address, into the link's company; a use is counted when somebody has joined."""
    link = _find_usable_link(token)
    if link is None:
        return _refuse_link()
    form = _make_join_form(link)
    if not form.validate():
        return _render_link_page(link, token, form, limits.REFUSED)
    email = form.email.data or ""
    release()
    with transaction():
        again = _find_usable_link(token)
        if again is not None:
            requests.request_to_join(email, _current_locale(), again)
    return answer_secretly(render_template("joining/join_sent.html")) if again is not None else _refuse_link()


def _find_usable_link(token: str) -> CompanyLink | None:
    link = company_links.get_link_by_token(token)
    if link is None or not joining_rules.is_usable(link):
        return None
    return link if joining_rules.can_be_joined(link.account, queries.today()) else None


def _make_join_form(link: CompanyLink) -> JoinForm:
    form = JoinForm()
    if link.own_domains_only:
        form.only = queries.list_mail_domains(link.account_id)
    return form


def _render_link_page(link: CompanyLink, token: str, form: JoinForm, status: int = 200) -> ResponseReturnValue:
    page = render_template("joining/join_by_link.html", form=form, company=link.account.name, token=token)
    return answer_secretly(page, status)


def _refuse_link() -> ResponseReturnValue:
    return answer_secretly(render_template("joining/join_void.html", by_link=True), GONE)


def _current_locale() -> str:
    return str(get_locale() or "ja")


# --- proving it


@bp.get("/join/confirm/<token>")
@public
def confirm_address(token: str) -> ResponseReturnValue:
    """Show the registration behind the mailed link. Opening it changes nothing: mail scanners open it too."""
    request = _find_open_request(token)
    if request is None:
        return _refuse_request()
    return answer_secretly(_render_registration_page(registration.new_registration_form(request.email), request, token))


@bp.post("/join/confirm/<token>")
@public
def become_member(token: str) -> ResponseReturnValue:
    """Register the member and sign them in; of two people and the last use of a link, one wins."""
    request = _find_open_request(token)
    if request is None:
        return _refuse_request()
    form = registration.sent_registration_form(request.email, request.account)
    if not form.validate():
        return answer_secretly(_render_registration_page(form, request, token), limits.REFUSED)
    try:
        member = _register_member(token, form)
    except (RequestClosedError, LinkClosedError):
        return _refuse_request()
    except IntegrityError:  # somebody else took the handle, or the address came in by another way, meanwhile
        request = _find_open_request(token)
        if request is None:
            return _refuse_request()
        form.validate()
        return answer_secretly(_render_registration_page(form, request, token), limits.REFUSED)
    return registration.sign_in_new_member(member)


def _find_open_request(token: str) -> JoinRequest | None:
    request = requests.get_request_by_token(token)
    if request is None or not joining_rules.is_request_open(request, queries.today()):
        return None
    if not requests.is_company_unchanged(request):
        return None
    return request if queries.get_member_by_address_key(request.email) is None else None


def _register_member(token: str, form: AcceptInvitationForm) -> Member:
    release()
    password_hash = passwords.hash_password(form.password.data or "")
    with transaction():
        request = _find_open_request(token)
        if request is None:
            raise RequestClosedError
        confirmed, facts = request, registration.member_facts(form, password_hash)
        handle, name = form.handle.data or "", form.family_name.data or ""
        return registration.register(
            lambda: requests.confirm_and_join(confirmed, queries.today(), handle, name, **facts), form
        )


def _render_registration_page(form: AcceptInvitationForm, request: JoinRequest, token: str) -> str:
    return render_template(
        "joining/become_member.html",
        form=form,
        email=request.email,
        company=request.account.name if request.account else "",
        action=url_for(".become_member", token=token),
        terms_labels=labels.TERMS,
    )


def _refuse_request() -> ResponseReturnValue:
    return answer_secretly(render_template("joining/join_void.html", by_link=False), GONE)
