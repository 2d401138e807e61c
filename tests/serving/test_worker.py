"""The worker class in a process of its own, before a small application: what holds others up, and what does not."""

import http.client
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from community.config import ROOT
from community.processes import WEB_SERVER
from community.serving import limits
from community.supervisor import die_with_parent
from tests.processes import UP_SECONDS, free_port
from tests.serving.clients import ATTACKER, LARGE, PATIENCE, VISITOR, connect, get, handshake, many, status_of

THREADS = 4
# Two busy cores; without the worker class each of these takes as long as the others hold on.
SOON = 10
HALF_A_HEAD = b"GET /quick HTTP/1.1\r\nHost: x\r\nCookie: a"
HALF_A_BODY = b"POST /reads HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\na"


@dataclass
class Serving:
    port: int
    process: "subprocess.Popen[bytes]"
    log: Path

    def files(self) -> int:
        """How many files the worker has open."""
        return int(get(self.port, "/files")[1])


def files_at_rest(serving: Serving) -> int:
    """How many files the worker has open once the connections of the test before are gone: no fewer for a second."""
    least, since = serving.files(), time.monotonic()
    while time.monotonic() < since + 1:
        time.sleep(0.1)
        if (found := serving.files()) < least:
            least, since = found, time.monotonic()
    return least


def start(folder: Path, **environment: str) -> Serving:
    port, log = free_port(), folder / "log"
    options = [f"--bind=127.0.0.1:{port}", f"--threads={THREADS}", "--no-control-socket", "--log-level=warning"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "gunicorn",
                *WEB_SERVER,
                *options,
                "--log-level=warning",
                "tests.serving.answers:app",
            ],
            cwd=ROOT,
            env={**os.environ, "TSUDOI_DATA_DIR": str(folder), **environment},
            stdout=output,
            stderr=output,
            preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509  it only asks the kernel
        )
    deadline = time.monotonic() + UP_SECONDS
    while True:
        try:
            assert get(port, "/quick")[0] == 200
        except OSError:
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        else:
            return Serving(port, process, log)


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    started = start(tmp_path_factory.mktemp("serving"))
    yield started
    started.process.terminate()
    started.process.wait()


def reaches(look: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    deadline = time.monotonic() + seconds
    while not look() and time.monotonic() < deadline:
        time.sleep(0.05)
    return look()


def asserts_that_all_are_answered(port: int) -> None:
    """Whoever else asks, and the same address too, is answered as if nothing were."""
    for address in (VISITOR, ATTACKER):
        assert get(port, "/quick", address=address, patience=SOON) == (200, b"/quick")


@pytest.mark.parametrize(
    ("sends", "buffer"),
    [
        pytest.param(b"", 0, id="silence"),
        pytest.param(HALF_A_HEAD, 0, id="half a head"),
        pytest.param(HALF_A_BODY, 0, id="half a body"),
        pytest.param(HALF_A_BODY.replace(b"Content-Length: 1000", b"Transfer-Encoding: chunked"), 0, id="no chunk"),
        pytest.param(HALF_A_BODY.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n")[:-1], 0, id="expectation"),
        pytest.param(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n", 4096, id="a reader who does not read"),
        pytest.param(b"GET /quick HTTP/1.1\r\nHost: x\r\n\r\n", 0, id="connections kept alive"),
        pytest.param(b"GET /quick HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 0, id="nobody hangs up"),
    ],
)
def test_clients_that_keep_the_server_waiting_hold_nobody_up_and_are_ended(
    serving: Serving, sends: bytes, buffer: int
) -> None:
    before = files_at_rest(serving)
    # Answers that nobody reads are kept: some dozen megabytes are enough here.
    with many(40 if buffer else 140, serving.port, sends, buffer=buffer) as clients:
        assert serving.files() >= before + len(clients)  # first: their patience is short
        asserts_that_all_are_answered(serving.port)
        # They still hold on; the server lets go of them, and of their files.
        assert reaches(lambda: serving.files() <= before + 3)
    asserts_that_all_are_answered(serving.port)


@pytest.mark.parametrize("sends", [HALF_A_HEAD, HALF_A_BODY], ids=["head", "body"])
def test_a_byte_now_and_then_is_not_enough(serving: Serving, sends: bytes) -> None:
    with closing(connect(serving.port, sends)) as client:
        began = time.monotonic()
        client.setblocking(False)
        answer = b""
        while time.monotonic() < began + PATIENCE:
            client.send(b"x")
            time.sleep(0.2)
            try:
                answer = client.recv(100)
            except BlockingIOError:
                continue
            break
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert time.monotonic() - began < SOON + 1.5


def test_who_reads_slowly_but_steadily_gets_everything(serving: Serving) -> None:
    with closing(connect(serving.port, b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) as client:
        read = 0
        while piece := client.recv(200_000):
            read += len(piece)
            time.sleep(0.05)  # three seconds in all, twice the patience at the beginning
    assert LARGE < read < LARGE + 1000


def test_a_large_body_arrives_whole_and_the_connection_goes_on(serving: Serving) -> None:
    page = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=PATIENCE)
    for body in (bytes(3_000_000), iter([b"a" * 70_000, b"b"]), b""):
        page.request("POST", "/reads", body=body)
        assert int(page.getresponse().read()) in {3_000_000, 70_001, 0}
    page.close()


def test_a_client_that_asks_whether_to_send_is_told_so_once(serving: Serving) -> None:
    head = b"POST /reads HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
    with closing(connect(serving.port, head)) as client:
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"abc")
        answer = b"".join(iter(lambda: client.recv(1000), b""))
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert answer.endswith(b"\r\n\r\n3")


def test_requests_sent_at_once_are_answered_in_order(serving: Serving) -> None:
    asked = b"".join(b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % number for number in range(20))
    with closing(connect(serving.port, asked + b"GET /end HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) as client:
        answers = b"".join(iter(lambda: client.recv(10_000), b""))
    assert answers.endswith(b"\r\n\r\n/end")
    assert answers.count(b"HTTP/1.1 200") == 21
    assert answers.index(b"/7HTTP") < answers.index(b"/8HTTP")


def test_one_address_gets_its_share_of_sockets_and_others_theirs(serving: Serving) -> None:
    share = int(limits.SOCKETS * limits.SHARE)
    asks = handshake(serving.port, "/socket.io/")
    # Each says something, or it would be ended as one that has gone.
    with many(share + 40, serving.port, asks) as clients:
        statuses = [status_of(client) for client in clients]
        assert (statuses.count(101), statuses.count(503)) == (share, 40)
        with closing(connect(serving.port, asks, address=VISITOR)) as other:
            assert status_of(other) == 101
        asserts_that_all_are_answered(serving.port)
    with closing(connect(serving.port, asks)) as again:  # their places are free
        assert reaches(lambda: get(serving.port, "/quick")[0] == 200)
        assert status_of(again) in {101, 503}


def test_only_what_may_become_a_socket_is_taken_for_one(serving: Serving) -> None:
    """A page's request that names a websocket takes its turn, and its body arrives."""
    said = b"Host: x\r\nUpgrade: websocket\r\nContent-Length: 20000\r\nConnection: close\r\n\r\n" + bytes(20000)
    for line in (b"POST /reads", b"GET /reads", b"POST /reads?socket.io"):
        with closing(connect(serving.port, line + b" HTTP/1.1\r\n" + said)) as client:
            answer = b"".join(iter(lambda: client.recv(10_000), b""))
        assert answer.endswith(b"\r\n\r\n20000")
    with closing(connect(serving.port, handshake(serving.port, "/%73ocket.io/"))) as client:
        assert status_of(client) == 101


@pytest.mark.parametrize(
    "framing", [b"Content-Length: 00000000000000000044", b"Transfer-Encoding: chunked\r\n\r\n00000000000000000022"]
)
def test_a_body_is_never_taken_for_a_request(serving: Serving, framing: bytes) -> None:
    hidden = b"GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"
    with closing(connect(serving.port, b"GET /quick HTTP/1.1\r\nHost: x\r\n%b\r\n\r\n" % framing + hidden)) as client:
        client.settimeout(3)
        answers = b""
        with suppress(TimeoutError):
            while piece := client.recv(10_000):
                answers += piece
    assert b"/hidden" not in answers


def test_crumbs_of_many_connections_hold_nobody_up(serving: Serving) -> None:
    head = b"POST /reads HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    with many(300, serving.port, head + b"1\r\na\r\n" * 20_000) as clients:
        asserts_that_all_are_answered(serving.port)
        assert {status_of(client) for client in clients} <= {400, 0}


def test_bodies_at_full_speed_leave_others_their_turn(serving: Serving) -> None:
    """From as many connections as one address may have, until they are refused for lack of room."""
    head = b"POST /reads HTTP/1.1\r\nHost: x\r\nContent-Length: 30000000\r\n\r\n"
    stop = threading.Event()

    def pour(client: socket.socket) -> None:
        with suppress(OSError):
            while not stop.is_set():
                client.sendall(bytes(100_000))
                time.sleep(0.05)

    with many(60, serving.port, head) as clients:
        pouring = [threading.Thread(target=pour, args=(client,)) for client in clients]
        for thread in pouring:
            thread.start()
        asserts_that_all_are_answered(serving.port)
        stop.set()
        for thread in pouring:
            thread.join()


def test_those_who_are_refused_keep_nobody_out(serving: Serving) -> None:
    """Who reads no refusal and never hangs up holds a place for it; new connections are taken all the same."""
    asks = b"GET /waits HTTP/1.1\r\nHost: x\r\n\r\n"
    with many(int(limits.CONNECTIONS * limits.SHARE) + 400, serving.port, asks):
        for _ in range(3):
            assert get(serving.port, "/quick", address=VISITOR, patience=SOON)[0] == 200
    assert reaches(lambda: serving.files() < 60)


def test_no_thread_for_a_socket_ends_that_socket_only(tmp_path: Path) -> None:
    serving = start(tmp_path, TEST_NO_MORE_THREADS="1")
    for _ in range(3):
        with closing(connect(serving.port, handshake(serving.port, "/socket.io/"))) as client:
            assert status_of(client) == 503
        assert get(serving.port, "/quick")[0] == 200
    assert "Exception in worker" not in serving.log.read_text()
    serving.process.terminate()
    serving.process.wait(PATIENCE)


def test_a_mistake_with_one_connection_ends_it_and_no_other(tmp_path: Path) -> None:
    serving = start(tmp_path, TEST_MISTAKE_FOR=ATTACKER)
    with closing(connect(serving.port, b"GET /quick HTTP/1.1\r\nHost: x\r\n\r\n")) as client:
        assert status_of(client) == 0
    assert get(serving.port, "/quick")[0] == 200
    assert "a connection was given up" in serving.log.read_text()
    serving.process.terminate()
    serving.process.wait(PATIENCE)


def test_a_socket_that_falls_silent_is_ended(serving: Serving) -> None:
    with closing(connect(serving.port, handshake(serving.port, "/socket.io/"))) as client:
        assert b"101" in client.recv(1000)
        began = time.monotonic()
        assert client.recv(1000) == b""
        assert time.monotonic() - began < SOON


def test_who_asks_for_much_waits_for_himself(serving: Serving) -> None:
    with many(60, serving.port, b"GET /waits HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") as clients:
        assert get(serving.port, "/quick")[0] == 200
        # A visitor waits for those the four threads have, not for all sixty.
        answered = select.select(clients, [], [], 0)[0]
        assert len(answered) < 40
        assert [status_of(client) for client in clients] == [200] * 60


def test_connections_beyond_the_share_take_the_place_of_those_that_only_wait(serving: Serving) -> None:
    share = int(limits.CONNECTIONS * limits.SHARE)
    with many(share + 100, serving.port, HALF_A_HEAD):
        asserts_that_all_are_answered(serving.port)
        assert serving.files() < share + 60
    assert reaches(lambda: serving.files() < 60)


def test_what_is_no_request_leaves_no_address_and_no_link_in_the_log(serving: Serving) -> None:
    for sends in (
        b"GET /reset/the-secret-link HTTP/9.9\r\n\r\n",
        b"GET /reset/the-secret-link HTTP/1.1\r\nBad header the-secret-link\r\n\r\n",
        b"GET /reset/the-secret-link what\r\n\r\n",
    ):
        with closing(connect(serving.port, sends, address="127.0.0.77")) as client:
            assert status_of(client) == 400
    with closing(
        connect(serving.port, b"GET /fails?link=the-secret-link HTTP/1.1\r\n\r\n", address="127.0.0.77")
    ) as client:
        assert status_of(client) == 500
    log = serving.log.read_text()
    assert log.count("Invalid request") == 3
    assert "for the log" in log
    assert "secret" not in log
    assert "127.0.0.77" not in log


def test_the_end_does_not_wait_for_open_sockets(tmp_path: Path) -> None:
    serving = start(tmp_path)
    with closing(connect(serving.port, handshake(serving.port, "/socket.io/"))) as client:
        assert b"101" in client.recv(1000)
        began = time.monotonic()
        serving.process.send_signal(signal.SIGTERM)
        assert client.recv(1000) == b""
        serving.process.wait(PATIENCE)
        assert time.monotonic() - began < SOON  # gunicorn's own patience is 30 s
    assert serving.process.returncode == 0


def test_a_request_under_way_is_answered_before_the_end(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    serving = start(tmp_path, TEST_BEGUN=str(begun))
    answers: list[tuple[int, bytes]] = []
    asking = threading.Thread(target=lambda: answers.append(get(serving.port, "/waits")))
    asking.start()
    assert reaches(begun.exists)
    serving.process.send_signal(signal.SIGTERM)
    asking.join()
    assert answers == [(200, b"/waits")]
    serving.process.wait(PATIENCE)


def test_behind_a_proxy_the_visitor_counts_and_not_the_proxy(tmp_path: Path) -> None:
    serving = start(tmp_path, TSUDOI_TRUSTED_PROXIES="1")
    share = int(limits.SOCKETS * limits.SHARE)

    def asks(visitor: bytes) -> bytes:
        return handshake(serving.port, "/socket.io/").replace(
            b"Host:", b"X-Forwarded-For: made up, %b\r\nHost:" % visitor
        )

    with many(share + 1, serving.port, asks(b"192.0.2.1")) as clients:
        assert sum(status_of(client) == 503 for client in clients) == 1
        with closing(connect(serving.port, asks(b"192.0.2.2"))) as other:
            assert status_of(other) == 101
    serving.process.terminate()
    serving.process.wait(PATIENCE)


def test_a_full_or_closed_connection_never_ends_the_server(serving: Serving) -> None:
    for sends in (b"", HALF_A_HEAD, HALF_A_BODY, b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n", b"\0" * 100_000):
        client = connect(serving.port, sends)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # a reset
        client.close()
    asserts_that_all_are_answered(serving.port)
    assert serving.process.poll() is None


def read_answer(client: socket.socket) -> bytes:
    """Return all that comes until the connection ends in order; raises ConnectionResetError if it does not."""
    answer = bytearray()
    while piece := client.recv(1_000_000):
        answer += piece
    return bytes(answer)


def test_with_a_full_temporary_disk_slow_readers_get_whole_answers_or_see_that_they_did_not(tmp_path: Path) -> None:
    serving = start(tmp_path, TEST_NO_FILES="1")
    asks = b"GET /large HTTP/1.0\r\n\r\n"
    with many(12, serving.port, asks, buffer=4096) as clients:
        asserts_that_all_are_answered(serving.port)  # no thread waits for them
        ends = []
        for client in clients:
            try:
                ends.append(len(read_answer(client).partition(b"\r\n\r\n")[2]))
            except ConnectionResetError:
                ends.append(-1)
        assert set(ends) == {LARGE, -1}, ends
    # What was kept has been given back: the next ones are served, one after the other.
    for _ in range(4):
        with closing(connect(serving.port, asks, buffer=4096)) as client:
            assert len(read_answer(client)) > LARGE
    assert "Traceback" not in serving.log.read_text()
    serving.process.terminate()
    serving.process.wait(PATIENCE)


def test_an_answer_that_breaks_off_does_not_look_whole(serving: Serving) -> None:
    with (
        closing(connect(serving.port, b"GET /breaks HTTP/1.0\r\n\r\n")) as client,
        pytest.raises(ConnectionResetError),
    ):
        read_answer(client)
    asserts_that_all_are_answered(serving.port)


def test_a_reader_who_is_given_up_sees_that_the_answer_is_not_whole(serving: Serving) -> None:
    with closing(connect(serving.port, b"GET /large HTTP/1.0\r\n\r\n", buffer=4096)) as client:
        end = select.poll()
        end.register(client, 0)
        assert reaches(lambda: any(event & select.POLLERR for _, event in end.poll(0)))
        with pytest.raises(ConnectionResetError):
            read_answer(client)
