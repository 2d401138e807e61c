"""Lists of people: those of one company, for the staff; suggestions behind an @."""

from flask import abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from blueprints import limits
from blueprints.access import members_only, signed_in_member, staff_only
from blueprints.accounts.bp import bp
from blueprints.throttling import requester
from community.accounts import labels, queries, rules
from community.accounts.suggestions import suggest_people as find_people
from community.extensions import limiter
from community.joining import rules as joining_rules


@bp.get("/companies/<int:account_id>/people")
@staff_only(rules.can_manage_companies)
def list_people(account_id: int) -> ResponseReturnValue:
    """Show the people of the company with their rights, and ways to invite and to change rights."""
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
        may_invite=joining_rules.can_invite_into(viewer, account),
        may_grant=rules.can_grant_roles(viewer),
    )


@bp.get("/people/suggest")
@limiter.limit(limits.SUGGESTIONS_PER_MEMBER, key_func=requester)
@members_only
def suggest_people() -> ResponseReturnValue:
    """Return the people for the list beside the caret as JSON, their company as the viewer may know it."""
    viewer = signed_in_member()
    return jsonify(
        [
            {
                "name": person.display_name,
                "handle": person.handle,
                "note": labels.company_shown(person.account, viewer),
            }
            for person in find_people(request.args.get("q", ""), viewer)
        ]
    )
