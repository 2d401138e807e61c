"""Probes: whether the process lives, whether it can work, and how it is doing."""

from datetime import timedelta
from typing import Any

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, abort, current_app, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from blueprints.access import public, token_only
from community.app import metrics
from community.config import Config
from community.extensions import limiter
from community.storage import integrity, space
from models.base import db, today
from models.faults import Fault, find_fault

bp = Blueprint("system", __name__)

# How long the contact is valid: the RFC recommends less than a year.
CONTACT_LIFE = timedelta(days=180)


@bp.get("/healthz")
@limiter.exempt
@public
def healthz() -> ResponseReturnValue:
    """Answer that the process lives. Queries nothing, so that trouble of the database restarts no web process."""
    return {"status": "ok"}


@bp.get("/readyz")
@limiter.exempt
@public
def readyz() -> ResponseReturnValue:
    """Answer 200 if the database answers, is intact and has this code's tables, and if there is space; else 503."""
    try:
        current = MigrationContext.configure(db.session.connection()).get_current_revision()
    except SQLAlchemyError as error:
        if find_fault(error) == Fault.DAMAGED:
            return {"status": "database damaged"}, 503
        return {"status": "no database", "error": type(error).__name__}, 503
    if current != _newest_revision():
        return {"status": "migration needed", "database": current, "code": _newest_revision()}, 503
    return _look_at_storage()


def _look_at_storage() -> ResponseReturnValue:
    config: Config = current_app.config["TSUDOI"]
    watch: integrity.Watch = current_app.extensions["integrity"]
    if watch.is_damaged():
        return {"status": "database damaged"}, 503
    match space.find_shortage(config.data_dir):
        case Fault.FULL:
            return {"status": "no space", "free_mb": space.count_free_bytes(config.data_dir) // 1024**2}, 503
        case Fault.READ_ONLY:
            return {"status": "read-only"}, 503
        case Fault.FAILING:
            return {"status": "disk failing"}, 503
    return {"status": "ok"}


@bp.get("/.well-known/security.txt")
@limiter.exempt
@public
def show_security_contact() -> ResponseReturnValue:
    """Show where to report a weakness (RFC 9116); 404 if no contact is configured."""
    config: Config = current_app.config["TSUDOI"]
    if not config.security_contact:
        abort(404)
    lines = [
        f"Contact: {config.security_contact}",
        f"Expires: {(today() + CONTACT_LIFE).isoformat()}T00:00:00Z",
        "Preferred-Languages: ja, en",
    ]
    if config.secure:  # the RFC knows no other addresses
        lines.append(f"Canonical: {str(config.public_url).rstrip('/')}{url_for('.show_security_contact')}")
    answer = Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer


@bp.get("/metrics")
@limiter.exempt
@token_only
def show_metrics() -> ResponseReturnValue:
    """Show the figures of this process, and of the database that all processes share, for Prometheus."""
    text, content_type = metrics.expose(current_app)
    return Response(text, content_type=content_type)


def _newest_revision() -> str | None:
    settings: Any = current_app.extensions["migrate"]
    return ScriptDirectory(settings.directory).get_current_head()
