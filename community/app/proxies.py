"""Reverse proxies that nobody declared: behind one, all visitors have its address, and share their limits."""

import logging
import threading

from flask import Flask, request

from community.config import PREFIX, Config

logger = logging.getLogger(__name__)

# What proxies add: X-Forwarded-For, -Proto and their kin; RFC 7239; nginx's custom.
BEGINNINGS, NAMES = ("x-forwarded-",), {"forwarded", "x-real-ip"}


def warn_of_undeclared(app: Flask, config: Config) -> None:
    """Have one warning logged by this process if a proxy's headers come while none is believed."""
    if config.trusted_proxies:
        return
    is_said = threading.Lock()

    def look() -> None:
        if is_said.locked() or not any(map(_is_proxys, request.headers.keys())):
            return
        if is_said.acquire(blocking=False):
            logger.warning(
                "a request came through a reverse proxy, but %sTRUSTED_PROXIES is 0: all visitors count as one address "
                "and share their limits. Set it to the number of proxies (docs/configuration.md)",
                PREFIX,
            )

    app.before_request(look)


def _is_proxys(name: str) -> bool:
    return name.lower() in NAMES or name.lower().startswith(BEGINNINGS)
