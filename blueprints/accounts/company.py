"""A company's own page, for its administrators: its people, its data, what is recorded, and how to end."""

from datetime import datetime, timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import limits, reauthentication
from blueprints.access import signed_in_member, staff_only
from blueprints.accounts.bp import bp
from blueprints.accounts.own_company_forms import (
    ContactVendorForm,
    OwnCompanyForm,
    make_own_company_form,
    own_company_state,
)
from blueprints.conflicts import CONFLICT, ConflictError, describe_newest_change
from blueprints.person_forms import name_company_admin_act
from blueprints.room import current_pages
from blueprints.room_parts import ShownPart
from blueprints.throttling import requester
from community.accounts import companies, contact_vendor, labels, queries, rules
from community.accounts.contact_vendor import Matter
from community.extensions import limiter
from community.health.labels import KIND_LABELS
from community.joining import queries as joining_queries
from community.joining import rules as joining_rules
from community.ledger.queries import count_kinds
from community.room import current_rooms
from community.signin import rights
from community.signin.rights import LastAdministratorError, LostRightError
from models.accounts import Account, Member
from models.base import now, transaction

RECORDED_DAYS = 90
# What an administrator learns of a colleague's visits is rounded: it says who is around, not when.
A_WEEK, A_MONTH = timedelta(days=7), timedelta(days=30)


@bp.get("/company")
@staff_only(rules.can_see_own_company)
def show_company() -> ResponseReturnValue:
    return _render_company_page()


@bp.post("/company")
@staff_only(rules.is_any_company_admin)
def correct_company() -> ResponseReturnValue:
    """Save what the company itself knows best."""
    account_id, by, form = _own_company().id, signed_in_member(), OwnCompanyForm()
    if not form.validate():
        return _render_company_page(form=form), limits.REFUSED
    try:
        with transaction():
            account = queries.get_account_to_change(account_id) or abort(404)
            if not rules.is_company_admin(by, account):  # the contract was ended meanwhile
                abort(403)
            if form.check(
                own_company_state(account),
                changed_by=lambda: describe_newest_change("account", account_id, *companies.CHANGES),
            ):
                companies.change_company(account, form.card(), queries.list_mail_domains(account_id), by=by)
    except ConflictError:
        return _render_company_page(form=form), CONFLICT
    flash(_("会社のことを保存しました。"))
    return redirect(url_for(".show_company"))


@bp.get("/company/people/<handle>")
@staff_only(rules.is_any_company_admin)
def ask_about_sharing(handle: str) -> ResponseReturnValue:
    """Ask whether the colleague is to become an administrator of the company, or no longer be one."""
    by = signed_in_member()
    other = queries.get_profile(handle, seen_by=by) or abort(404)
    if not rules.can_share_company(by, other):
        abort(403)
    return render_template(
        "accounts/company_admin.html",
        person=other,
        is_self=other.id == by.id,
        company=_own_company().name,
        action=url_for(".share_company", handle=handle),
        back=url_for(".show_company"),
    )


@bp.post("/company/people/<handle>")
@staff_only(rules.is_any_company_admin)
@reauthentication.required(name_company_admin_act, "accounts.ask_about_sharing")
def share_company(handle: str) -> ResponseReturnValue:
    """Make the colleague an administrator of the company (`is_admin`: 1), or no longer (0)."""
    by, is_admin = signed_in_member(), request.form.get("is_admin") == "1"
    other = queries.get_profile(handle, seen_by=by) or abort(404)
    if not rules.can_share_company(by, other):
        abort(403)
    try:
        with transaction():
            done = rights.share_company(other, _own_company(), is_admin=is_admin, by=by)
    except LostRightError:
        abort(403)
    except LastAdministratorError:
        flash(_("ほかに会社の管理者がいません。先に、別の人を管理者にしてください。"), "error")
        return redirect(url_for(".show_company"))
    if not done:  # moved meanwhile
        abort(403)
    if is_admin:
        flash(_("%(name)sさんを会社の管理者にしました。", name=other.display_name))
    else:
        flash(_("%(name)sさんは、会社の管理者ではなくなりました。", name=other.display_name))
    return redirect(url_for("home.show_home") if other.id == by.id and not is_admin else url_for(".show_company"))


@bp.post("/company/words")
@limiter.limit(limits.WORDS_PER_MEMBER, key_func=requester)
@staff_only(rules.can_see_own_company)
def write_to_vendor() -> ResponseReturnValue:
    """Send the text to the vendor, also after the contract: people may object to what was recorded."""
    form = ContactVendorForm()
    if not form.validate():
        return _render_company_page(contact_form=form), limits.REFUSED
    with transaction():
        contact_vendor.write_to_vendor(
            _own_company(), signed_in_member(), Matter(form.matter.data), form.message.data or ""
        )
    flash(_("運営に送りました。返事は、あなたのメールアドレスに届きます。"))
    return redirect(url_for(".show_company"))


def _own_company() -> Account:
    return signed_in_member().account or abort(403)


def _render_company_page(*, form: OwnCompanyForm | None = None, contact_form: ContactVendorForm | None = None) -> str:
    """Return the page with its two forms, of which at most one has been refused."""
    member, account = signed_in_member(), _own_company()
    people = queries.list_members_of(account.id, queries.today())
    counts = count_kinds(account.id, queries.today() - timedelta(days=RECORDED_DAYS))
    in_charge = queries.get_member(account.csm_id) if account.csm_id else None
    return render_template(
        "accounts/company.html",
        account=account,
        form=form or make_own_company_form(account),
        contact_form=contact_form or ContactVendorForm(formdata=None),
        refused=form or contact_form,
        may_change=rules.is_company_admin(member, account),
        may_invite=joining_rules.can_invite(member),
        people=[(each, _describe_last_visit(each, now()), each.id == member.id) for each in people],
        invitations=sum(
            1 for waiting in joining_queries.list_open_invitations(member) if waiting.account_id == account.id
        ),
        shown_as=labels.company_label(account),
        family=_list_related_companies(account, member),
        recorded=[(str(label), counts[kind]) for kind, label in KIND_LABELS.items() if kind in counts],
        others=[str(KIND_LABELS[kind]) for kind in current_rooms().signals if kind not in counts],
        days=RECORDED_DAYS,
        in_charge=in_charge.display_name if in_charge else "",
        sections=[
            ShownPart(part.template, values)
            for part in current_pages().company_sections
            if (values := part.values(member, account)) is not None
        ],
    )


def _describe_last_visit(member: Member, at: datetime) -> str:
    """Return when the person was here last, as roughly as a colleague may know it."""
    if member.visited_at is None:
        return _("まだ来ていません")
    since = at - member.visited_at
    if since <= A_WEEK:
        return _("1週間のうちに来ました")
    return _("ひと月のうちに来ました") if since <= A_MONTH else _("ひと月より前に来ました")


def _list_related_companies(account: Account, member: Member) -> list[tuple[str, str]]:
    """Return parent and subsidiaries, named as this viewer may know them."""
    parent = queries.get_account(account.parent_id) if account.parent_id else None
    related = [(_("親会社"), parent)] if parent else []
    related += [(_("子会社"), each) for each in queries.list_subsidiaries(account.id)]
    return [(name, labels.company_shown(each, member) or _("非公開")) for name, each in related]
