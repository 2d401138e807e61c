"""Who may be meant while somebody types @ and a few letters."""

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from blueprints import limits
from blueprints.access import members_only, signed_in_member
from blueprints.accounts.bp import bp
from blueprints.throttling import requester
from community.accounts import labels
from community.accounts.suggestions import suggest_people as find_people
from community.extensions import limiter


@bp.get("/people/suggest")
@limiter.limit(limits.SUGGESTIONS_PER_MEMBER, key_func=requester)
@members_only
def suggest_people() -> ResponseReturnValue:
    """For the list beside the caret: name, handle, and the company as the viewer may know it."""
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
