"""The embedded installation's real processes: one client with hundreds of connections, and everybody else."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from community.serving import limits
from tests.processes import Installation
from tests.serving.clients import ATTACKER, PATIENCE, VISITOR, get, handshake, many, status_of

pytestmark = pytest.mark.timeout(600)

# "A few seconds", on two cores that others use too. Who has to wait until the others are ended waits fifteen at least.
SOON = 10
SOCKET = "/socket.io/?EIO=4&transport=websocket"
HALF_A_HEAD = b"GET /forums HTTP/1.1\r\nHost: x\r\nCookie: tsudoi="
HALF_A_BODY = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nemail="
SCRIPT = b"GET /static/vendor/socket.io/socket.io.esm.min.js HTTP/1.1\r\nHost: x\r\n\r\n"
KINDS = [
    pytest.param(128, SOCKET, 0, id="128 idle websockets"),
    pytest.param(400, SOCKET, 0, id="400 idle websockets"),
    pytest.param(300, HALF_A_HEAD, 0, id="300 half-sent heads"),
    pytest.param(140, HALF_A_BODY, 0, id="140 slow bodies"),
    pytest.param(700, b"", 0, id="700 silent connections"),
    pytest.param(300, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", 0, id="300 connections kept alive"),
    pytest.param(100, SCRIPT * 100, 2048, id="100 readers of 4 MB who do not read"),
]


@pytest.fixture(scope="module")
def tsudoi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with Installation("embedded", tmp_path_factory.mktemp("embedded"), demo=True) as started:
        yield started


def files_of(tsudoi: Installation) -> int:
    """How many files the web process and its child have open."""
    master = (tsudoi.data / "log" / "web.pid").read_text().strip()
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    return sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in [master, *children])


def wait_until_all_are_gone(tsudoi: Installation, before: int) -> None:
    """The next test asks for their places: until no more files are closed, and few are left that were not there before.

    Each thread has a connection to the database.
    """
    deadline, found, last = time.monotonic() + PATIENCE, files_of(tsudoi), 0
    while (found > before + 20 or found != last) and time.monotonic() < deadline:
        time.sleep(0.2)
        last, found = found, files_of(tsudoi)


def assert_that_others_are_served(port: int) -> None:
    for address in (VISITOR, ATTACKER):
        assert get(port, "/healthz", address=address, patience=SOON)[0] == 200
        status, page = get(port, "/forums", address=address, patience=SOON)
        assert (status, "</html>" in page.decode()) == (200, True)


@pytest.mark.needs("linux")  # addresses of the loopback network, and /proc
@pytest.mark.parametrize(("count", "sends", "buffer"), KINDS)
def test_one_client_does_not_stop_the_embedded_server(
    tsudoi: Installation, count: int, sends: bytes | str, buffer: int
) -> None:
    port = tsudoi.ports[0]
    assert_that_others_are_served(port)
    before, pid = files_of(tsudoi), (tsudoi.data / "log" / "web.pid").read_text()
    said = handshake(port, sends) if isinstance(sends, str) else sends
    with many(count, port, said, buffer=buffer) as clients:
        assert len(clients) == count
        assert_that_others_are_served(port)
        if isinstance(sends, bytes) and sends in {HALF_A_HEAD, HALF_A_BODY}:
            for client in clients:
                client.send(b"x")  # a byte now and then
            assert_that_others_are_served(port)
        if isinstance(sends, str):
            statuses = [status_of(client) for client in clients]
            share = int(limits.SOCKETS * limits.SHARE)
            assert (statuses.count(101), statuses.count(503)) == (min(count, share), max(count - share, 0))
    wait_until_all_are_gone(tsudoi, before)
    assert files_of(tsudoi) <= before + 40
    assert_that_others_are_served(port)
    assert (tsudoi.data / "log" / "web.pid").read_text() == pid


@pytest.mark.browser
def test_a_page_whose_socket_is_refused_asks_by_itself(tsudoi: Installation, browser: Browser) -> None:
    port = tsudoi.ports[0]
    with many(int(limits.SOCKETS * limits.SHARE), port, handshake(port, SOCKET)) as clients:
        assert {status_of(client) for client in clients} == {101}
        page: Page = browser.new_page()
        page.goto(tsudoi.url() + "/forums")
        topic = page.locator("a[href^='/forums/topics/']").first.get_attribute("href")
        with page.expect_response(re.compile(r"/forums/topics/\d+/\w+"), timeout=PATIENCE * 1000) as polled:
            page.goto(tsudoi.url() + str(topic))
        assert polled.value.status == 200
        page.close()


@pytest.mark.long
def test_clients_that_hold_on_are_ended_within_their_patience(tsudoi: Installation) -> None:
    """With the real numbers: fifteen seconds for heads and bodies, fifty for sockets that say nothing."""
    port = tsudoi.ports[0]
    before = files_of(tsudoi)
    for said, patience in (
        (HALF_A_HEAD, limits.PATIENCE_SECONDS),
        (HALF_A_BODY, limits.PATIENCE_SECONDS),
        (handshake(port, SOCKET), limits.SOCKET_SILENCE_SECONDS + 25),
    ):
        with many(100, port, said):
            began = time.monotonic()
            while files_of(tsudoi) > before + 40 and time.monotonic() < began + patience + 20:
                assert_that_others_are_served(port)
                time.sleep(1)
            assert files_of(tsudoi) <= before + 40
            assert time.monotonic() - began < patience + 20
