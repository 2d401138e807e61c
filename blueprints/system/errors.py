"""Error pages, in the site's design and the viewer's language."""

import structlog
from flask import current_app, flash, jsonify, redirect, render_template, request
from flask.sansio.app import App
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError
from werkzeug.exceptions import BadRequest, Forbidden, HTTPException, NotFound, RequestEntityTooLarge, TooManyRequests

from blueprints import limits, saved_forms, throttling
from blueprints.access import ASKS_AGAIN, RefusedError, current_member
from blueprints.system import broken_storage
from blueprints.system.giving_back import give_back, keep_text
from blueprints.throttling import wants_json
from community.accounts import rules
from community.app import reports
from community.app.security import ForeignOriginError
from community.extensions import login_manager
from models.base import db
from models.faults import find_fault

logger = structlog.get_logger(__name__)

PAGES = {400, 403, 404, 405, 413, 429}


def answer_errors(app: App) -> None:
    """Answer every error with one of our pages, or in JSON if that was asked for."""
    app.register_error_handler(CSRFError, _answer_lost_token)
    app.register_error_handler(HTTPException, _answer_http_error)
    # Errors for values that no column can hold: numbers beyond 64 bits (both databases), a NUL in a text (PostgreSQL).
    app.register_error_handler(OverflowError, _answer_unstorable)
    app.register_error_handler(DataError, _answer_unstorable)
    app.register_error_handler(Exception, _answer_failure)


def _answer_lost_token(error: CSRFError) -> ResponseReturnValue:
    """Answer a form without a valid token, which nearly always means an ended session. No text is lost."""
    answer = getattr(current_app.view_functions.get(request.endpoint or ""), ASKS_AGAIN, None)
    if answer is not None:
        return answer(**(request.view_args or {}))
    if not current_user.is_authenticated:
        return login_manager.unauthorized()
    member = current_member()
    if member is not None and not wants_json() and saved_forms.can_put_aside(request.path):
        back_to = keep_text()
        if back_to is not None:
            flash(_("画面が古くなっていました。書いた内容は残っています。もう一度送信してください。"), "watch")
            return redirect(back_to)
    return _answer_http_error(error)


def _answer_http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    code = error.code or 500
    db.session.rollback()
    if isinstance(error, TooManyRequests):
        error.retry_after = throttling.seconds_to_wait(error)
        logger.info("too many", endpoint=request.endpoint, seconds=error.retry_after)
        if wants_json():
            return throttling.answer_json(error)
    if wants_json():
        return jsonify(error=error.name, message=_message(error)), code, _headers(error)
    given_back = give_back(error)
    if given_back.texts:
        page = render_template("errors/given_back.html", code=code, message=_message(error), given_back=given_back,
                               may_reset=_may_reset(error))  # fmt: skip
        return page, code, _headers(error)
    template = f"errors/{code if code in PAGES - {405} else 400 if code < 500 else 500}.html"  # noqa: PLR2004  4xx
    page = render_template(template, error=error, message=_message(error), may_reset=_may_reset(error))
    return page, code, _headers(error)


def _answer_unstorable(error: Exception) -> ResponseReturnValue:
    """Answer a value that no page of ours made: in an address there is no such page, a form is refused.

    Nothing was done; it is logged in case it was ours.
    """
    logger.warning("unstorable", endpoint=request.endpoint, error=type(error).__name__)
    return _answer_http_error(NotFound() if request.method in {"GET", "HEAD"} else BadRequest())


def _answer_failure(error: Exception) -> ResponseReturnValue:
    """Answer an error of ours, logged with the request's id that the page shows; or a fault of the disk."""
    db.session.rollback()
    reports.report(error)
    broken_storage.end_read()
    fault = find_fault(error)
    if fault is not None:
        return broken_storage.answer_fault(fault, as_json=wants_json())
    logger.error("failed", endpoint=request.endpoint, error=type(error).__name__, exc_info=error)
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    if wants_json():
        return jsonify(error="failure", request_id=request_id), 500
    given_back = give_back(error)
    return broken_storage.render("errors/500.html", request_id=request_id, given_back=given_back), 500


def _message(error: HTTPException) -> str:
    """Return our sentence about the error; "" where there are only Werkzeug's own words."""
    if isinstance(error, ForeignOriginError):
        return _("ほかのサイトから送られたため、受け取りませんでした。このサイトのページから送ってください。")
    if isinstance(error, RequestEntityTooLarge):
        return _("送られた内容が大きすぎます。画像は1枚10MBまで、文章は2万字までにしてください。")
    if isinstance(error, TooManyRequests):
        return throttling.sentence(throttling.seconds_to_wait(error))
    member = current_member() if isinstance(error, Forbidden) else None
    if member is not None and rules.is_named_company_admin(member) and not rules.can_take_part(member):
        return _(
            "会社の契約が終わったため、管理者の操作は休みになっています。「会社のページ」を読むことと、運営への連絡はできます。"
        )
    return (error.description or "") if isinstance(error, CSRFError | RefusedError) else ""


def _may_reset(error: HTTPException) -> bool:
    """Return whether too many wrong passwords or codes were tried inside a session; then a reset by mail may help."""
    return isinstance(error, TooManyRequests) and request.endpoint in limits.ASK_WHO_SITS_THERE


def _headers(error: HTTPException) -> list[tuple[str, str]]:
    """Return the error's headers such as Allow and Retry-After, without the content type."""
    return [(k, v) for k, v in error.get_headers() if k.lower() != "content-type"]
