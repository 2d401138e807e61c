"""`serve` on a folder that is not there yet: tables, sample community, address, and an end by Ctrl-C."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import requests

from community.config import ROOT
from community.processes import GRACE_SECONDS
from community.supervisor import die_with_parent
from tests.databases import LOAD_SECONDS, plain_environment
from tests.processes import free_port


@pytest.mark.timeout(LOAD_SECONDS + 60)
def test_a_first_start_leads_from_nothing_to_a_page_with_the_sample_community(tmp_path: Path) -> None:
    port = free_port()
    serving = subprocess.Popen(
        [sys.executable, "-m", "community", "serve", "--port", str(port), "--data", str(tmp_path / "not yet" / "data")],
        cwd=ROOT,
        env=plain_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509  it only asks the kernel
    )
    assert serving.stdout is not None
    impatience = threading.Timer(LOAD_SECONDS, serving.kill)
    impatience.start()
    said = []
    for line in serving.stdout:
        said.append(line.strip())
        if line.startswith("Ctrl-C"):
            break
    impatience.cancel()
    assert f"Tsudoi is at http://localhost:{port}" in said, said
    assert said[0] == "Loading the sample community …"
    assert any("@kumihimo.example.jp" in line for line in said), "how to sign in"
    page = requests.get(f"http://127.0.0.1:{port}/forums", timeout=GRACE_SECONDS)
    assert page.status_code == 200
    assert "クミヒモ" in page.text
    serving.send_signal(signal.SIGINT)
    serving.communicate(timeout=GRACE_SECONDS + 5)
    assert serving.returncode == 0
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{port}/healthz", timeout=GRACE_SECONDS)
