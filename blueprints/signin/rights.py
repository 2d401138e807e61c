"""Rights that an administrator gives people and takes: roles, company administrators, suspensions."""

from datetime import date, timedelta

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import limits, reauthentication
from blueprints.access import signed_in_member, staff_only
from blueprints.conflicts import CONFLICT, ConflictError, describe_newest_change
from blueprints.person_forms import name_company_admin_act
from blueprints.signin.bp import bp
from blueprints.signin.rights_forms import (
    NO_ROLE,
    LiftForm,
    ResetForm,
    RoleForm,
    SuspensionForm,
)
from community.accounts import labels, queries, roles, rules
from community.signin import rights, second_factor
from community.signin import rules as signin_rules
from community.signin.rights import LastAdministratorError, LostRightError
from models.accounts import Member, StaffRole
from models.base import transaction

A_MOMENT = timedelta(microseconds=1)


# --- what is wrong with a form, said before anybody is asked to reauthenticate


def _refuse_role(handle: str) -> ResponseReturnValue | None:
    member = _find_member(handle)
    form = _make_role_form(member)
    if not form.validate():
        return _render_rights_page(member, role=form), limits.REFUSED
    return _refuse_same_role(member, form) if form.role.data == _role_state(member)["role"] else None


def _refuse_same_role(member: Member, form: RoleForm) -> ResponseReturnValue:
    form.role.errors = [_("いまと同じ役割です。変えるときは、別の役割を選んでください。")]
    return _render_rights_page(member, role=form), limits.REFUSED


def _refuse_suspension(handle: str) -> ResponseReturnValue | None:
    member, form = _find_member(handle), _make_suspension_form()
    if not signin_rules.can_suspend(signed_in_member(), member):
        abort(403)
    return None if form.validate() else (_render_rights_page(member, suspension=form), limits.REFUSED)


def _refuse_lift(handle: str) -> ResponseReturnValue | None:
    member, form = _find_member(handle), LiftForm()
    return None if form.validate() else (_render_rights_page(member, lift=form), limits.REFUSED)


def _refuse_reset(handle: str) -> ResponseReturnValue | None:
    member, form = _find_member(handle), ResetForm()
    if not signin_rules.can_reset_second_factor(signed_in_member(), member):
        abort(403)
    return None if form.validate() else (_render_rights_page(member, reset=form), limits.REFUSED)


# --- views


@bp.get("/people/<handle>/rights")
@staff_only(rules.can_grant_roles)
def edit_rights(handle: str) -> ResponseReturnValue:
    return _render_rights_page(_find_member(handle))


@bp.post("/people/<handle>/role")
@staff_only(rules.can_grant_roles)
@reauthentication.required(lambda: _("役割を変える"), "signin.edit_rights", refuse=_refuse_role)
def give_role(handle: str) -> ResponseReturnValue:
    member, by = _find_member(handle), signed_in_member()
    form = _make_role_form(member)
    if not form.validate():
        return _render_rights_page(member, role=form), limits.REFUSED
    role = StaffRole(form.role.data) if form.role.data != NO_ROLE else None
    try:
        with transaction():
            rights.lock_rights(member)
            is_new = form.check(
                _role_state(member), changed_by=lambda: describe_newest_change("member", member.id, "member.grant_role")
            )
            is_new = is_new and role != member.staff_role
            if is_new:
                rights.give_role(member, role, by=by, reason=form.role_reason.data or "")
    except ConflictError:
        return _render_rights_page(_find_member(handle), role=form), CONFLICT
    except LostRightError:
        abort(403)
    except LastAdministratorError:
        form.role.errors = [_explain_last_administrator()]
        return _render_rights_page(_find_member(handle), role=form), limits.REFUSED
    if not is_new:
        return _refuse_same_role(member, form)
    flash(_("%(name)sさんの役割を変えました。", name=member.display_name))
    return _redirect_after_change(member)


@bp.get("/people/<handle>/company-admin")
@staff_only(rules.can_grant_roles)
def ask_about_company_admin(handle: str) -> ResponseReturnValue:
    """Ask whether the person is to become an administrator of their company, or no longer be one."""
    member = _find_member(handle)
    if member.account is None:
        return redirect(url_for(".edit_rights", handle=handle))
    return render_template(
        "accounts/company_admin.html",
        person=member,
        is_self=member.id == signed_in_member().id,
        company=member.account.name,
        action=url_for(".set_company_admin", handle=handle),
        back=url_for(".edit_rights", handle=handle),
    )


@bp.post("/people/<handle>/company-admin")
@staff_only(rules.can_grant_roles)
@reauthentication.required(name_company_admin_act, "signin.ask_about_company_admin")
def set_company_admin(handle: str) -> ResponseReturnValue:
    """Make the person an administrator of their company (`is_admin`: 1), or no longer (0)."""
    member, is_admin = _find_member(handle), request.form.get("is_admin") == "1"
    account = member.account
    with transaction():
        done = account is not None and rights.set_company_admin(
            member, account, is_admin=is_admin, by=signed_in_member()
        )
    if not done:  # moved meanwhile: what would be said now is another thing
        return redirect(url_for(".ask_about_company_admin", handle=handle))
    if is_admin:
        flash(_("%(name)sさんを会社の管理者にしました。", name=member.display_name))
    else:
        flash(_("%(name)sさんは、会社の管理者ではなくなりました。", name=member.display_name))
    return _redirect_after_change(member)


@bp.post("/people/<handle>/suspend")
@staff_only(rules.can_grant_roles)
@reauthentication.required(lambda: _("利用を止める"), "signin.edit_rights", refuse=_refuse_suspension)
def suspend(handle: str) -> ResponseReturnValue:
    member, by = _find_member(handle), signed_in_member()
    if not signin_rules.can_suspend(by, member):
        abort(403)
    form = _make_suspension_form()
    if not form.validate() or form.through.data is None:
        return _render_rights_page(member, suspension=form), limits.REFUSED
    try:
        with transaction():
            rights.lock_rights(member)
            _check_suspension(form, member, form.through.data)
            rights.suspend(member, form.through.data, by=by, reason=form.suspension_reason.data or "")
    except ConflictError:
        return _render_rights_page(_find_member(handle), suspension=form), CONFLICT
    except LostRightError:
        abort(403)
    except LastAdministratorError:
        form.form_errors.append(_explain_last_administrator())
        return _render_rights_page(_find_member(handle), suspension=form), limits.REFUSED
    flash(_("%(name)sさんの利用を止めました。開いている画面もすぐに閉じられます。", name=member.display_name))
    return _redirect_after_change(member)


@bp.post("/people/<handle>/lift")
@staff_only(rules.can_grant_roles)
@reauthentication.required(lambda: _("利用を再開する"), "signin.edit_rights", refuse=_refuse_lift)
def lift_suspension(handle: str) -> ResponseReturnValue:
    member, form = _find_member(handle), LiftForm()
    if not form.validate():
        return _render_rights_page(member, lift=form), limits.REFUSED
    try:
        with transaction():
            rights.lock_rights(member)
            _check_suspension(form, member, None)
            rights.lift_suspension(member, by=signed_in_member(), reason=form.lift_reason.data or "")
    except ConflictError:
        return _render_rights_page(_find_member(handle), lift=form), CONFLICT
    except LostRightError:
        abort(403)
    flash(_("%(name)sさんは、また利用できます。", name=member.display_name))
    return _redirect_after_change(member)


@bp.post("/people/<handle>/two-step/reset")
@staff_only(rules.can_grant_roles)
@reauthentication.required(lambda: _("2段階認証を解除する"), "signin.edit_rights", refuse=_refuse_reset)
def reset_second_factor(handle: str) -> ResponseReturnValue:
    """Remove the second factor of a person who has shown by another way who they are; the reason says how."""
    member, form, by = _find_member(handle), ResetForm(), signed_in_member()
    if not signin_rules.can_reset_second_factor(by, member):
        abort(403)
    if not form.validate():
        return _render_rights_page(member, reset=form), limits.REFUSED
    with transaction():
        second_factor.reset(_lock_member(member), by=by, reason=form.reset_reason.data or "")
    flash(_("%(name)sさんの2段階認証を解除しました。本人にもメールで知らせました。", name=member.display_name))
    return _redirect_after_change(member)


def _lock_member(member: Member) -> Member:
    return queries.get_member_to_change(member.id) or abort(404)


def _find_member(handle: str) -> Member:
    member = queries.get_member_by_handle(handle)
    return member if member is not None and member.erased_at is None else abort(404)


def _explain_last_administrator() -> str:
    return _("ほかにシステム管理者がいません。先に、別の人をシステム管理者にしてください。")


def _redirect_after_change(member: Member) -> ResponseReturnValue:
    """Redirect to the page of rights, or to the profile if the administrator has just given up their own right."""
    if rules.can_grant_roles(signed_in_member()):
        return redirect(url_for(".edit_rights", handle=member.handle))
    return redirect(url_for("accounts.show_profile", handle=member.handle))


def _role_state(member: Member) -> dict[str, str]:
    return {"role": member.staff_role or NO_ROLE}


def _check_suspension(form: SuspensionForm | LiftForm, member: Member, through: date | None) -> None:
    """Raise ConflictError where the suspension is another one than the page showed."""
    form.check(
        _suspension_state(member),
        {"through": through},
        labels={"through": _("いつまで止めるか")},
        changed_by=lambda: describe_newest_change("member", member.id, "member.suspend", "member.lift_suspension"),
    )


def _suspension_state(member: Member) -> dict[str, date | None]:
    """Return the last day of the suspension; None without one."""
    if member.suspended_until is None or not rules.is_suspended(member):
        return {"through": None}
    zone = current_app.config["COMMUNITY_ZONE"]
    return {"through": (member.suspended_until - A_MOMENT).astimezone(zone).date()}


def _make_role_form(member: Member, **sent: None) -> RoleForm:
    form = RoleForm(role=member.staff_role or NO_ROLE, **sent)
    form.remember(_role_state(member))
    offered = [role for role in StaffRole if rules.can_hold_role(member, role) or role == member.staff_role]
    form.offer(offered, has_one=member.staff_role is not None)
    return form


def _make_suspension_form(**sent: None) -> SuspensionForm:
    form = SuspensionForm(**sent)
    form.today = queries.today()
    return form


def _render_rights_page(
    member: Member,
    *,
    role: RoleForm | None = None,
    suspension: SuspensionForm | None = None,
    lift: LiftForm | None = None,
    reset: ResetForm | None = None,
) -> str:
    """Return the page with its forms, of which at most one has been refused."""
    suspended, refused = _suspension_state(member), role or suspension or lift or reset
    # The others on the page were not sent; their fields have the same names.
    role = role or _make_role_form(member, formdata=None)
    suspension, lift = suspension or _make_suspension_form(formdata=None), lift or LiftForm(formdata=None)
    for form in (suspension, lift):
        form.remember(suspended)
    can_hold_all = rules.can_hold_role(member, StaffRole.ADMINISTRATOR)
    return render_template(
        "signin/rights.html",
        person=member,
        account=member.account,
        role_name=labels.role_name(member),
        can_hold_all=can_hold_all,
        leaves_on=roles.find_role_end(member) if can_hold_all else None,
        may_suspend=signin_rules.can_suspend(signed_in_member(), member),
        suspended_through=suspended["through"],
        role=role,
        suspension=suspension,
        lift=lift,
        may_reset=signin_rules.can_reset_second_factor(signed_in_member(), member),
        reset=reset or ResetForm(formdata=None),
        refused=refused,
    )
