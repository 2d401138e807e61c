"""Inviting people, and accepting an invitation."""

from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from blueprints import browser_sessions, limits, reauthentication, transfers
from blueprints.access import current_member, public, signed_in_member, staff_only
from blueprints.joining import registration
from blueprints.joining.bp import bp
from blueprints.joining.forms import AcceptInvitationForm, InviteForm
from blueprints.secret_pages import answer_secretly
from blueprints.throttling import requester
from community.accounts import labels, memberships, queries, rules
from community.extensions import limiter
from community.joining import invitations
from community.joining import queries as joining_queries
from community.joining import rules as joining_rules
from community.joining.invitations import InvitationClosedError
from community.ledger import reassignment
from community.signin import passwords
from models.accounts import Account, AccountKind, Invitation, Member
from models.base import release, transaction

GONE = 410

# --- inviting


@bp.get("/invitations")
@staff_only(joining_rules.can_invite)
def list_invitations() -> ResponseReturnValue:
    """Show the open invitations, and the form for one more, with `?account=` into that company."""
    return _render_invitations_page(_make_invite_form(signed_in_member(), request.args.get("account", type=int)))


def _gives_rights() -> bool:
    """Return whether the invited person will administer their company, or be one of the vendor's people."""
    account = queries.get_account(request.form.get("account", 0, type=int))
    is_vendor = account is not None and account.kind == AccountKind.VENDOR
    return is_vendor or bool(request.form.get("is_company_admin"))


@bp.post("/invitations")
@limiter.limit(limits.INVITATIONS_PER_MEMBER, key_func=requester)
@staff_only(joining_rules.can_invite)
@reauthentication.required(
    lambda: _("権限を持つ人を招待する"),
    "joining.list_invitations",
    when=_gives_rights,
    refuse=lambda: _refuse_invitation(_make_invite_form(signed_in_member())),
)
def invite() -> ResponseReturnValue:
    member = signed_in_member()
    form = _make_invite_form(member)
    refusal = _refuse_invitation(form)
    if refusal is not None:
        return refusal
    email, account = form.email.data or "", _find_account(form)
    with transaction():
        as_admin = joining_rules.can_invite_anybody(member) and form.is_company_admin.data
        reason = form.second_account_reason.data or "" if joining_rules.can_invite_anybody(member) else ""
        invitations.invite(email, account, member, is_company_admin=as_admin, second_account_reason=reason)
    flash(_("%(email)s に招待状を送りました。", email=email))
    return redirect(url_for(".list_invitations"))


def explain_known(known: Member) -> str:
    """Return the sentence that names the member whose address differs from the typed one only in how it is written."""
    return _(
        "書き方が違うだけの %(email)s が、%(name)sさん（%(company)s）のアドレスです。"
        "ご本人なら、そのアドレスに招待してください。別の方なら、理由を書いて、もう一度招待してください。",
        email=known.email,
        name=known.display_name,
        company=known.account.name if known.account else _("会社なし"),
    )


def _find_account(form: InviteForm) -> Account:
    account = queries.get_account(form.account.data or 0)
    if account is None or not joining_rules.can_invite_into(signed_in_member(), account):
        abort(403)
    return account


def _refuse_invitation(form: InviteForm) -> ResponseReturnValue | None:
    """Return the page that says what is wrong with the form; None where the invitation can go out."""
    if not form.validate():
        return _render_invitations_page(form), limits.REFUSED
    refusal = _explain_refusal(form, _find_account(form))
    if refusal is None:
        return None
    form.email.errors = [refusal]
    return _render_invitations_page(form), limits.REFUSED


@bp.post("/invitations/<int:invitation_id>/withdraw")
@staff_only(joining_rules.can_invite)
def withdraw_invitation(invitation_id: int) -> ResponseReturnValue:
    invitation = joining_queries.get_invitation(invitation_id, seen_by=signed_in_member()) or abort(404)
    with transaction():
        withdrawn = invitations.withdraw_invitation(invitation, signed_in_member())
    if withdrawn:
        flash(_("招待を取り消しました。送ったリンクはもう使えません。"))
    else:
        flash(_("この招待は、もう受けられています。招待された方は、メンバーになっています。"), "error")
    return redirect(url_for(".list_invitations"))


def _make_invite_form(member: Member, account_id: int | None = None) -> InviteForm:
    form = InviteForm(account=account_id)
    form.offer(joining_queries.list_accounts_to_invite_into(member))
    if not joining_rules.can_invite_anybody(member):
        del form.is_company_admin, form.second_account_reason
    return form


def _render_invitations_page(form: InviteForm) -> str:
    waiting = joining_queries.list_open_invitations(seen_by=signed_in_member())
    return render_template("joining/invitations.html", form=form, waiting=waiting)


def _explain_refusal(form: InviteForm, account: Account) -> str | None:
    """Return why this person cannot be invited into this company, or None.

    Only staff is told of people of other companies: of the member who has another form of the address.
    """
    email = form.email.data or ""
    known = queries.get_member_by_address_key(email)
    if known is not None and known.email != email and form.second_account_reason:
        form.known = known
        if not form.second_account_reason.data:
            return explain_known(known)
    elif known is not None and rules.belongs_to(known, account):
        return _("この方は、もう%(company)sのメンバーです。", company=account.name)
    owner = queries.get_account_by_mail_domain(email)
    if owner is not None and owner.id != account.id:
        return _("このアドレスは、別の会社のものとして登録されています。会社かアドレスを確かめてください。")
    return None


# --- accepting


@bp.get("/invitations/<token>")
@public
def show_invitation(token: str) -> ResponseReturnValue:
    """Show the page of the mailed link; its button acts. A member is asked to sign in and change company."""
    invitation = joining_queries.get_invitation_by_token(token)
    if invitation is None or not joining_rules.is_open(invitation):
        return answer_secretly(render_template("joining/invitation_void.html"), GONE)
    if joining_queries.get_invited_member(invitation) is not None:
        return _offer_transfer(invitation, token)
    form = registration.new_registration_form(invitation.email, invitation.family_name, invitation.given_name)
    return answer_secretly(_render_registration_page(form, invitation, token))


@bp.post("/invitations/<token>")
@public
def accept_invitation(token: str) -> ResponseReturnValue:
    """Register the invited person and sign them in."""
    invitation = joining_queries.get_invitation_by_token(token)
    if invitation is None or not joining_rules.is_open(invitation) or joining_queries.get_invited_member(invitation):
        return answer_secretly(render_template("joining/invitation_void.html"), GONE)
    form = registration.sent_registration_form(invitation.email, invitation.account)
    if not form.validate():
        return _refuse_registration(form, invitation, token)
    try:
        member = _register_member(token, form)
    except InvitationClosedError:
        return answer_secretly(render_template("joining/invitation_void.html"), GONE)
    except IntegrityError:  # somebody else took the handle, or they joined by another form of their address, meanwhile
        invitation = joining_queries.get_invitation_by_token(token) or abort(GONE)
        if joining_queries.get_invited_member(invitation) is not None:
            return redirect(url_for(".show_invitation", token=token))
        form.validate()
        return _refuse_registration(form, invitation, token)
    return registration.sign_in_new_member(member)


def _refuse_registration(form: AcceptInvitationForm, invitation: Invitation, token: str) -> ResponseReturnValue:
    return answer_secretly(_render_registration_page(form, invitation, token), limits.REFUSED)


def _render_registration_page(form: AcceptInvitationForm, invitation: Invitation, token: str) -> str:
    return render_template(
        "joining/become_member.html",
        form=form,
        email=invitation.email,
        company=invitation.account.name,
        action=url_for(".accept_invitation", token=token),
        terms_labels=labels.TERMS,
    )


def _register_member(token: str, form: AcceptInvitationForm) -> Member:
    release()
    password_hash = passwords.hash_password(form.password.data or "")
    with transaction():
        invitation = joining_queries.get_invitation_by_token(token)
        if invitation is None:
            raise InvitationClosedError
        accepted, facts = invitation, registration.member_facts(form, password_hash)
        handle, name = form.handle.data or "", form.family_name.data or ""
        return registration.register(
            lambda: invitations.accept_invitation(accepted, queries.today(), handle, name, **facts), form
        )


@bp.post("/invitations/<token>/move")
@public
def transfer_by_invitation(token: str) -> ResponseReturnValue:
    """Transfer a member to the company that invited them.

    A member who belongs to a company signs in first. One who cannot sign in, since their company is gone, has the mail
    as proof.
    """
    invitation = joining_queries.get_invitation_by_token(token)
    if invitation is None or not joining_rules.is_open(invitation):
        return answer_secretly(render_template("joining/invitation_void.html"), GONE)
    member = _find_transferred_member(invitation)
    if member is None:
        abort(403)
    try:
        with transaction():
            _transfer_member(invitation, member, queries.today())
    except InvitationClosedError:
        return answer_secretly(render_template("joining/invitation_void.html"), GONE)
    flash(_("%(company)sのメンバーになりました。", company=invitation.account.name))
    return redirect(browser_sessions.HOME if current_member() else url_for("signin.sign_in"))


def _transfer_member(invitation: Invitation, member: Member, day: date) -> None:
    def write() -> None:
        reassignment.follow(invitations.transfer_by_invitation(invitation, member, day))

    transfers.carry_out(memberships.plan_transfer(member, invitation.account, day), write)


def _offer_transfer(invitation: Invitation, token: str) -> ResponseReturnValue:
    may_transfer = _find_transferred_member(invitation) is not None
    return answer_secretly(
        render_template("joining/transfer.html", invitation=invitation, token=token, may_transfer=may_transfer)
    )


def _find_transferred_member(invitation: Invitation) -> Member | None:
    """Return the member who may press the button: signed in, or without a company; else None."""
    member = current_member()
    if member is None:
        # The mail proves only who reads this very address.
        known = queries.get_member_by_email(invitation.email)
        member = known if known is not None and rules.is_without_company(known) else None
    return member if member is not None and joining_rules.can_transfer_by(member, invitation) else None
