"""The network of a visitor, by which limits count where no member is known.

The server's limits of connections count single clients (`community/serving/limits.py`, `network_of`). No address is
stored anywhere. A counter's name is a keyed hash of the network's prefix, and counters end within a day.
"""

import hashlib
import hmac
import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from flask import current_app

# The smallest block that is routed by itself: somebody with one address of it often has others.
IPV4_PREFIX = 24
# What one customer is given (RFC 6177: between /48 and /56): addresses below it cost nothing.
IPV6_PREFIX = 48
PURPOSE = b"tsudoi: counters"
# Translation of IPv4 for networks without it (RFC 6052 and 8215): all IPv4 addresses lie in one prefix.
NAT64 = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))
# As some proxies write addresses: with a port (Azure's, IIS), IPv6 in brackets, with an interface's name.
_WRITTEN = re.compile(r"\[(?P<bracketed>[^\]%]+)(?:%[^\]]*)?\](?::\d+)?|(?P<v4>[\d.]+):\d+|(?P<plain>[^%]*)(?:%.*)?")


def prefix_of(address: str) -> str:
    """Return the network of an address, `192.0.2.0/24` or `2001:db8::/48`, with or without a port.

    A text that is no address is returned as it is: one network for all of these would be one for everybody behind a
    proxy with a format of its own.
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
    """Return the IPv4 address inside an IPv6 address; the address itself if there is none."""
    if isinstance(address, IPv4Address):
        return address
    if any(address in network for network in NAT64):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else address)


def counter_key(*parts: object) -> str:
    """Return the name of a counter, which tells nothing without the application's secret."""
    key = hmac.digest(str(current_app.secret_key).encode(), PURPOSE, hashlib.sha256)
    return hmac.new(key, "\x1f".join(map(str, parts)).encode(), hashlib.sha256).hexdigest()
