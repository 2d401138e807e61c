"""The installation of deploy/, started from its own files on this machine: systemd's units without systemd, its nginx.

Paths, ports and the TLS lines are replaced, nothing else; PostgreSQL and Redis are those of tests/services.py.
"""

import getpass
import re
import shlex
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from community.processes import Process
from community.supervisor import answers
from tests.processes import LOOK_SECONDS, UP_SECONDS, Installation, free_port
from tests.skips import find_program

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
UNITS = DEPLOY / "systemd"
NGINX = find_program("nginx") or ""
WEB = "tsudoi-web@.service"
SERVING = (WEB, "tsudoi-socket@.service")
NGINX_CONF = """
user {user};
daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 8192; }}
http {{
    include /etc/nginx/mime.types;
    access_log {folder}/other.log;  # as distributions have it: who asks, for what, and from where
    {temporary}
    include {folder}/upstreams.conf;
    include {folder}/tsudoi.conf;
}}
"""


@dataclass(frozen=True)
class Unit:
    """What of a systemd unit has a meaning without systemd."""

    command: list[str]
    environment: dict[str, str]
    nice: str


def read_unit(name: str, instance: str = "") -> Unit:
    """`tsudoi-web@.service` as its instance "8001"."""
    text = (UNITS / name).read_text().replace("\\\n", " ").replace("%i", instance).replace("%H", "here")
    settings = re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE)
    [command] = [shlex.split(value) for key, value in settings if key == "ExecStart"]
    nice = [value for key, value in settings if key == "Nice"]
    pairs = [value.partition("=") for key, value in settings if key == "Environment"]
    return Unit(command, {name: value for name, _, value in pairs}, nice[0] if nice else "0")


def wanted_units() -> list[tuple[str, str]]:
    """(unit file, instance) of everything that the target starts."""
    text = (UNITS / "tsudoi.target").read_text()
    wanted = [name for line in re.findall(r"^Wants=(.*)$", text, re.MULTILINE) for name in line.split()]
    found = [re.fullmatch(r"(tsudoi-\w+@?)(\w*)\.service", name) for name in wanted]
    return [(f"{match[1]}.service", match[2]) for match in found if match]


def write_nginx(folder: Path, change: Callable[[str], str]) -> Path:
    """The files of deploy/nginx, changed, below a nginx.conf as distributions have it."""
    folder.mkdir(exist_ok=True)
    for file in ("upstreams.conf", "tsudoi.conf", "locations.conf", "logs.conf"):
        (folder / file).write_text(change((DEPLOY / "nginx" / file).read_text()))
    kinds = ("client_body", "proxy", "fastcgi", "scgi", "uwsgi")
    temporary = "\n".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    main = folder / "nginx.conf"
    main.write_text(NGINX_CONF.format(user=getpass.getuser(), folder=folder, temporary=temporary))
    return main


class Deployment(Installation):
    """`with Deployment(tmp_path, demo=True) as tsudoi: browse(tsudoi.url())`. Whoever is asked for, nginx answers."""

    def __init__(self, folder: Path, *, demo: bool = False, **settings: str) -> None:
        units = wanted_units()
        self._ports = {instance: free_port() for name, instance in units if name in SERVING}
        self.nginx_port, self._redirect_port = free_port(), free_port()
        webs, workers = (sum(name == wanted for name, _ in units) for wanted in (WEB, "tsudoi-worker@.service"))
        given = {"TSUDOI_TRUSTED_PROXIES": "1", **settings}
        super().__init__("production", folder, webs=webs, workers=workers, demo=demo, settings=given)
        self.ports = [self._ports[instance] for name, instance in units if name == WEB]

    def url(self, number: int = 0) -> str:
        """Always nginx's, which chooses."""
        del number
        return f"http://127.0.0.1:{self.nginx_port}"

    def _production(self) -> Iterator[Process]:
        counts: Counter[str] = Counter()
        for name, instance in wanted_units():
            part = name.removeprefix("tsudoi-").removesuffix(".service").removesuffix("@")
            unit = read_unit(name, str(self._ports.get(instance, instance)))
            number = counts[part]
            counts[part] += 1
            command = ["nice", "-n", unit.nice, *(self._moved(argument) for argument in unit.command)]
            log = self.data / "log" / f"{part}{number}.log"
            yield Process(f"{part}{number}", command, log, unit.environment)
        main = write_nginx(self.data / "nginx", self._in_nginx)
        yield Process("nginx", [NGINX, "-c", str(main)], self.data / "log" / "nginx.log")

    def _moved(self, text: str) -> str:
        """The paths of /opt, /var and /etc, as they are here."""
        programs = f"{Path(sys.executable).parent}/"
        text = text.replace("/opt/tsudoi/.venv/bin/", programs).replace("/opt/tsudoi", str(ROOT))
        text = text.replace("/var/log/nginx", str(self.data / "nginx"))
        return text.replace("/var/lib/tsudoi", str(self.data)).replace("/etc/nginx/tsudoi", str(self.data / "nginx"))

    def _in_nginx(self, text: str) -> str:
        """Its own ports, and no TLS: the browser's people have no certificate to trust."""
        text = self._moved(text)
        for instance, port in self._ports.items():
            text = text.replace(f"127.0.0.1:{instance};", f"127.0.0.1:{port};")
        text = re.sub(r"^ *(ssl_.*|listen \[::].*)\n", "", text, flags=re.MULTILINE)
        text = text.replace("listen 80;", f"listen 127.0.0.1:{self._redirect_port};")
        return text.replace("listen 443 ssl;", f"listen 127.0.0.1:{self.nginx_port};")

    def wait_until_up(self, seconds: float = UP_SECONDS) -> None:
        """Until every web process, the socket group and nginx answer."""
        super().wait_until_up(seconds)
        deadline = time.monotonic() + seconds
        while not all(answers("127.0.0.1", port) for port in (*self._ports.values(), self.nginx_port)):
            if time.monotonic() > deadline:
                raise AssertionError(f"not everybody is up:\n{self.logs()}")
            time.sleep(LOOK_SECONDS)
