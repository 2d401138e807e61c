"""Capacities of the server, one network's share of them, and how slow a client may be."""

import ipaddress
import resource
from collections import Counter, deque

# An open connection costs a file and a few kB, so there may be many; the kernel's limit on files is the bound.
CONNECTIONS = 1000
# Connections that only get the answer that there is no room.
REFUSED = 100
# Other open files of the process: the database, logs, pictures, bodies stored in files.
OTHER_FILES = 400
# A websocket takes four threads (its handler, its reader, its writer, its ping), some 150 kB in all.
SOCKETS = 256
# The thread of a socket's first ping sleeps to its end, even if the socket has closed: so many may begin meanwhile.
SOCKETS_AT_ONCE = 1024
PING_SECONDS = 25.0
# One network's share of connections, sockets and stored bodies. With less, an office of some hundred people behind one
# address would be locked out; with more, nothing would be left to others. A page without a socket polls.
SHARE = 0.5
# Bodies that have arrived in part, all together. Beyond SPOOL_BYTES each is stored in a file.
WAITING_BYTES = 512 * 1024 * 1024
SPOOL_BYTES = 256 * 1024
# Responses not read yet, in memory because no file could be written (a full disk), all together. The largest responses
# are pictures and lists of some megabytes.
ANSWER_BYTES = 64 * 1024 * 1024
# The application's own limit (community/app/factory.py); a test compares them.
BODY_BYTES = 32 * 1024 * 1024
# Cookies and a long address need 4 kB; nginx's own limit is 32 kB.
HEAD_BYTES = 64 * 1024
# Clients may pause for so long at the beginning …
PATIENCE_SECONDS = 15.0
# … and must keep up this pace on the whole: half of what a phone has left when its month's volume is used up (128
# kbit/s).
PACE_BYTES = 8 * 1024
# After its end is announced, a client has so long to read the last response.
LINGER_SECONDS = 5.0
# engineio asks every 25 s and gives 20 s for the answer.
SOCKET_SILENCE_SECONDS = 50.0
# A stopping process waits so long for the next request of a connection (as gunicorn's own worker).
STOPPING_SECONDS = 2.0
# After so long, a client that was refused for lack of room may try again.
RETRY_SECONDS = 10


class Shares:
    """A capacity that networks share; one network may hold at most `share`. Not thread-safe: for the loop only."""

    def __init__(self, capacity: int, share: int) -> None:
        self.capacity = capacity
        self.share = share
        self.total = 0
        self._held: Counter[str] = Counter()

    def take(self, network: str, amount: int = 1) -> bool:
        """Take an amount for this network. Return False, and take nothing, if it exceeds the rest or the share."""
        if self.total + amount > self.capacity or self._held[network] + amount > self.share:
            return False
        self._held[network] += amount
        self.total += amount
        return True

    def crowded(self, network: str) -> str:
        """Return the network that must give way: this one if its share is used up, else the largest holder."""
        if self._held[network] >= self.share:
            return network
        return self._held.most_common(1)[0][0]

    def give_back(self, network: str, amount: int = 1) -> None:
        """Release what was taken."""
        self.total -= amount
        self._held[network] -= amount
        if not self._held[network]:
            del self._held[network]


class SocketPlaces:
    """The capacity for websockets: how many are open, and how many begin while a first ping's thread sleeps."""

    def __init__(self) -> None:
        self._open = Shares(SOCKETS, int(SOCKETS * SHARE))
        self._begun = Shares(SOCKETS_AT_ONCE, int(SOCKETS_AT_ONCE * SHARE))
        self._until: deque[tuple[float, str]] = deque()

    def take(self, network: str, now: float) -> bool:
        """Take a place. Return False if there is none."""
        while self._until and self._until[0][0] <= now:
            self._begun.give_back(self._until.popleft()[1])
        if not self._open.take(network):
            return False
        if not self._begun.take(network):
            self._open.give_back(network)
            return False
        self._until.append((now + PING_SECONDS, network))
        return True

    def give_back(self, network: str) -> None:
        """Release a place."""
        self._open.give_back(network)


def network_of(address: str) -> str:
    """Return what counts as one client: an IPv4 address, or the 64 bits of an IPv6 address that one line is given.

    Narrower than the networks of guesses (`community/networks.py`, /24 and /48): here neighbours would lose their
    places, there an attacker would get new tries at the next address.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def forwarded_address(forwarded_for: str, proxies: int) -> str | None:
    """Return the address in X-Forwarded-For that so many trusted proxies vouch for; None if there is none."""
    addresses = [address.strip() for address in forwarded_for.split(",")]
    return addresses[-proxies] or None if 0 < proxies <= len(addresses) else None


def postponed(deadline: float, moved: int, now: float) -> float:
    """Return the new deadline after so many bytes: later by what they take at PACE_BYTES.

    Never later than PATIENCE_SECONDS from now, however fast the client was before.
    """
    return min(deadline + moved / PACE_BYTES, now + PATIENCE_SECONDS)


def open_files_for(connections: int) -> int:
    """Raise the process's limit of open files as far as allowed. Return how many connections it has room for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # Each may have a body, or an unread response, in a file of its own.
    wanted = 2 * connections + SOCKETS + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY:
        return connections
    # At least a third of a very small limit.
    return min(connections, max((soft - OTHER_FILES) // 2, soft // 3))
