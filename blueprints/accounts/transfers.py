"""Transfers of a person to another company: the staff choose a day, see what follows, and confirm."""

from collections import Counter
from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from blueprints import limits, reauthentication, transfers
from blueprints.access import signed_in_member, staff_only
from blueprints.accounts.bp import bp
from blueprints.accounts.forms import NONE, TransferForm
from blueprints.conflicts import digest
from community.accounts import memberships, queries, rules
from community.accounts.memberships import MembershipPeriod, Transfer
from community.ledger import reassignment
from community.ledger.reassignment import ReassignedAct
from models.accounts import Account, Member
from models.base import transaction


def _is_sent() -> bool:
    """Return whether the form was sent: a transfer can make somebody staff or administrator, or shut them out."""
    return request.method == "POST"


def _refuse_invalid_transfer(handle: str) -> ResponseReturnValue | None:
    """Return the page where the form is no valid transfer, before anybody has to reauthenticate."""
    member = _find_member(handle)
    form = _make_transfer_form(member)
    is_transfer = form.validate() and _plan_transfer(member, form, signed_in_member()) is not None
    return None if is_transfer else (_render_transfer_page(member, form), limits.REFUSED)


@bp.route("/people/<handle>/company", methods=["GET", "POST"])
@staff_only(rules.can_manage_companies)
@reauthentication.required(
    lambda: _("所属を変える"), "accounts.transfer_member", when=_is_sent, refuse=_refuse_invalid_transfer
)
def transfer_member(handle: str) -> ResponseReturnValue:
    """Preview the transfer, and carry it out when the same form is sent again."""
    member, by = _find_member(handle), signed_in_member()
    form = _make_transfer_form(member)
    if not form.is_submitted():
        return _render_transfer_page(member, form)
    transfer = _plan_transfer(member, form, by) if form.validate() else None
    if transfer is None:
        return _render_transfer_page(member, form), limits.REFUSED
    if form.seen.data != form.asked:
        return _render_transfer_page(member, form, transfer)
    _carry_out_transfer(transfer, by, form.transfer_reason.data or "")
    flash(_("%(name)sさんの所属を変えました。", name=member.display_name))
    return redirect(url_for(".transfer_member", handle=member.handle))


def _find_member(handle: str) -> Member:
    member = queries.get_member_by_handle(handle)
    if member is None or member.erased_at is not None:
        abort(404)
    if not rules.can_transfer(signed_in_member(), member, None):
        abort(403)
    return member


def _make_transfer_form(member: Member) -> TransferForm:
    by = signed_in_member()
    form = TransferForm(account=member.account.id if member.account else NONE)
    form.today = queries.today()
    form.periods = digest({"periods": [str(period) for period in memberships.list_periods(member)]})
    form.offer([account for account in queries.list_accounts() if rules.can_transfer(by, member, account)])
    return form


def _plan_transfer(member: Member, form: TransferForm, by: Member) -> Transfer | None:
    """Return the transfer that was typed; None where it is refused, with the reason in the form."""
    account = queries.get_account(form.account.data) if form.account.data != NONE else None
    if not rules.can_transfer(by, member, account) or form.from_day.data is None:
        abort(403)
    if rules.would_strand_role(member, account):
        form.account.errors = [_("運営の役割を持つ人です。先に、役割を「なし」か「モデレーター」にしてください。")]
        return None
    transfer = memberships.plan_transfer(
        member, account, form.from_day.data, is_company_admin=account is not None and form.is_company_admin.data
    )
    if transfer.changes_nothing:
        form.account.errors = [_("いまの登録と同じです。会社か日を変えてください。")]
        return None
    return transfer


def _carry_out_transfer(transfer: Transfer, by: Member, reason: str) -> None:
    with transaction():
        transfers.carry_out(transfer, lambda: reassignment.carry_out(transfer, by=by, reason=reason))


def _render_transfer_page(member: Member, form: TransferForm, transfer: Transfer | None = None) -> str:
    periods = memberships.list_periods(member)
    known = {account.id: account for account in queries.list_accounts()}
    return render_template(
        "accounts/transfer_member.html",
        form=form,
        person=member,
        account=member.account,
        transfer=transfer,
        periods=list(reversed(periods)),
        names={account_id: account.name for account_id, account in known.items()},
        today=queries.today(),
        seen=form.asked if transfer else "",
        sentences=_describe_transfer(transfer, known) if transfer else [],
        may_grant=rules.can_grant_roles(signed_in_member()),
    )


def _describe_transfer(transfer: Transfer, known: dict[int, Account]) -> list[str]:
    """Return what the transfer changes, in sentences."""
    moved = reassignment.plan(transfer)
    sentences = [_describe_day(transfer, queries.today())]
    sentences += [_describe_replaced_period(period, known) for period in transfer.replaced]
    by_way = Counter((each.act.account_id, each.account_id) for each in moved if each.changes_company)
    sentences += [_describe_reassigned_acts(way, count, moved, known) for way, count in by_way.items()]
    if others := sum(1 for each in moved if not each.changes_company):
        sentences.append(
            _("会社のあいだの回答やリアクションとして数えるかどうかが変わる行動が%(n)s件あります。", n=others)
        )
    if not moved:
        sentences.append(_("会社が変わる行動は、ありません。"))
    return sentences


def _describe_day(transfer: Transfer, today: date) -> str:
    company = transfer.account.name if transfer.account else _("どの会社にも属さない状態")
    if transfer.from_day > today:
        return _(
            "%(day)sになると、ひとりでに%(company)sへ移ります。", day=format_date(transfer.from_day), company=company
        )
    return _("%(day)sから%(company)sだったことになります。", day=format_date(transfer.from_day), company=company)


def _describe_replaced_period(period: MembershipPeriod, known: dict[int, Account]) -> str:
    company = known[period.account_id].name
    return _("%(day)sから%(company)sという登録は、なくなります。", day=format_date(period.from_day), company=company)


def _describe_reassigned_acts(
    way: tuple[int | None, int | None], count: int, moved: list[ReassignedAct], known: dict[int, Account]
) -> str:
    days = [each.act.day for each in moved if (each.act.account_id, each.account_id) == way]
    before, after = (known[i].name if i is not None else _("会社なし") for i in way)
    return _(
        "%(first)sから%(last)sまでの行動%(n)s件が、%(before)sから%(after)sへ移ります。",
        first=format_date(min(days)),
        last=format_date(max(days)),
        n=count,
        before=before,
        after=after,
    )
