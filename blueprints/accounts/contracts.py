"""The end of a company's contract, registered by the staff, and taken back if the contract goes on."""

from datetime import date, timedelta

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import limits, reauthentication
from blueprints.access import signed_in_member, staff_only
from blueprints.accounts.bp import bp
from blueprints.accounts.forms import EndContractForm, ResumeContractForm
from blueprints.conflicts import CONFLICT, ConflictError, describe_newest_change
from community.accounts import companies, queries, rules
from community.health.actions import lock_projections, rescore
from models.accounts import Account, AccountKind
from models.base import transaction


@bp.get("/companies/<int:account_id>/end")
@staff_only(rules.can_manage_companies)
def edit_contract(account_id: int) -> ResponseReturnValue:
    """Show when the contract ends and what follows."""
    account = _find_account(account_id)
    return _render_contract_page(account, EndContractForm(last_day=account.contract_ended_on), ResumeContractForm())


def _refuse_end(account_id: int) -> ResponseReturnValue | None:
    form = EndContractForm()
    if form.validate() and form.last_day.data is not None:
        return None
    return _render_contract_page(_find_account(account_id), form, ResumeContractForm(formdata=None)), limits.REFUSED


@bp.post("/companies/<int:account_id>/end")
@staff_only(rules.can_manage_companies)
@reauthentication.required(lambda: _("契約の終わりを登録する"), "accounts.edit_contract", refuse=_refuse_end)
def end_contract(account_id: int) -> ResponseReturnValue:
    account, form = _find_account(account_id), EndContractForm()
    if not form.validate() or form.last_day.data is None:
        return _render_contract_page(account, form, ResumeContractForm(formdata=None)), limits.REFUSED
    try:
        _write_contract_end(account_id, form, form.last_day.data, form.end_reason.data or "")
    except ConflictError:
        return _render_contract_page(_find_account(account_id), form, ResumeContractForm(formdata=None)), CONFLICT
    flash(_("「%(company)s」の契約の最後の日を登録しました。", company=account.name))
    return redirect(url_for(".edit_contract", account_id=account_id))


@bp.post("/companies/<int:account_id>/resume")
@staff_only(rules.can_manage_companies)
def resume_contract(account_id: int) -> ResponseReturnValue:
    account, form = _find_account(account_id), ResumeContractForm()
    if not form.validate():
        return _render_contract_page(
            account, EndContractForm(formdata=None, last_day=account.contract_ended_on), form
        ), limits.REFUSED
    try:
        _write_contract_end(account_id, form, None, form.resume_reason.data or "")
    except ConflictError:
        account = _find_account(account_id)
        return _render_contract_page(
            account, EndContractForm(formdata=None, last_day=account.contract_ended_on), form
        ), CONFLICT
    flash(_("「%(company)s」の契約はつづきます。", company=account.name))
    return redirect(url_for(".edit_contract", account_id=account_id))


def _find_account(account_id: int) -> Account:
    """Return the company; 404 for the vendor's own, which has no contract."""
    account = queries.get_account(account_id) or abort(404)
    return account if account.kind != AccountKind.VENDOR else abort(404)


def _write_contract_end(
    account_id: int, form: EndContractForm | ResumeContractForm, last_day: date | None, reason: str
) -> None:
    """Write the end of the contract, or with None that there is none. Raises ConflictError.

    The company is scored at once; days that were missed are filled up by the nightly job.
    """
    with transaction():
        lock_projections()
        account = queries.get_account_to_change(account_id) or abort(404)
        form.check(
            _contract_state(account),
            {"last_day": last_day},
            labels={"last_day": _("契約の最後の日")},
            changed_by=lambda: describe_newest_change(
                "account", account_id, "account.end_contract", "account.resume_contract"
            ),
        )
        if last_day is not None:
            companies.end_contract(account, last_day, by=signed_in_member(), reason=reason)
        else:
            companies.resume_contract(account, by=signed_in_member(), reason=reason)
        rescore([account_id], queries.today())


def _contract_state(account: Account) -> dict[str, date | None]:
    return {"last_day": account.contract_ended_on}


def _render_contract_page(account: Account, form: EndContractForm, resume: ResumeContractForm) -> str:
    """Return the page with its two forms, of which at most one was sent."""
    for each in (form, resume):
        each.remember(_contract_state(account))
    ended = account.contract_ended_on
    return render_template(
        "accounts/end_contract.html",
        account=account,
        form=form,
        resume=resume,
        is_over=rules.is_over(account, queries.today()),
        farewell_until=ended + timedelta(days=rules.FAREWELL_DAYS) if ended else None,
        farewell_days=rules.FAREWELL_DAYS,
    )
