"""Which companies compete with one, named and ended by staff. No customer sees it."""

from datetime import date

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import limits
from blueprints.access import signed_in_member, staff_only
from blueprints.accounts.bp import bp
from blueprints.accounts.competitor_forms import CompetitorForm, EndCompetitionForm
from community.accounts import queries, rules
from community.companies import competitors
from community.companies.competitors import DaysOutOfOrderError, NotTwoCompaniesError
from models.accounts import Account, AccountKind
from models.base import transaction


@bp.get("/companies/<int:account_id>/competitors")
@staff_only(rules.can_manage_companies)
def list_competitors(account_id: int) -> ResponseReturnValue:
    """Show which companies compete with this one, and a form that names another."""
    account = _find_account(account_id)
    form = CompetitorForm(formdata=None, data={"from_day": queries.today()})
    return _render_page(account, form)


@bp.post("/companies/<int:account_id>/competitors")
@staff_only(rules.can_manage_companies)
def note_competition(account_id: int) -> ResponseReturnValue:
    """Note that another company competes with this one."""
    account, form = _find_account(account_id), CompetitorForm()
    form.offer(_list_others(account))
    if form.validate():
        other, from_day = _find_account(form.competitor.data), form.from_day.data or queries.today()
        try:
            with transaction():
                competitors.note_competition(account, other, from_day, by=signed_in_member())
        except NotTwoCompaniesError:
            form.competitor.errors = [_("ほかの会社を選んでください。")]
        except DaysOutOfOrderError:
            form.from_day.errors = [_("前の競合が終わった日か、それよりあとの日にしてください。")]
        else:
            flash(_("「%(one)s」と「%(other)s」が競合すると記録しました。", one=account.name, other=other.name))
            return redirect(url_for(".list_competitors", account_id=account_id))
    return _render_page(account, form), limits.REFUSED


@bp.post("/companies/<int:account_id>/competitors/<int:competition_id>/end")
@staff_only(rules.can_manage_companies)
def end_competition(account_id: int, competition_id: int) -> ResponseReturnValue:
    """Note from which day on the two companies no longer compete."""
    account, form = _find_account(account_id), EndCompetitionForm()
    if not form.validate() or form.until_day.data is None:
        problem = next(iter(form.until_day.errors), _("日付を入れてください。例：2027-04-01"))
        return _render_page(account, CompetitorForm(formdata=None), problem), limits.REFUSED
    try:
        done = _end(account, competition_id, form.until_day.data)
    except DaysOutOfOrderError:
        problem = _("競合が始まった日か、それよりあとの日にしてください。")
        return _render_page(account, CompetitorForm(formdata=None), problem), limits.REFUSED
    flash(_("競合の終わりを記録しました。") if done else _("この競合は、もう終わっています。"))
    return redirect(url_for(".list_competitors", account_id=account_id))


def _end(account: Account, competition_id: int, until_day: date) -> bool:
    with transaction():
        found = competitors.get_competition(competition_id, account.id) or abort(404)
        return competitors.end_competition(found, until_day, of=account, by=signed_in_member())


def _find_account(account_id: int) -> Account:
    """Return the company; 404 for the vendor's own, which competes with no customer."""
    account = queries.get_account(account_id) or abort(404)
    return account if account.kind != AccountKind.VENDOR else abort(404)


def _list_others(account: Account) -> list[Account]:
    kinds = [kind for kind in AccountKind if kind != AccountKind.VENDOR]
    return [each for each in queries.list_accounts(kinds) if each.id != account.id]


def _render_page(account: Account, form: CompetitorForm, problem: str = "") -> str:
    """Return the page; `problem`: why a competition was not ended."""
    form.offer(_list_others(account))
    day = queries.today()
    return render_template(
        "accounts/competitors.html",
        account=account,
        form=form,
        rows=[(each, _describe_state(each, day)) for each in competitors.list_competitors(account.id)],
        today=day,
        problem=problem,
    )


def _describe_state(each: competitors.Competitor, day: date) -> str:
    """Return "" where it holds without end, else in words."""
    if each.until_day is not None:
        return _("終了") if each.until_day <= day else _("終わる予定")
    return _("これから") if each.from_day > day else ""
