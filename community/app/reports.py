"""Reports errors to Sentry or a compatible service, if configured: what failed and where, nothing personal.

An event is built anew from a list of what may leave the machine. Messages of exceptions are not on the list: they quote
addresses and what people wrote. Neither are bodies, cookies, headers, local variables, log lines and host names.
"""

import logging
from typing import Any, cast

import sentry_sdk
import structlog
from celery import current_task
from flask import has_request_context, request
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.transport import Transport
from sentry_sdk.types import Event, Hint

from community.config import Config

EVENT_KEEPS = ("event_id", "timestamp", "platform", "level", "environment", "logger", "sdk")
EXCEPTION_KEEPS = ("type", "module")
FRAME_KEEPS = ("filename", "module", "function", "lineno", "in_app", "pre_context", "context_line", "post_context")
MECHANISM_KEEPS = ("type", "handled")


def start(config: Config, transport: type[Transport] | None = None) -> None:
    """Start reporting if an address is configured. Web processes and workers both call this."""
    dsn = config.sentry_dsn.get_secret_value()
    if not dsn:
        return
    sentry_sdk.init(
        dsn=dsn,
        transport=transport,
        environment=config.environment,
        # Errors of tasks, pushes and projections: the code that catches one logs it with its exception.
        default_integrations=False,
        integrations=[LoggingIntegration(level=None, event_level=logging.ERROR), DedupeIntegration()],
        auto_enabling_integrations=False,
        auto_session_tracking=False,
        send_client_reports=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        before_send=remove_personal_data,
    )


def report(error: Exception) -> None:
    """Report an error that was caught and is logged without its exception. Nothing happens without an address."""
    sentry_sdk.capture_exception(error)


def remove_personal_data(event: Event, hint: Hint) -> Event | None:
    """Return the event reduced to what may leave; None for a log line without an exception."""
    del hint
    said: dict[str, Any] = dict(event)
    exceptions = said.get("exception", {}).get("values")
    if not exceptions:
        return None
    kept = _only(said, EVENT_KEEPS)
    kept["exception"] = {"values": [_exception(exception) for exception in exceptions]}
    kept["tags"] = _where()
    return cast("Event", kept)


def _exception(exception: dict[str, Any]) -> dict[str, Any]:
    kept = _only(exception, EXCEPTION_KEEPS)
    kept["mechanism"] = _only(exception.get("mechanism") or {}, MECHANISM_KEEPS)
    frames = (exception.get("stacktrace") or {}).get("frames", [])
    kept["stacktrace"] = {"frames": [_only(frame, FRAME_KEEPS) for frame in frames]}
    return kept


def _only(facts: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: facts[key] for key in keys if key in facts}


def _where() -> dict[str, str]:
    """Return the endpoint and the request id (which the error page shows), or the task."""
    if has_request_context():
        request_id = structlog.contextvars.get_contextvars().get("request_id", "")
        return {"endpoint": request.endpoint or "none", "request_id": request_id}
    return {"task": str(current_task.name)} if current_task else {}
