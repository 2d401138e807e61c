"""Responses for pages that are reached by a mailed link."""

from flask.typing import ResponseReturnValue


def answer_secretly(page: str, status: int = 200) -> ResponseReturnValue:
    """Return the response with headers that keep its secret address out of caches and referrers."""
    return page, status, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
