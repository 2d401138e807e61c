"""Adding and editing a company; the list is in `company_list`."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from blueprints import limits
from blueprints.access import signed_in_member, staff_only
from blueprints.accounts.bp import bp
from blueprints.accounts.company_forms import CompanyForm, compared_state, shown_state
from blueprints.accounts.company_list import lacks_vendor, parse_kind
from blueprints.conflicts import CONFLICT, ConflictError, describe_newest_change
from community.accounts import companies, labels, queries, rules
from community.accounts.companies import ParentError, PhaseOrderError
from community.companies import families
from community.health.actions import lock_projections, rescore
from models.accounts import Account, AccountKind, AccountPhase, Member
from models.base import transaction


@bp.route("/companies/new", methods=["GET", "POST"])
@staff_only(rules.can_manage_companies)
def create_company() -> ResponseReturnValue:
    """Add a company; with ?kind=vendor the vendor's own, once, by an administrator."""
    today, is_vendor = queries.today(), parse_kind(request.args.get("kind")) == AccountKind.VENDOR
    if is_vendor and not (lacks_vendor(queries.count_accounts()) and rules.is_administrator(signed_in_member())):
        abort(403)
    kind = AccountKind.VENDOR if is_vendor else parse_kind(request.args.get("kind"))
    form = _make_company_form(None, None, today, is_vendor=is_vendor, data={"kind": kind, "phase_from": today})
    if form.validate_on_submit():
        account = _create_account(form, today, is_vendor=is_vendor)
        if account is not None:
            flash(_("「%(company)s」を登録しました。つぎに、メンバーを招待します。", company=account.name))
            return redirect(url_for(".list_people", account_id=account.id))
    return _render_company_form(form, None, [])


def _create_account(form: CompanyForm, today: date, *, is_vendor: bool) -> Account | None:
    """Add the company and return it; None where somebody else has taken its name or domain meanwhile."""
    card = form.card()
    if is_vendor:
        card["kind"] = AccountKind.VENDOR
    try:
        with transaction():
            lock_projections()
            account = companies.create_company(card, form.domains(), form.phase(), by=signed_in_member(), today=today)
            rescore([account.id], today)
    except IntegrityError:
        _explain_taken_values(form)
        return None
    return account


@bp.route("/companies/<int:account_id>/edit", methods=["GET", "POST"])
@staff_only(rules.can_manage_companies)
def edit_company(account_id: int) -> ResponseReturnValue:
    """Show the form of a company, and save it."""
    account, today = _find_account(account_id), queries.today()
    phases = queries.list_phases(account.id)
    newest = phases[0] if phases else None
    state = shown_state(account, newest, queries.list_mail_domains(account.id), today)
    form = _make_company_form(account, newest, today, is_vendor=account.kind == AccountKind.VENDOR, data=state)
    form.remember(compared_state(account, newest, queries.list_mail_domains(account.id)))
    if form.validate_on_submit() and _change_account(account, form, today):
        flash(_("「%(company)s」の登録を変えました。", company=account.name))
        return redirect(url_for(".list_companies", kind=account.kind))
    return _render_company_form(form, account, phases)


def _change_account(account: Account, form: CompanyForm, today: date) -> bool:
    """Save the form and return True; False where it was refused after all.

    The projections are locked before anything is written: their job locks its own row and then the account's.
    """
    try:
        with transaction():
            lock_projections()
            account = queries.get_account_to_change(account.id) or abort(404)
            if _has_changes(form, account):
                _write_changes(account, form, signed_in_member(), today)
    except ConflictError:
        return False
    except IntegrityError:
        _explain_taken_values(form)
        return False
    except ParentError:
        form.parent.errors = [form.parent_refused()]
        return False
    except PhaseOrderError:
        form.phase_from.errors = [form.out_of_order()]
        return False
    return True


def _has_changes(form: CompanyForm, account: Account) -> bool:
    """Return whether the form differs from what is stored. Raises ConflictError."""
    newest, phase = queries.newest_phase(account.id), form.phase()
    stored = compared_state(account, newest, queries.list_mail_domains(account.id))
    # The day that is typed says something only beside another segment or stage than was shown.
    moves = phase is not None and (form.is_changed("segment") or form.is_changed("stage"))
    return form.check(
        stored,
        {
            "mail_domains": "\n".join(sorted(form.domains())),
            "phase_from": phase.from_day if phase is not None and moves else stored["phase_from"],
        },
        changed_by=lambda: describe_newest_change("account", account.id, *companies.CHANGES),
    )


def _write_changes(account: Account, form: CompanyForm, by: Member, today: date) -> None:
    family = families.list_family(account.id)
    changed = companies.change_company(account, form.card(), form.domains(), by=by)
    phase = form.phase()
    moved = phase is not None and companies.change_phase(account, phase, by=by, today=today)
    if "parent_id" in changed:  # whoever moved inside a family has not left it
        rescore(family | families.list_family(account.id), today)
    elif moved or changed & companies.DECISIVE_FOR_SCORES:
        rescore([account.id], today)


def _find_account(account_id: int) -> Account:
    account = queries.get_account(account_id) or abort(404)
    if not rules.can_manage_company(signed_in_member(), account):
        abort(403)
    return account


def _make_company_form(
    account: Account | None, newest: AccountPhase | None, today: date, *, is_vendor: bool, data: dict[str, Any]
) -> CompanyForm:
    form = CompanyForm(account, newest, today, is_vendor=is_vendor, data=data)
    if not is_vendor:
        form.offer(_list_possible_csms(account))
        form.offer_parents(queries.list_accounts([kind for kind in AccountKind if kind != AccountKind.VENDOR]))
    return form


def _list_possible_csms(account: Account | None) -> list[Member]:
    """Return who can be in charge; also who is, even if they no longer could be."""
    people = list(queries.list_cs_people())
    current = queries.get_member(account.csm_id) if account is not None and account.csm_id else None
    return people if current is None or current in people else [*people, current]


def _explain_taken_values(form: CompanyForm) -> None:
    """Validate again: another company took the name or a domain between the check and the writing."""
    if form.validate():
        form.form_errors.append(_("ほかの人が同時に登録していました。もう一度保存してください。"))


def _render_company_form(
    form: CompanyForm, account: Account | None, phases: Sequence[AccountPhase]
) -> ResponseReturnValue:
    page = render_template(
        "accounts/edit_company.html",
        form=form,
        account=account,
        phases=phases,
        today=queries.today(),
        labels=labels,
        cancel=url_for(".list_companies", kind=account.kind if account else parse_kind(request.args.get("kind"))),
    )
    if form.conflict:
        return page, CONFLICT
    return page, limits.REFUSED if form.errors else 200
