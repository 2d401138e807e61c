"""Answers while the disk is full, read-only, damaged or failing: a sentence, and the texts that were sent."""

import re

import structlog
from flask import g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import refresh
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from blueprints.system.giving_back import give_back
from community.app.security import SAFE_METHODS
from community.extensions import login_manager
from models.base import db
from models.faults import Fault

logger = structlog.get_logger(__name__)

# Long enough for an operator to make space.
RETRY_SECONDS = 60
NO_ROOM = {Fault.FULL, Fault.READ_ONLY}
# Fields that are never written into a page, not even into the sender's own.
_SECRET_FIELDS = re.compile(r"password|code$")


class StorageRefusedError(HTTPException):
    """Nothing can be stored at present: 507 if there is no space, 503 otherwise."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(_sentence(fault))
        self.code = 507 if fault == Fault.FULL else 503


def answer_fault(fault: Fault, *, as_json: bool) -> ResponseReturnValue:
    """Answer a request that has met this fault. Nothing of it was done."""
    logger.error("storage", fault=fault.value, endpoint=request.endpoint)
    db.session.rollback()
    refused = StorageRefusedError(fault)
    headers = {"Retry-After": str(RETRY_SECONDS)}
    code = refused.code or 503
    if as_json:
        return jsonify(error="storage", fault=fault.value, message=refused.description), code, headers
    # There may be room for the text although there was none for a picture, so keeping it as a draft is tried.
    given_back = give_back(refused) if fault in NO_ROOM else give_back(OSError(fault.value))
    page = render("errors/storage.html", code=code, heading=_fault_heading(fault), message=refused.description,
                  given_back=given_back, again=_read_form(), path=request.full_path.rstrip("?"),
                  is_reading=_is_reading())  # fmt: skip
    return page, code, headers


def _read_form() -> list[tuple[str, str]] | None:
    """Return the form that was sent, so that it can be sent again; None if it is too large for a page.

    It keeps the CSRF token that it was sent with, so a form that another site has sent is refused the next time too.
    """
    if request.method != "POST" or request.files or any(map(_SECRET_FIELDS.search, request.form)):
        return None
    return list(request.form.items(multi=True))


def end_read() -> None:
    """Treat the visitor as a guest if their account cannot be read: every page asks for the member and the language."""
    try:
        bool(current_user.is_authenticated)
    except SQLAlchemyError:
        _take_for_guest()


def _take_for_guest() -> None:
    db.session.rollback()
    g._login_user = login_manager.anonymous_user()  # noqa: SLF001  Flask-Login's own place for whom it has found
    refresh()  # the language is that of the browser, then


def render(template: str, **facts: object) -> str:
    """Render an error page, if need be without the member: a page's frame queries the database."""
    try:
        return render_template(template, layout="errors/_error.html", **facts)
    except SQLAlchemyError as error:
        logger.warning("page without its frame", error=type(error).__name__)
        _take_for_guest()
        return render_template(template, layout="errors/_bare.html", **facts)


def _is_reading() -> bool:
    return request.method in SAFE_METHODS


def _fault_heading(fault: Fault) -> str:
    if fault in NO_ROOM and not _is_reading():
        return _("いまは、書き込みを受け付けられません")
    return _("いまは、このページを表示できません")


def _sentence(fault: Fault) -> str:
    if fault not in NO_ROOM:
        return _(
            "保存してある内容を読み出せませんでした。少し待ってから、もう一度開いてください。"
            "続くときは、事務局に知らせてください。"
        )
    if _is_reading():
        return _("サーバーの保存場所に空きがありません。少し待ってから、もう一度開いてください。")
    return _(
        "サーバーの保存場所に書き込めないため、送られた内容を受け取れませんでした。読むことは、いつもどおりできます。"
        "少し待ってから、もう一度送ってください。"
    )
