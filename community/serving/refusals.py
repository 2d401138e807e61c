"""Responses to requests that no thread gets. Short, in English: mostly programs read them."""

from http import HTTPStatus

from .limits import RETRY_SECONDS

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
REASONS = {
    400: "Bad Request",
    408: "Request Timeout",
    413: "Content Too Large",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}


def refusal(status: int) -> bytes:
    """Return a complete response that ends the connection."""
    body = f"{status} {REASONS[status]}\n"
    retry = f"Retry-After: {RETRY_SECONDS}\r\n" if status == HTTPStatus.SERVICE_UNAVAILABLE else ""
    return (
        f"HTTP/1.1 {status} {REASONS[status]}\r\n"
        "Connection: close\r\nContent-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n"
        f"{retry}Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode("ascii")
