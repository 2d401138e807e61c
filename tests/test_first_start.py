"""`serve` on a folder that is not there yet: tables, sample community, address, and an end by Ctrl-C.

It is done once in a run, by whoever needs the sample community first (tests/databases.py).
"""

import pytest

from tests.databases import LOAD_SECONDS, read_first_start


@pytest.mark.timeout(LOAD_SECONDS + 60)
def test_a_first_start_leads_from_nothing_to_a_page_with_the_sample_community() -> None:
    start = read_first_start()
    assert f"Tsudoi is at http://localhost:{start.port}" in start.said, start.said
    assert start.said[0] == "Loading the sample community …"
    assert any("@kumihimo.example.jp" in line for line in start.said), "how to sign in"
    assert start.status == 200
    assert "クミヒモ" in start.page
    assert start.code == 0
    assert start.ended
