"""The staff's list of companies, searched by name and reading, in pages."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.access import signed_in_member, staff_only
from blueprints.accounts.bp import bp
from community.accounts import labels, queries, rules
from community.companies.directory import NOBODY, CompanyFilter, count_ended, find_companies, list_csms_in_charge
from community.companies.readings import bare_reading
from models.accounts import AccountKind

# With it the page is below 150 kB however many companies there are.
ROWS_A_PAGE = 50
# Longer than any name; what is typed beyond it is cut off.
MOST_TYPED = 200


@bp.get("/companies")
@staff_only(rules.can_manage_companies)
def list_companies() -> ResponseReturnValue:
    """Show the companies of one kind that match, in the order of their readings without their legal forms."""
    kind, csms = parse_kind(request.args.get("kind")), _csm_choices()
    wanted = _parse_filter(csms)
    found, counts = find_companies(wanted), queries.count_accounts()
    ended = count_ended(found.get(AccountKind.CUSTOMER, ()), queries.today())
    last_page = max(-(-len(found.get(kind, ())) // ROWS_A_PAGE), 1)
    page = min(max(request.args.get("page", 1, type=int), 1), last_page)
    ids = found.get(kind, [])[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE]
    by_id = queries.list_accounts_by_id(ids)
    given = _given(wanted)
    return render_template(
        "accounts/companies.html",
        kind=kind,
        kinds=[
            (
                _name_kind(each, len(found.get(each, ())), ended),
                url_for(".list_companies", kind=each, **given),
                each == kind,
            )
            for each in AccountKind
        ],
        accounts=[by_id[account_id] for account_id in ids if account_id in by_id],
        members=queries.count_members(ids),
        phases=queries.phases_on(ids, queries.today()),
        labels=labels,
        bare_reading=bare_reading,
        may_change=kind != AccountKind.VENDOR or rules.is_administrator(signed_in_member()),
        lacks_vendor=lacks_vendor(counts) and rules.is_administrator(signed_in_member()),
        csms=csms,
        given=given,
        page=page,
        last_page=last_page,
    )


def parse_kind(typed: str | None) -> AccountKind:
    """Return the kind that was asked for; customers where it is none."""
    return AccountKind(typed) if typed in set(AccountKind) else AccountKind.CUSTOMER


def lacks_vendor(counts: dict[AccountKind, int]) -> bool:
    """Return whether the vendor's own company is missing, as in a new installation."""
    return AccountKind.VENDOR not in counts


def _name_kind(kind: AccountKind, count: int, ended: int) -> str:
    """Return the name of a kind with how many there are; customers whose contract has ended are counted apart."""
    if kind != AccountKind.CUSTOMER or not ended:
        return f"{labels.KINDS[kind]} {count}"
    return f"{labels.KINDS[kind]} {count - ended}" + _("（ほかに契約終了%(n)s）", n=ended)


def _parse_filter(csms: list[tuple[int | str, str]]) -> CompanyFilter:
    """Return what was asked for; somebody who is in charge of nothing counts as not asked for."""
    known = {str(number): number for number, _name in csms if isinstance(number, int)}
    return CompanyFilter(request.args.get("q", "").strip()[:MOST_TYPED], known.get(request.args.get("csm", "")))


def _given(wanted: CompanyFilter) -> dict[str, Any]:
    given = {"q": wanted.typed, "csm": wanted.csm_id}
    return {name: value for name, value in given.items() if value is not None and value != ""}


def _csm_choices() -> list[tuple[int | str, str]]:
    people = [(member.id, member.display_name) for member in list_csms_in_charge()]
    return [("", _("すべて")), *people, (NOBODY, _("担当者なし"))]
