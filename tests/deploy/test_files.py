"""deploy/: its files can be read by whom they are for, and agree with the code and with one another."""

import re
import subprocess
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from community.app.factory import MAX_REQUEST_BYTES
from community.config import ROOT, Config
from tests.deployment import DEPLOY, NGINX, UNITS, read_unit, wanted_units, write_nginx
from tests.processes import free_port
from tests.skips import find_program

SYSTEMD, OPENSSL = find_program("systemd-analyze"), find_program("openssl")
SETTING = re.compile(r"^#?(TSUDOI_\w+)=", re.MULTILINE)


def compose() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text())


def options(command: list[str]) -> list[str]:
    """Without the program's path and what differs by nature: addresses, names of workers, paths of the data folder."""
    own = re.compile(r"127\.0\.0\.1:.*|0\.0\.0\.0:.*|--hostname|worker@.*|worker\d*@.*|/var/lib/.*")
    return [Path(command[0]).name, *(argument for argument in command[1:] if not own.fullmatch(argument))]


def test_the_target_names_units_that_are_there_and_one_clock() -> None:
    wanted = [name for name, _ in wanted_units()]
    assert {path.name for path in UNITS.glob("*.service")} == set(wanted)
    assert wanted.count("tsudoi-beat.service") == 1
    assert min(wanted.count(f"tsudoi-{part}@.service") for part in ("web", "worker")) == 2


@pytest.mark.parametrize("path", sorted(UNITS.glob("*.service")), ids=lambda path: path.name)
def test_a_unit_is_confined_and_comes_back(path: Path) -> None:
    unit = RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment]  systemd knows upper case from lower
    unit.read_string(path.read_text().replace("\\\n", " "))
    service = unit["Service"]
    assert (service["User"], service["EnvironmentFile"]) == ("tsudoi", "/etc/tsudoi/tsudoi.env")
    assert (service["Restart"], unit["Unit"]["PartOf"]) == ("always", "tsudoi.target")
    assert (service["ProtectSystem"], service["NoNewPrivileges"], service["StateDirectory"]) == (
        "strict",
        "yes",
        "tsudoi",
    )


@pytest.mark.needs("systemd")
def test_systemd_takes_the_units() -> None:
    done = subprocess.run(
        [str(SYSTEMD), "verify", "--recursive-errors=no", *map(str, UNITS.iterdir())],
        capture_output=True,
        text=True,
        check=False,
    )
    unknown = [line for line in done.stderr.splitlines() if re.search(r"Unknown|Failed to parse|Invalid", line)]
    assert unknown == []


def test_only_settings_that_there_are_are_set() -> None:
    known = {f"TSUDOI_{name.upper()}" for name in Config.model_fields}
    assert set(SETTING.findall((DEPLOY / "tsudoi.env").read_text())) <= known
    assert set(read_unit("tsudoi-socket@.service").environment) <= known


def test_containers_run_what_the_units_run() -> None:
    services = compose()["services"]
    for service, unit in (("web", "web@"), ("socket", "socket@"), ("worker", "worker@"), ("beat", "beat")):
        in_unit = read_unit(f"tsudoi-{unit}.service", "1")
        assert options(services[service]["command"]) == options(in_unit.command), service
        assert services[service].get("environment", {}) == in_unit.environment, service
    assert (services["beat"]["deploy"]["replicas"], services["web"]["deploy"]["replicas"]) == (1, 2)


def test_the_image_is_made_of_what_is_there() -> None:
    lines = (DEPLOY / "compose" / "Dockerfile").read_text().splitlines()
    copied = [source for line in lines if line.startswith("COPY") for source in line.split()[1:-1]]
    assert [source for source in copied if not (ROOT / source).exists()] == []
    let_in = (DEPLOY / "compose" / "Dockerfile.dockerignore").read_text().splitlines()
    assert {line.removeprefix("!") for line in let_in if line.startswith("!")} == set(copied)
    mounted = [volume.split(":")[0] for volume in compose()["services"]["nginx"]["volumes"] if volume.startswith("../")]
    assert [path for path in mounted if not (DEPLOY / "compose" / path).exists()] == []


def test_nginx_lets_in_as_much_as_the_application() -> None:
    [megabytes] = re.findall(r"client_max_body_size (\d+)m;", (DEPLOY / "nginx" / "locations.conf").read_text())
    assert int(megabytes) * 1024 * 1024 == MAX_REQUEST_BYTES


def test_nginx_knows_every_process_of_the_target() -> None:
    ports = re.findall(r"127\.0\.0\.1:(\d+);", (DEPLOY / "nginx" / "upstreams.conf").read_text())
    assert ports == [instance for name, instance in wanted_units() if name.startswith(("tsudoi-web", "tsudoi-socket"))]


@pytest.mark.needs("nginx", "openssl")
def test_nginx_takes_its_files_with_tls_and_all(tmp_path: Path) -> None:
    tls = tmp_path / "tls"
    tls.mkdir()
    certificate = ["-keyout", str(tls / "privkey.pem"), "-out", str(tls / "fullchain.pem")]
    subprocess.run(
        [str(OPENSSL), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=x", *certificate],
        check=True,
        capture_output=True,
    )

    def here(text: str) -> str:
        text = text.replace("/etc/tsudoi/tls", str(tls)).replace("/etc/nginx/tsudoi", str(tmp_path / "nginx"))
        text = text.replace("/var/log/nginx", str(tmp_path / "nginx"))
        text = re.sub(r"^ *listen \[::].*\n", "", text, flags=re.MULTILINE)
        return re.sub(r"listen \d+", lambda _: f"listen 127.0.0.1:{free_port()}", text)

    main = write_nginx(tmp_path / "nginx", here)
    done = subprocess.run([NGINX, "-t", "-c", str(main)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
