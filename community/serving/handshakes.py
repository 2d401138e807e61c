"""Requests that want to become a websocket, and whose they are."""

from typing import Any
from urllib.parse import unquote

from .limits import forwarded_address, network_of

# engineio's own, behind whatever prefix a proxy leaves there.
SOCKETS_PATH = "socket.io"


def is_handshake(request: Any) -> bool:  # noqa: ANN401  gunicorn's request
    """Whether the request may become a websocket: what engineio looks at decides, no less, and hardly more.

    Any other request that names a websocket is a page's, and takes its turn with the others.
    """
    if request.method != "GET" or SOCKETS_PATH not in unquote(request.path):
        return False
    return any(name == "UPGRADE" and value.strip().lower() == "websocket" for name, value in request.headers)


def network_of_visitor(request: Any, network: str, proxies: int) -> str:  # noqa: ANN401  gunicorn's request
    """Return the network of the visitor: the one that trusted proxies vouch for, else that of the connection."""
    forwarded_for = ",".join(value for name, value in request.headers if name == "X-FORWARDED-FOR")
    address = forwarded_address(forwarded_for, proxies)
    return network_of(address) if address else network
