"""Links by which a company's people join: making, renewing and withdrawing them."""

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import limits
from blueprints.access import signed_in_member, staff_only
from blueprints.joining.bp import bp
from blueprints.joining.forms import LinkForm
from blueprints.throttling import requester
from community import links
from community.accounts import queries
from community.extensions import limiter
from community.joining import company_links
from community.joining import queries as joining_queries
from community.joining import rules as joining_rules
from models.accounts import Member
from models.base import transaction
from models.joining import CompanyLink

# The one link whose address the next page shows: its id and its token.
MADE_LINK = "made_link"


@bp.get("/invitations/links")
@staff_only(joining_rules.can_invite)
def list_links() -> ResponseReturnValue:
    """Show the usable links, and the form for one more, with `?account=` for that company.

    The address of a link that was just made is shown this once.
    """
    made = session.pop(MADE_LINK, None)
    return _render_links_page(_make_link_form(signed_in_member(), request.args.get("account", type=int)), made)


@bp.post("/invitations/links")
@limiter.limit(limits.LINKS_PER_MEMBER, key_func=requester)
@staff_only(joining_rules.can_invite)
def make_link() -> ResponseReturnValue:
    member = signed_in_member()
    form = _make_link_form(member)
    if not form.validate():
        return _render_links_page(form), limits.REFUSED
    account = queries.get_account(form.account.data)
    if account is None or not joining_rules.can_make_link_for(member, account, queries.today()):
        abort(403)
    with transaction():
        link, token = company_links.make_link(account, member, form.holds(queries.list_mail_domains(account.id)))
    session[MADE_LINK] = [link.id, token]
    flash(_("%(company)sの参加リンクを作りました。", company=account.name))
    return redirect(url_for(".list_links"))


@bp.post("/invitations/links/<int:link_id>/renew")
@limiter.limit(limits.LINKS_PER_MEMBER, key_func=requester)
@staff_only(joining_rules.can_invite)
def renew_link(link_id: int) -> ResponseReturnValue:
    """Give the link a new address; the old one is void."""
    link = _find_link(link_id)
    if not joining_rules.can_invite_into(signed_in_member(), link.account):
        abort(403)
    with transaction():
        token = company_links.renew_token(link, signed_in_member())
    session[MADE_LINK] = [link.id, token]
    flash(_("アドレスを作りなおしました。前のアドレスはもう使えません。"))
    return redirect(url_for(".list_links"))


@bp.post("/invitations/links/<int:link_id>/withdraw")
@staff_only(joining_rules.can_invite)
def withdraw_link(link_id: int) -> ResponseReturnValue:
    link = _find_link(link_id)
    with transaction():
        company_links.withdraw_link(link, signed_in_member())
    flash(_("参加リンクを取り消しました。"))
    return redirect(url_for(".list_links"))


def _find_link(link_id: int) -> CompanyLink:
    return company_links.get_link(link_id, seen_by=signed_in_member()) or abort(404)


def _make_link_form(member: Member, account_id: int | None = None) -> LinkForm:
    form = LinkForm(account=account_id)
    day = queries.today()
    form.offer(
        [
            account
            for account in joining_queries.list_accounts_to_invite_into(member)
            if joining_rules.can_make_link_for(member, account, day)
        ]
    )
    return form


def _render_links_page(form: LinkForm, made: list[str] | None = None) -> str:
    return render_template(
        "joining/links.html",
        form=form,
        usable=company_links.list_usable_links(seen_by=signed_in_member()),
        made_id=made[0] if made else None,
        made_address=links.company_link(made[1]) if made else None,
    )
