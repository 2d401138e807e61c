"""Which network an address belongs to, however a proxy writes it."""

import pytest

from community.networks import prefix_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.0/24"), ("203.0.113.5:51234", "203.0.113.0/24"), ("::ffff:192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:0:1::5", "2001:db8::/48"), ("[2001:db8::5]", "2001:db8::/48"),
        ("[2001:db8::5]:443", "2001:db8::/48"),
        ("fe80::1%eth0", "fe80::/48"), ("[fe80::1%eth0]:80", "fe80::/48"),
        ("64:ff9b::192.0.2.7", "192.0.2.0/24"), ("64:ff9b:1::192.0.2.7", "192.0.2.0/24"),
        ("2002:c000:207::1", "192.0.2.0/24"),
    ],
)  # fmt: skip
def test_an_address_is_of_its_network_however_it_is_written(address: str, network: str) -> None:
    assert prefix_of(address) == network


def test_addresses_that_cannot_be_read_are_not_all_one_network() -> None:
    assert len({prefix_of(address) for address in ("_gazonk", "_other", "1.2.3.4.5:1", "1.2.3.4.6:1")}) == 4
