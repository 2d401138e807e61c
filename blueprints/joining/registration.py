"""The registration of a new member, by invitation or request: the form, the consent, the first page."""

import re
from collections.abc import Callable

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, get_timezone

from blueprints import browser_sessions
from blueprints.joining.forms import HANDLE_MAX, AcceptInvitationForm
from blueprints.room_parts import WelcomeAct
from community.accounts import labels, memberships, queries
from community.accounts.actions import MemberFacts
from community.health.actions import lock_projections, rescore
from community.joining import terms, welcomes
from models.accounts import Account, Member


def new_registration_form(email: str, family_name: str = "", given_name: str = "") -> AcceptInvitationForm:
    """Return the form for somebody with this address."""
    form = AcceptInvitationForm(handle=_suggest_handle(email), family_name=family_name, given_name=given_name)
    return _add_terms(form)


def sent_registration_form(email: str, company: Account | None) -> AcceptInvitationForm:
    """Return the form that was sent. `company`: the one they join."""
    form = AcceptInvitationForm()
    typed = (form.handle, form.family_name, form.given_name, form.family_reading, form.given_reading)
    form.own_names = (email, *(field.data or "" for field in typed), *labels.names_of(company))
    return _add_terms(form)


def _add_terms(form: AcceptInvitationForm) -> AcceptInvitationForm:
    form.offer_terms(terms.list_in_force(queries.today()))
    return form


def member_facts(form: AcceptInvitationForm, password_hash: str) -> MemberFacts:
    """Return what the form says besides handle and family name."""
    return MemberFacts(
        given_name=form.given_name.data or "",
        family_reading=form.family_reading.data or "",
        given_reading=form.given_reading.data or "",
        password_hash=password_hash,
        locale=str(get_locale() or "ja"),
        time_zone=str(get_timezone() or "Asia/Tokyo"),
    )


def register(join: Callable[[], Member], form: AcceptInvitationForm) -> Member:
    """Let somebody join by `join`, store their consent, offer the welcome and score their company with them.

    In the caller's transaction, after the form was validated. Return the member. The projections are locked first, as
    with transfers, so that none of them changes what is being scored meanwhile.
    """
    lock_projections()
    member = join()
    terms.accept(member, form.offered)
    welcomes.begin(member)
    rescore([period.account_id for period in memberships.list_periods(member)], queries.today())
    return member


def sign_in_new_member(member: Member) -> ResponseReturnValue:
    """Begin the member's session and send them to the welcome."""
    browser_sessions.enter(member)
    return redirect(url_for("home.show_welcome"))


def _suggest_handle(email: str) -> str:
    """Return a free handle made of the address, with a number where it is taken; empty without a free one."""
    plain = re.sub(r"[^a-z0-9_-]", "_", email.partition("@")[0].lower()).strip("_-")[: HANDLE_MAX - 2]
    tries = [plain, *(f"{plain}{n}" for n in range(2, 10))]
    return next((name for name in tries if queries.is_free_handle(name)), "")


def _offer_profile(member: Member) -> dict[str, object]:
    """Return the link to the profile, for members to whom no room offers anything better."""
    del member
    return {"href": url_for("accounts.edit_profile")}


WELCOME_ACT = WelcomeAct("profile", 90, "accounts/_welcome_profile.html", _offer_profile)
