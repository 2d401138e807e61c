"""Which network a visitor comes from: what limits count by, where no person is known.

The server's own shares of connections are by single clients (`community/serving/limits.py`, `network_of`).

No address is kept anywhere. A counter's name is a keyed hash of the network's prefix, and counters end within a day.
"""

import hashlib
import hmac
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from flask import current_app

# The smallest block that is routed by itself: somebody who has one address of it often has others.
IPV4_PREFIX = 24
# What one customer is given (RFC 6177: between /48 and /56): addresses below it cost nothing.
IPV6_PREFIX = 48
PURPOSE = b"tsudoi: counters"


def prefix_of(address: str) -> str:
    """Return the network of an address, `192.0.2.0/24` or `2001:db8::/48`; "unknown" for what is no address."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        parsed = parsed.ipv4_mapped or parsed
    length = IPV4_PREFIX if isinstance(parsed, IPv4Address) else IPV6_PREFIX
    return str(ip_network(f"{parsed}/{length}", strict=False))


def counter_key(*parts: object) -> str:
    """Return a name for a counter, from which nobody without the application's secret can tell what it counts."""
    key = hmac.digest(str(current_app.secret_key).encode(), PURPOSE, hashlib.sha256)
    return hmac.new(key, "\x1f".join(map(str, parts)).encode(), hashlib.sha256).hexdigest()
