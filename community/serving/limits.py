"""How much of the server there is, what one network may take of it, and how slow somebody may be."""

import ipaddress
import resource
from collections import Counter, deque

# An open connection costs a file and a few kB, so there may be many; the kernel's limit on files is the bound.
CONNECTIONS = 1000
# Those that are told so when there is no more room, until they have read it.
REFUSED = 100
# What else the process opens: the database, logs, pictures, the bodies that wait in files.
OTHER_FILES = 400
# A websocket takes four threads (its handler, its reader, its writer, its ping), some 150 kB in all.
SOCKETS = 256
# The thread of a socket's first ping sleeps to its end, even if the socket has gone: so many may begin meanwhile.
SOCKETS_AT_ONCE = 1024
PING_SECONDS = 25.0
# Of connections, sockets and waiting bodies one network gets a half. Less would lock out an office of some hundred
# people behind one address, and more would leave nothing to the others; a page without a socket polls.
SHARE = 0.5
# Bodies that have arrived in part, all together. Beyond SPOOL_BYTES each they lie in files.
WAITING_BYTES = 512 * 1024 * 1024
SPOOL_BYTES = 256 * 1024
# Answers that readers have not taken, in memory for want of a file (a full disk), all together. The largest answers are
# pictures and lists of some megabytes.
ANSWER_BYTES = 64 * 1024 * 1024
# The application's own limit (community/app/factory.py); a test compares them.
BODY_BYTES = 32 * 1024 * 1024
# Cookies and a long address need 4 kB; nginx's own limit is 32 kB.
HEAD_BYTES = 64 * 1024
# Whoever sends or reads may pause for so long at the beginning …
PATIENCE_SECONDS = 15.0
# … and must keep up this pace on the whole: half of what a phone is left with when its month's volume is used up
# (128 kbit/s).
PACE_BYTES = 8 * 1024
# Clients are told of the end of a connection, and get so long to read the last answer.
LINGER_SECONDS = 5.0
# engineio asks every 25 s and gives 20 s for the answer.
SOCKET_SILENCE_SECONDS = 50.0
# A stopping process waits so long for the next request of a connection (as gunicorn's own worker).
STOPPING_SECONDS = 2.0
# When somebody who was refused for lack of room may ask again.
RETRY_SECONDS = 10


class Shares:
    """A capacity that several networks share. Not thread-safe: the loop alone counts.

    `share` is how much of it one network may hold.
    """

    def __init__(self, capacity: int, share: int) -> None:
        self.capacity = capacity
        self.share = share
        self.total = 0
        self._held: Counter[str] = Counter()

    def take(self, network: str, amount: int = 1) -> bool:
        """Take so much for this network. Return False, and take nothing, if that is more than there is or its share."""
        if self.total + amount > self.capacity or self._held[network] + amount > self.share:
            return False
        self._held[network] += amount
        self.total += amount
        return True

    def crowded(self, network: str) -> str:
        """Return whose holdings are in the way of this network: its own at its share, else those of who holds most."""
        if self._held[network] >= self.share:
            return network
        return self._held.most_common(1)[0][0]

    def give_back(self, network: str, amount: int = 1) -> None:
        """Return what was taken."""
        self.total -= amount
        self._held[network] -= amount
        if not self._held[network]:
            del self._held[network]


class SocketPlaces:
    """The capacity for websockets: how many there are, and how many begin within the time of a ping's thread."""

    def __init__(self) -> None:
        self._open = Shares(SOCKETS, int(SOCKETS * SHARE))
        self._begun = Shares(SOCKETS_AT_ONCE, int(SOCKETS_AT_ONCE * SHARE))
        self._until: deque[tuple[float, str]] = deque()

    def take(self, network: str, now: float) -> bool:
        """Take a place, or return False."""
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
        """Return a place."""
        self._open.give_back(network)


def network_of(address: str) -> str:
    """Return what counts as one client: an IPv4 address, or the 64 bits of an IPv6 address that one line is given.

    Narrower than the networks of guesses (`community/networks.py`, /24 and /48): here a neighbour would lose his place,
    there an attacker would find new tries at the next address.
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
    """Return the address that so many trusted proxies vouch for in X-Forwarded-For, or None if there is none."""
    addresses = [address.strip() for address in forwarded_for.split(",")]
    return addresses[-proxies] or None if 0 < proxies <= len(addresses) else None


def postponed(deadline: float, moved: int, now: float) -> float:
    """Return the new deadline of somebody who has just moved so many bytes: by what they take at the least pace.

    No haste at the beginning buys a longer pause than PATIENCE_SECONDS later.
    """
    return min(deadline + moved / PACE_BYTES, now + PATIENCE_SECONDS)


def open_files_for(connections: int) -> int:
    """Raise the process's limit of open files as far as it goes; return how many connections that leaves room for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # Each may have a body, or an answer that is not read, in a file of its own.
    wanted = 2 * connections + SOCKETS + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY:
        return connections
    # At least a third of a very small limit.
    return min(connections, max((soft - OTHER_FILES) // 2, soft // 3))
