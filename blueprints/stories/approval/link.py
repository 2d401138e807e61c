"""A mailed link: what it opens, the browser that may open it, and its answers, which nobody keeps."""

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from blueprints import limits, throttling
from blueprints.secret_pages import answer_secretly
from community.stories.approval import approval_desk, approvals, visits
from community.stories.approval.approvals import LinkState, StoryApproval
from community.stories.approval.visits import TooManyCodesError, Typed
from models.base import now

from .consent_forms import CodeForm

COOKIE = "tsudoi_approval"
GONE = 410
WITHDRAW = "withdraw"


def find_request(token: str) -> tuple[StoryApproval | None, LinkState | None]:
    """Return the request of the link and what it opens; None for both if there is none."""
    approval = approvals.get_by_token(token)
    if approval is None:
        return None, None
    return approval, approvals.link_state(approval, approvals.get_newest_version_id(approval), now())


def browser_key() -> str:
    """Return the key by which this browser is known to the link; "" without one."""
    return request.cookies.get(COOKIE, "")


def show_gate(
    approval: StoryApproval,
    token: str,
    purpose: str = "",
    form: CodeForm | None = None,
    *,
    typed: Typed | None = None,
    wait: TooManyCodesError | None = None,
) -> ResponseReturnValue:
    """Answer with the page that says whose matter it is, and asks for the code."""
    page = approval_desk.describe_request(approval)
    wait_seconds = max(round(wait.wait.total_seconds()), 1) if wait else 0
    body = render_template(
        "stories/approval/approve_gate.html",
        company=page.company,
        title=page.title,
        token=token,
        purpose=purpose if purpose == WITHDRAW else "",
        form=form or CodeForm(formdata=None),
        is_awaited=visits.is_awaiting_code(approval, browser_key()),
        typed=typed.name if typed else "",
        wait=throttling.sentence(wait_seconds) if wait else "",
    )
    if wait:
        response = answer_privately(body, throttling.TOO_MANY)
        response.headers["Retry-After"] = str(wait_seconds)
        return response
    return answer_privately(body, limits.REFUSED if form is not None else 200)


def refuse_link(token: str, state: LinkState | None) -> ResponseReturnValue:
    """Answer with the page of a link that opens nothing."""
    name, again = state.name if state else "", approvals.find_later_request(token) if state else None
    page = render_template("stories/approval/approve_void.html", state=name, token=token, again=again)
    return answer_privately(page, GONE)


def answer_privately(page: str, status: int = 200) -> Response:
    """Return the response, kept out of caches, referrers and search engines."""
    response = make_response(answer_secretly(page, status))
    response.headers["X-Robots-Tag"] = "noindex"
    return response
