"""Which network a visitor comes from: what limits count by, where no person is known.

The server's own shares of connections are by single clients (`community/serving/limits.py`, `network_of`).

No address is kept anywhere. A counter's name is a keyed hash of the network's prefix, and counters end within a day.
"""

import hashlib
import hmac
import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from flask import current_app

# The smallest block that is routed by itself: somebody who has one address of it often has others.
IPV4_PREFIX = 24
# What one customer is given (RFC 6177: between /48 and /56): addresses below it cost nothing.
IPV6_PREFIX = 48
PURPOSE = b"tsudoi: counters"
# What translates IPv4 for networks that have none (RFC 6052 and 8215): the whole IPv4 world lies in one prefix.
NAT64 = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))
# As some proxies write it: with a port (Azure's, IIS), IPv6 in brackets, with the name of an interface.
_WRITTEN = re.compile(r"\[(?P<bracketed>[^\]%]+)(?:%[^\]]*)?\](?::\d+)?|(?P<v4>[\d.]+):\d+|(?P<plain>[^%]*)(?:%.*)?")


def prefix_of(address: str) -> str:
    """Return the network of an address, `192.0.2.0/24` or `2001:db8::/48`, with or without a port.

    What is no address stays as it is: as one network it would be everybody whom a proxy writes in a way of its own.
    """
    written = _WRITTEN.fullmatch(address.strip())
    bare = next(filter(None, written.groups()), "") if written else ""
    try:
        parsed = _inner(ip_address(bare))
    except ValueError:
        return address
    length = IPV4_PREFIX if isinstance(parsed, IPv4Address) else IPV6_PREFIX
    return str(ip_network(f"{parsed}/{length}", strict=False))


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 address carries; the address itself if it carries none."""
    if isinstance(address, IPv4Address):
        return address
    if any(address in network for network in NAT64):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else address)


def counter_key(*parts: object) -> str:
    """Return a name for a counter, from which nobody without the application's secret can tell what it counts."""
    key = hmac.digest(str(current_app.secret_key).encode(), PURPOSE, hashlib.sha256)
    return hmac.new(key, "\x1f".join(map(str, parts)).encode(), hashlib.sha256).hexdigest()
