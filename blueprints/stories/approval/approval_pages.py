"""The page of an approver's mailed link, without log-in.

A link is a bearer token that can be forwarded: it shows only whose matter it is, and mails a code to the address on
record. What is confidential opens in the browser in which that code is typed. GET changes nothing.
"""

from typing import Any

from flask import (
    Response,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import limits
from blueprints.access import asks_again, public
from blueprints.stories.bp import bp
from blueprints.stories.reading.drawing import draw_preview
from blueprints.stories.workflow.uses_form import UsesForm
from community.extensions import limiter
from community.files import queries as files
from community.stories import labels
from community.stories.approval import answers, approval_desk, preview, renewals, visits
from community.stories.approval.answers import AnswerClosedError, ApprovalAnswer, BeyondWishesError, NotTheirsError
from community.stories.approval.approvals import LinkState, StoryApproval
from community.stories.approval.visits import TooManyCodesError, Typed
from community.stories.workflow import answering
from models.base import transaction

from .consent_forms import AnswerWordsForm, CodeForm, EmptyForm
from .link import COOKIE, WITHDRAW, answer_privately, browser_key, find_request, refuse_link, show_gate

# Codes are counted for each request in rows (community/stories/approval/visits.py); this is for
# whoever tries many links.
CODES_PER_NETWORK = "60 per hour"


@bp.context_processor
def add_labels() -> dict[str, Any]:
    """Add what uses are called to what the room's templates know."""
    return {"use_labels": labels.USES, "use_notes": labels.USE_NOTES}


def open_again(token: str) -> ResponseReturnValue:
    """Answer a form of a link whose session has ended: nothing was done, the page is there again."""
    flash(_("画面が古くなっていました。お手数ですが、もう一度押してください。"), "watch")
    return redirect(_page_of(token, request.form.get("purpose", "")))


def answer_again(token: str) -> ResponseReturnValue:
    """Show an answer whose session has ended once more, with what was typed; nothing is recorded yet."""
    approval, state = find_request(token)
    said = request.form.get("answer", "")
    if approval is None or state != LinkState.OPEN or not visits.is_open_in(approval, browser_key()):
        return open_again(token)
    consents, note = UsesForm(), AnswerWordsForm()
    consents.offer(answers.read_wishes(approval).allowed)
    for form in (consents, note):
        form.form_errors.append(_("画面が古くなっていました。お手数ですが、もう一度押してください。"))
    answer = ApprovalAnswer(said) if said in set(ApprovalAnswer) else ApprovalAnswer.APPROVED
    return _render_request(approval, token, consents, note, answer)


@bp.get("/approve/<token>")
@public
def show_approval(token: str) -> ResponseReturnValue:
    """Show whose matter it is; in a browser in which the code was typed, the whole story and the answers."""
    approval, state = find_request(token)
    if approval is None or state != LinkState.OPEN:
        return refuse_link(token, state)
    if not visits.is_open_in(approval, browser_key()):
        return show_gate(approval, token)
    form = UsesForm(formdata=None)
    wishes = answers.read_wishes(approval)
    form.offer(wishes.allowed)
    if "wishes" in request.args:
        form.fill(wishes.allowed)
    return _render_request(approval, token, form)


@bp.post("/approve/<token>/code")
@limiter.limit(CODES_PER_NETWORK)
@public
@asks_again(open_again)
def send_approval_code(token: str) -> ResponseReturnValue:
    """Mail a code to the address on record, for this browser."""
    approval, state = find_request(token)
    purpose = EmptyForm().purpose.data or ""
    if approval is None or not _is_usable(state, purpose):
        return refuse_link(token, state)
    try:
        with transaction():
            key = visits.send_code(approval)
    except TooManyCodesError as full:
        again, _state = find_request(token)
        return show_gate(again or abort(404), token, purpose, wait=full)
    response = make_response(redirect(_page_of(token, purpose)))
    response.set_cookie(
        COOKIE,
        key,
        path=url_for(".show_approval", token=token),
        max_age=visits.VISIT_LIFE,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


@bp.post("/approve/<token>/open")
@public
@asks_again(open_again)
def enter_approval_code(token: str) -> ResponseReturnValue:
    """Open the page in this browser, if the code is right."""
    approval, state = find_request(token)
    purpose = request.form.get("purpose", "")
    if approval is None or not _is_usable(state, purpose):
        return refuse_link(token, state)
    form = CodeForm()
    if not form.validate():
        return show_gate(approval, token, purpose, form)
    with transaction():
        typed = visits.check_code(approval, browser_key(), form.code.data or "")
    if typed == Typed.RIGHT:
        return redirect(_page_of(token, purpose))
    return show_gate(approval, token, purpose, form, typed=typed)


@bp.post("/approve/<token>/answer")
@public
@asks_again(answer_again)
def answer_approval(token: str) -> ResponseReturnValue:
    """Record the answer of the approver who was mailed, whoever is signed in in this browser."""
    approval, state = find_request(token)
    if approval is None or state != LinkState.OPEN:
        return refuse_link(token, state)
    if not visits.is_open_in(approval, browser_key()):
        return show_gate(approval, token)
    said = request.form.get("answer", "")
    answer = ApprovalAnswer(said) if said in set(ApprovalAnswer) else abort(400)
    consents, note = UsesForm(), AnswerWordsForm()
    consents.offer(answers.read_wishes(approval).allowed)
    is_approved = answer == ApprovalAnswer.APPROVED
    if not (consents.validate() if is_approved else note.validate()):
        return _render_request(approval, token, consents, note, answer)
    granted, words = (consents.granted(), "") if is_approved else ({}, note.note.data or "")
    try:
        with transaction():
            answering.answer(approval, token, answer, granted, words)
    except (AnswerClosedError, NotTheirsError):
        now_opens = find_request(token)[1]
        return refuse_link(token, LinkState.REVOKED if now_opens == LinkState.OPEN else now_opens)
    except BeyondWishesError:
        again, _state = find_request(token)
        consents.form_errors.append(_("書いた方の希望が、たったいま変わりました。もう一度確かめてください。"))
        return _render_request(again or abort(404), token, consents, note, answer)
    return redirect(url_for(".show_approval_receipt", token=token))


@bp.get("/approve/<token>/receipt")
@public
def show_approval_receipt(token: str) -> ResponseReturnValue:
    """Show what was answered."""
    approval, state = find_request(token)
    if approval is None or state != LinkState.ANSWERED:
        return redirect(url_for(".show_approval", token=token))
    if not visits.is_open_in(approval, browser_key()):
        return show_gate(approval, token, WITHDRAW)
    return answer_privately(
        render_template(
            "stories/approval/approve_receipt.html",
            page=approval_desk.describe_request(approval),
            receipt=answers.read_receipt(approval),
            answered_at=approval.answered_at,
            token=token,
        )
    )


@bp.get("/approve/<token>/pictures/<key>")
@public
def show_approval_picture(token: str, key: str) -> ResponseReturnValue:
    """Send a picture of the version to a browser in which the code was typed."""
    approval, state = find_request(token)
    if approval is None or state != LinkState.OPEN or not visits.is_open_in(approval, browser_key()):
        abort(404)
    if key not in preview.find_pictures(approval.version.html.values()):
        abort(404)
    if (file := files.get_file(key)) is None or not files.path_of(file).is_file():
        abort(404)
    response = send_file(files.path_of(file), mimetype=file.media_type, conditional=False)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _is_usable(state: LinkState | None, purpose: str) -> bool:
    return state == (LinkState.ANSWERED if purpose == WITHDRAW else LinkState.OPEN)


def _page_of(token: str, purpose: str) -> str:
    return url_for(".ask_about_withdrawal" if purpose == WITHDRAW else ".show_approval", token=token)


def _render_request(
    approval: StoryApproval,
    token: str,
    form: UsesForm,
    note: AnswerWordsForm | None = None,
    refused: ApprovalAnswer | None = None,
) -> Response:
    page = approval_desk.describe_request(approval)
    pictures_at = url_for(".show_approval_picture", token=token, key="")
    story = preview.read_preview(approval.version, pictures_at, page.submitted_on)
    return answer_privately(
        render_template(
            "stories/approval/approve.html",
            page=page,
            story=story,
            **draw_preview(story),
            wishes=answers.read_wishes(approval),
            renewal=renewals.read_renewal(approval, approval.version.story),
            form=form,
            note=note or AnswerWordsForm(formdata=None),
            refused=refused.value if refused else "",
            token=token,
        ),
        limits.REFUSED if refused else 200,
    )
