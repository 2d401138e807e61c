"""Requests that want to become a websocket, and whose they are."""

from typing import Any

from .limits import forwarded_address, network_of


def is_handshake(request: Any) -> bool:  # noqa: ANN401  gunicorn's request
    """Whether the request may become a websocket: the same header decides that engineio looks at."""
    return any(name == "UPGRADE" and value.strip().lower() == "websocket" for name, value in request.headers)


def network_of_visitor(request: Any, network: str, proxies: int) -> str:  # noqa: ANN401  gunicorn's request
    """Return the network of the visitor: the one that trusted proxies vouch for, else that of the connection."""
    forwarded_for = ",".join(value for name, value in request.headers if name == "X-FORWARDED-FOR")
    address = forwarded_address(forwarded_for, proxies)
    return network_of(address) if address else network
