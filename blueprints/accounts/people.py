"""The people of one company, for the staff."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from blueprints.access import signed_in_member, staff_only
from blueprints.accounts.bp import bp
from community.accounts import labels, queries, rules


@bp.get("/companies/<int:account_id>/people")
@staff_only(rules.can_manage_companies)
def list_people(account_id: int) -> ResponseReturnValue:
    """Who belongs to it today and what they may do; from here on one invites, and an administrator gives rights."""
    viewer = signed_in_member()
    account = queries.get_account(account_id) or abort(404)
    return render_template(
        "accounts/people.html",
        account=account,
        people=queries.list_members_of(account.id, queries.today()),
        parent=queries.get_account(account.parent_id) if account.parent_id else None,
        subsidiaries=queries.list_subsidiaries(account.id),
        is_over=rules.is_over(account, queries.today()),
        is_suspended=rules.is_suspended,
        role_name=labels.role_name,
        kind_name=labels.KINDS[account.kind],
        may_change=rules.can_manage_company(viewer, account),
        may_invite=rules.can_invite_into(viewer, account),
        may_grant=rules.can_grant_roles(viewer),
    )
