"""Shares of a capacity, and whose they are."""

import resource

import pytest

from community.app.factory import MAX_REQUEST_BYTES
from community.serving import limits
from community.serving.limits import Shares, SocketPlaces, forwarded_address, network_of


def test_one_network_gets_its_share_and_leaves_the_rest_to_others() -> None:
    shares = Shares(10, 5)
    assert sum(shares.take("one") for _ in range(20)) == 5
    assert sum(shares.take("other") for _ in range(20)) == 5
    assert not shares.take("third")
    assert shares.crowded("third") in {"one", "other"}
    assert shares.crowded("one") == "one"
    shares.give_back("one")
    assert shares.take("third")


def test_a_share_counts_amounts() -> None:
    shares = Shares(100, 50)
    assert shares.take("one", 40)
    assert not shares.take("one", 11)
    assert shares.take("one", 10)
    shares.give_back("one", 50)
    assert shares.total == 0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("no address", "no address"),
    ],
)
def test_a_client_is_its_address_or_the_line_it_comes_from(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("header", "proxies", "address"),
    [
        ("192.0.2.7", 0, None),
        ("192.0.2.7", 1, "192.0.2.7"),
        ("made up, 192.0.2.7", 1, "192.0.2.7"),
        ("made up, 192.0.2.7, 10.0.0.1", 2, "192.0.2.7"),
        ("192.0.2.7", 2, None),
        ("", 1, None),
    ],
)
def test_only_trusted_proxies_say_who_asks(header: str, proxies: int, address: str | None) -> None:
    assert forwarded_address(header, proxies) == address


def test_sockets_that_come_and_go_have_a_limit_too() -> None:
    places = SocketPlaces()
    begun = 0
    while places.take("one", now=0.0):
        places.give_back("one")
        begun += 1
    assert begun == limits.SOCKETS_AT_ONCE * limits.SHARE
    assert places.take("other", now=0.0)
    assert places.take("one", now=limits.PING_SECONDS)


def until(moved: int, every: float, *, begun_with: int = 0) -> float:
    """When somebody is ended who moves so much so often; a quarter of an hour at the most."""
    deadline = limits.postponed(limits.PATIENCE_SECONDS, begun_with, now=0.0)
    now = 0.0
    while now < min(deadline, 900):
        now += every
        deadline = limits.postponed(deadline, moved, now) if now < deadline else deadline
    return min(deadline, 900)


def test_who_keeps_up_the_pace_may_take_long_and_who_dawdles_may_not() -> None:
    assert until(limits.PACE_BYTES * 5, every=5.0) == 900
    assert until(limits.PACE_BYTES * 10, every=10.0) == 900  # an uneven line
    assert until(1, every=5.0) < limits.PATIENCE_SECONDS + 1
    assert until(1, every=5.0, begun_with=20_000_000) < limits.PATIENCE_SECONDS + 1


def test_a_body_may_be_as_large_as_the_application_takes() -> None:
    assert limits.BODY_BYTES == MAX_REQUEST_BYTES


@pytest.mark.parametrize(("soft", "hard", "room"), [(1024, 100_000, 1000), (1024, 1024, 341), (300, 300, 100)])
def test_there_are_no_more_connections_than_files(
    soft: int, hard: int, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = [(soft, hard)]
    monkeypatch.setattr(resource, "getrlimit", lambda _: limit[0])
    monkeypatch.setattr(resource, "setrlimit", lambda _, new: limit.insert(0, new))
    assert limits.open_files_for(1000) == room
    assert limit[0][0] <= hard
