"""Structured logs without personal data: ids and endpoints, never names, addresses or what was written."""

import logging
import sys
import time
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request
from flask_login import current_user

from community.config import Config

from . import redaction
from .scrubbing import Scrubber, scrub

logger = structlog.get_logger("tsudoi.request")
QUIET_ENDPOINTS = {"static", "system.healthz", "system.readyz", "system.show_metrics"}


def configure(app: Flask, config: Config) -> None:
    """Log one line of JSON per event in production (or with `log_format=json`), readable lines otherwise."""
    as_json = config.log_format == "json" or (config.log_format == "auto" and config.environment == "production")
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        redaction.shorten_task_failure,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # Plain tracebacks: the pretty ones print local variables, and with them what people wrote.
    for_people = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    renderer = structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else for_people
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _exceptions(config, as_json=as_json),
                _scrubbed(renderer),
            ],
        )
    )
    handler.set_name("tsudoi")
    root = logging.getLogger()
    root.handlers = [h for h in root.handlers if h.get_name() != "tsudoi"] + [handler]
    root.setLevel(logging.INFO)
    for noisy in ("celery", "kombu", "werkzeug", "engineio", "socketio", "alembic.runtime"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # Its lines name the exceeded key; ours (blueprints/system/errors.py) name the endpoint and the seconds to wait.
    logging.getLogger("flask-limiter").setLevel(logging.WARNING)
    server = logging.getLogger("gunicorn.error")  # has a handler of its own
    server.filters = [known for known in server.filters if not isinstance(known, Scrubber)]
    server.addFilter(Scrubber(redaction.describe) if config.environment == "production" else Scrubber())
    app.before_request(_start_clock)
    app.after_request(_log_response)


def _scrubbed(renderer: structlog.typing.Processor) -> structlog.typing.Processor:
    """Return the renderer with addresses and secrets taken out of its output."""

    def render(logger: object, method: str, event: structlog.typing.EventDict) -> str:
        return scrub(str(renderer(logger, method, event)))

    return render


def _exceptions(config: Config, *, as_json: bool) -> structlog.typing.Processor:
    """Return the processor of exceptions: without their messages in production, with them for developers."""
    if config.environment == "production":
        return structlog.processors.ExceptionRenderer(redaction.describe)
    return structlog.processors.format_exc_info if as_json else _keep


def _keep(logger: object, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    del logger, method
    return event


def _start_clock() -> None:
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=uuid4().hex[:12])


def _log_response(response: Response) -> Response:
    if request.endpoint not in QUIET_ENDPOINTS and "began" in g:
        logger.info(
            "request",
            endpoint=request.endpoint,
            method=request.method,
            status=response.status_code,
            ms=round((time.perf_counter() - g.began) * 1000, 1),
            member=_member_id(),
        )
    return response


def _member_id() -> int | None:
    """Return who asked, if the session has been loaded anyway: logging must not query the database."""
    return getattr(g.get("_login_user"), "id", None) if current_user else None
