"""What cannot run is said loudly; in CI it is a failure, however it was skipped."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import skips
from tests.databases import ROOT

SKIPPED_BY = {
    "a need": "@pytest.mark.needs('nothing there')\ndef test_it(): pass",
    "a call": "def test_it(): pytest.skip('for no reason')",
    "a mark": "@pytest.mark.skip(reason='for no reason')\ndef test_it(): pass",
    "a condition": "@pytest.mark.skipif(True, reason='for no reason')\ndef test_it(): pass",
    "a fixture": "@pytest.fixture\ndef it(): pytest.skip('for no reason')\ndef test_it(it): pass",
    "its module": "pytest.skip('for no reason', allow_module_level=True)",
    "a missing import": "pytest.importorskip('no_such_module')",
}
NEED = "from tests import skips\nskips.NEEDS['nothing there'] = skips.Need(lambda: None, 'some-package')\n"


def run(folder: Path, code: str, ci: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(f"import pytest\n{NEED}{code}\n")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.skips", "-p", "no:cacheprovider", "--rootdir", folder, folder],
        cwd=ROOT,
        env={**os.environ, skips.CI_VARIABLE: ci, "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("code", SKIPPED_BY.values(), ids=SKIPPED_BY.keys())
def test_in_ci_nothing_is_skipped(code: str, tmp_path: Path) -> None:
    done = run(tmp_path, code, "true")
    assert done.returncode != 0, done.stdout
    assert "skipped, and in CI nothing is" in done.stdout


def test_elsewhere_it_is_one_loud_line(tmp_path: Path) -> None:
    done = run(tmp_path, SKIPPED_BY["a need"], "")
    assert done.returncode == 0
    assert "!!! NOT RUN: NO NOTHING THERE: APT-GET INSTALL SOME-PACKAGE: 1 tests !!!" in done.stdout


def test_what_is_expected_to_fail_may_do_so_in_ci(tmp_path: Path) -> None:
    assert run(tmp_path, "@pytest.mark.xfail\ndef test_it(): assert False", "true").returncode == 0


@pytest.mark.parametrize("need", [need for need in skips.NEEDS.values() if need.packages], ids=lambda n: n.packages)
def test_ci_installs_whatever_a_test_needs(need: skips.Need) -> None:
    script = (ROOT / ".ci" / "run").read_text()
    assert all(f"({package})" in script for package in need.packages.split())
