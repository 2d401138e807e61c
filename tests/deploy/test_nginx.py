"""deploy/nginx at work, in front of two small servers: what it refuses, with which page, and what it writes down."""

import http.client
import http.server
import json
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from community.config import ROOT
from tests.deployment import DEPLOY, NGINX, write_nginx
from tests.processes import UP_SECONDS, free_port
from tests.serving.clients import ATTACKER, VISITOR, connect, handshake, status_of

pytestmark = pytest.mark.needs("nginx")

WRITER = "127.0.0.77"
# The very numbers would need a thousand sockets, and a machine quicker than the pace that it refuses; what is counted,
# and by whom, is the same with these.
FEWER = {
    "tsudoi_requests 200": "tsudoi_requests 20",
    "tsudoi_sockets 1000": "tsudoi_sockets 8",
    "rate=60r/s": "rate=6r/s",
}


class Upstream(http.server.BaseHTTPRequestHandler):
    """Answers everything; holds a socket open until the other side goes."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1024

    def do_GET(self) -> None:
        if self.headers.get("Upgrade"):
            self.send_response(101)
            self.send_header("Upgrade", "websocket")
            self.send_header("Connection", "upgrade")
            self.end_headers()
            self.wfile.flush()
            self.rfile.read(1)
            self.close_connection = True
            return
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(429 if self.path == "/own-429" else 200)
        self.send_header("Content-Length", "3")
        self.end_headers()
        self.wfile.write(b"app")

    do_POST = do_GET  # noqa: N815  its name in the base class

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its name in the base class
        pass


@dataclass
class Proxy:
    port: int
    folder: Path

    def ask(
        self, path: str, method: str = "GET", *, address: str = VISITOR, **headers: str
    ) -> tuple[http.client.HTTPResponse, str]:
        page = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30, source_address=(address, 0))
        with closing(page):
            page.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = page.getresponse()
            return answer, answer.read().decode()

    def statuses(self, request: str, count: int, *, address: str = ATTACKER) -> list[int]:
        """Of so many requests without a body that are sent at once."""
        sends = f"{request} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n".encode()
        last = sends.replace(b"Host:", b"Connection: close\r\nHost:")
        with closing(connect(self.port, sends * (count - 1) + last, address=address)) as client:
            answers = b"".join(iter(lambda: client.recv(100_000), b""))
        return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", answers)]

    def ask_until_refused(self, path: str) -> tuple[http.client.HTTPResponse, str]:
        while (asked := self.ask(path, address=ATTACKER))[0].status == 200:
            self.statuses(f"GET {path}", 100)
        return asked

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in (self.folder / "access.log").read_text().splitlines()]


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Proxy]:
    """Nginx of deploy/, with the page group of two processes, one of which is away, and the socket group."""
    port, away, redirects = free_port(), free_port(), free_port()
    with ExitStack() as stack:
        servers = [stack.enter_context(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Upstream)) for _ in range(2)]
        for server in servers:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.shutdown)
        ports = dict(
            zip(("8001", "8101", "8002"), [*(server.server_address[1] for server in servers), away], strict=True)
        )

        def here(text: str) -> str:
            for ours, moved in {**FEWER, "/opt/tsudoi": str(ROOT), "/etc/nginx/tsudoi": str(tmp_path / "n")}.items():
                text = text.replace(ours, moved)
            text = text.replace("/var/log/nginx", str(tmp_path / "n"))
            for instance, there in ports.items():
                text = text.replace(f"127.0.0.1:{instance};", f"127.0.0.1:{there};")
            text = re.sub(r"^ *(ssl_.*|listen \[::].*)\n", "", text, flags=re.MULTILINE)
            text = text.replace("listen 80;", f"listen 127.0.0.1:{redirects};")
            return text.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")

        main = write_nginx(tmp_path / "n", here)
        process = stack.enter_context(subprocess.Popen([NGINX, "-c", str(main)], stderr=subprocess.PIPE))
        stack.callback(process.send_signal, signal.SIGTERM)
        made = Proxy(port, tmp_path / "n")
        deadline = time.monotonic() + UP_SECONDS
        while True:
            try:
                made.ask("/healthz")
            except OSError:
                assert time.monotonic() < deadline
                assert process.poll() is None, process.stderr and process.stderr.read()
                time.sleep(0.05)
            else:
                break
        yield made


def assert_is_ours(answer: http.client.HTTPResponse, page: str, status: int, heading: str) -> None:
    """The page of static/errors in the site's design, which asks for nothing from elsewhere."""
    assert answer.status == status
    soup = BeautifulSoup(page, "html.parser")
    assert soup.h1 is not None
    assert soup.h1.get_text() == heading
    assert soup.select_one("[lang=en] p") is not None
    for link in soup.select("[href]"):
        assert str(link["href"]) == "/" or (ROOT / str(link["href"]).lstrip("/")).exists()
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers.get("Retry-After") == ("10" if status in {429, 502, 503, 504} else None)


def test_one_address_gets_so_many_pages_and_then_our_page_and_others_get_theirs(proxy: Proxy) -> None:
    assert proxy.statuses("GET /forums", 300) == [200] * 300
    assert 429 in proxy.statuses("GET /forums", 400)
    assert_is_ours(*proxy.ask_until_refused("/forums"), 429, "少し待ってから、もう一度おためしください")
    assert proxy.ask("/forums")[0].status == 200
    assert proxy.ask("/static/css/base.css", address=ATTACKER)[0].status == 200  # the page's own
    time.sleep(0.2)
    assert proxy.ask("/forums", address=ATTACKER)[0].status == 200


@pytest.mark.parametrize(
    ("path", "most"), [("/sign-in", 61), ("/password/forgot", 61), ("/join", 61), ("/me/password", 61), ("/files", 41)]
)
def test_passwords_and_pictures_have_limits_of_their_own(proxy: Proxy, path: str, most: int) -> None:
    assert proxy.statuses(f"POST {path}", most) == [200] * most
    assert 429 in proxy.statuses(f"POST {path}", 15)
    assert proxy.ask(path, address=ATTACKER)[0].status == 200  # to look costs nothing
    assert proxy.ask("/forums/topics/1/posts", "POST", address=ATTACKER)[0].status == 200
    assert proxy.ask(path, "POST")[0].status == 200


def test_slow_bodies_of_one_address_take_its_share_and_no_more(proxy: Proxy) -> None:
    slow = b"POST /forums HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\na"
    with ExitStack() as stack:
        clients = [stack.enter_context(closing(connect(proxy.port, slow))) for _ in range(30)]
        assert status_of(clients[-1]) == 429  # by then all of them are there
        assert_is_ours(*proxy.ask("/forums", address=ATTACKER), 429, "少し待ってから、もう一度おためしください")
        assert proxy.ask("/forums")[0].status == 200


def test_open_pages_have_a_zone_of_their_own(proxy: Proxy) -> None:
    asks = handshake(proxy.port, "/socket.io/?EIO=4&transport=websocket")
    with ExitStack() as stack:
        statuses = []
        for _ in range(12):
            client = stack.enter_context(closing(connect(proxy.port, asks)))
            statuses.append(status_of(client))
        assert (statuses.count(101), statuses.count(429)) == (8, 4)
        assert proxy.ask("/forums", address=ATTACKER)[0].status == 200
        other = stack.enter_context(closing(connect(proxy.port, asks, address=VISITOR)))
        assert status_of(other) == 101


@pytest.mark.parametrize(
    ("status", "heading", "path", "headers"),
    [
        (413, "送られた内容が大きすぎます", "/forums", {"Content_Length": str(33 * 1024 * 1024)}),
        (414, "この送信は受け取れませんでした", "/" + "a" * 40_000, {}),
        (431, "この送信は受け取れませんでした", "/forums", {"Cookie": "a" * 40_000}),
        (400, "この送信は受け取れませんでした", "/forums", {"Host": "a b"}),
    ],
)
def test_what_nginx_cannot_take_gets_a_page_of_ours(
    proxy: Proxy, status: int, heading: str, path: str, headers: dict[str, str]
) -> None:
    assert_is_ours(*proxy.ask(path, "POST" if status == 413 else "GET", **headers), status, heading)


def test_when_nobody_answers_a_page_of_ours_says_so(proxy: Proxy) -> None:
    upstreams = proxy.folder / "upstreams.conf"
    upstreams.write_text(re.sub(r"127\.0\.0\.1:\d+", f"127.0.0.1:{free_port()}", upstreams.read_text()))
    pid = int((proxy.folder / "nginx.pid").read_text())
    subprocess.run(["kill", "-HUP", str(pid)], check=True)  # noqa: S607  the shell's own
    deadline = time.monotonic() + 60
    while (answer := proxy.ask("/password/reset/a-secret-link", address=WRITER))[0].status == 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert_is_ours(*answer, 502, "いま、表示できません")
    while not {line["upstream_status"] for line in proxy.lines()} & {"502", "502, 502"}:  # logged after the answer
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert (proxy.folder / "error.log").read_text() == ""


def test_the_applications_own_refusals_pass(proxy: Proxy) -> None:
    answer, page = proxy.ask("/own-429")
    assert (answer.status, page) == (429, "app")


def test_the_logs_hold_no_addresses_no_links_and_nothing_that_was_typed(proxy: Proxy) -> None:
    secrets = ["a-secret-link", "taro", "example.com", WRITER, "192.0.2.7", "秘密", "%E7"]
    for path in (
        "/password/reset/a-secret-link",
        "/invitations/a-secret-link/move",
        "/email/confirm/a-secret-link",
        "/mails/stop/a-secret-link",
        "/join/links/a-secret-link?email=taro@example.com",
        "/people/taro",
        "/search?q=%E7%A7%98%E5%AF%86",
        "/taro@example.com",
        "/password%2Freset%2Fa-secret-link",
        "//a-secret-link",
        "/forums?next=/password/reset/a-secret-link",
    ):
        headers = {"Referer": "http://x/password/reset/a-secret-link", "User_Agent": "taro", "Cookie": "taro=1"}
        proxy.ask(path, address=WRITER, X_Forwarded_For="192.0.2.7", **headers)
    proxy.ask("/a-secret-link", "TARO", address=WRITER)
    # Refusals are quoted in full where nginx is asked for its usual log.
    assert 429 in proxy.statuses("GET /password/reset/a-secret-link", 700, address=WRITER)
    for said in (b"GET /a-secret-link nothing\r\n\r\n", b"GET /a-secret-link HTTP/1.1\r\nHost: ta ro\r\n\r\n"):
        with closing(connect(proxy.port, said, address=WRITER)) as client:
            assert status_of(client) == 400
    logs = {file.name: file.read_text() for file in proxy.folder.glob("*.log")}
    assert set(logs) == {"access.log", "error.log", "other.log"}
    for name, text in logs.items():
        for secret in secrets:
            assert secret not in text, name
    assert logs["other.log"] == ""
    lines = proxy.lines()
    assert {"/password", "/invitations", "/email", "/mails", "/join", "/people", "/search", "other"} <= {
        line["room"] for line in lines
    }
    assert any(line["status"] == 429 and line["requests_limit"] == "REJECTED" for line in lines)


def test_the_log_knows_every_part_of_the_site(app: Flask) -> None:
    [known] = re.findall(r'"~\^\(/\(\?:(.*)\)\)\(\?:/\|\$\)"', (DEPLOY / "nginx" / "tsudoi.conf").read_text())
    parts = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()} - {"", "accounts.csv"}
    assert parts - set(known.replace("\\", "").split("|")) == set(), "deploy/nginx/tsudoi.conf, $tsudoi_room"


def test_every_view_that_weighs_a_password_is_limited_as_one(app: Flask) -> None:
    """Each costs a hash of argon2, whatever is typed."""
    [pattern] = re.findall(r'"~(\^POST [^"]*)" \$binary_remote_addr;', (DEPLOY / "nginx" / "tsudoi.conf").read_text())[
        :1
    ]
    for path in ("/sign-in", "/sign-in/code", "/password/reset/x", "/me/password", "/me/proof", "/me/email",
                 "/me/two-step/off", "/me/two-step/codes", "/invitations/x", "/join/x/y"):  # fmt: skip
        assert re.match(pattern, f"POST {path}"), path
    assert not re.match(pattern, "POST /me/profile")


def test_every_server_of_ours_has_these_logs() -> None:
    text = (DEPLOY / "nginx" / "tsudoi.conf").read_text()
    servers = re.findall(r"^server \{.*?^\}", text, re.MULTILINE | re.DOTALL)
    includes = ("include /etc/nginx/tsudoi/logs.conf;", "include /etc/nginx/tsudoi/locations.conf;")
    assert len(servers) == 2
    assert all(any(include in server for include in includes) for server in servers)
    assert includes[0] in (DEPLOY / "nginx" / "locations.conf").read_text()


def test_the_limits_name_existing_paths(app: Flask) -> None:
    """A door that was renamed would stand open."""
    [doors] = re.findall(r'"~\^POST /\((.*)\)\(/\|\$\)"', (DEPLOY / "nginx" / "tsudoi.conf").read_text())
    posts = [rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    plain, inside = re.fullmatch(r"(.*)\|me/\((.*)\)", doors).groups()  # pyright: ignore[reportOptionalMemberAccess]  else the test fails
    for door in [*plain.split("|"), *(f"me/{each}" for each in inside.split("|"))]:
        assert any(re.match(rf"/{door}(/|$)", post) for post in posts), door
    assert "/files" in posts
