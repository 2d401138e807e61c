"""Reverse proxies that are not declared: behind one, all visitors have its address and share their rate limits."""

import logging
import threading

from flask import Flask, request

from community.config import PREFIX, Config

logger = logging.getLogger(__name__)

# Headers that proxies add, as WSGI names them: X-Forwarded-For, -Proto and the like; RFC 7239; nginx's custom.
BEGINNING, NAMES = "HTTP_X_FORWARDED_", {"HTTP_FORWARDED", "HTTP_X_REAL_IP"}


def warn_of_undeclared(app: Flask, config: Config) -> None:
    """Log one warning per process when a proxy's headers arrive while `trusted_proxies` is 0."""
    if config.trusted_proxies:
        return
    is_said = threading.Lock()

    def look() -> None:
        if is_said.locked() or not any(map(_is_proxys, request.environ)):
            return
        if is_said.acquire(blocking=False):
            logger.warning(
                "a request came through a reverse proxy, but %sTRUSTED_PROXIES is 0: all visitors count as one address "
                "and share their limits. Set it to the number of proxies (docs/configuration.md)",
                PREFIX,
            )

    app.before_request(look)


def _is_proxys(name: str) -> bool:
    return name.startswith(BEGINNING) or name in NAMES
