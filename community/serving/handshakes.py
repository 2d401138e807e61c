"""Requests that become a websocket, and their visitors' networks."""

from typing import Any
from urllib.parse import unquote

from .limits import forwarded_address, network_of

# engineio's own path, behind any prefix that a proxy leaves there.
SOCKETS_PATH = "socket.io"


def is_handshake(request: Any) -> bool:  # noqa: ANN401  gunicorn's request
    """Return whether the request may become a websocket, by nearly the same test as engineio's.

    Any other request that names a websocket is treated as a page's.
    """
    if request.method != "GET" or SOCKETS_PATH not in unquote(request.path):
        return False
    return any(name == "UPGRADE" and value.strip().lower() == "websocket" for name, value in request.headers)


def network_of_visitor(request: Any, network: str, proxies: int) -> str:  # noqa: ANN401  gunicorn's request
    """Return the visitor's network: that of the address that trusted proxies report, else the connection's."""
    forwarded_for = ",".join(value for name, value in request.headers if name == "X-FORWARDED-FOR")
    address = forwarded_address(forwarded_for, proxies)
    return network_of(address) if address else network
