"""What tests need of the machine, and what becomes of those that do not find it: one loud line, and in CI a failure.

A test says `@pytest.mark.needs("nginx")`; `browser` and `node` need what their names say. In CI nothing is skipped,
however a test comes to skip itself.
"""

import os
import shutil
import sys
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

import pytest

CI_VARIABLE = "CI"
NOT_RUN = "not run"
# The same engine without the windows that nobody sees, which take as much time as the pages themselves.
HEADLESS_NAMES = ("chromium-headless-shell", "chrome-headless-shell")
CHROMIUM_NAMES = (*HEADLESS_NAMES, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Where distributions put what only root is thought to start.
PLACES = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def find_chromium() -> str | None:
    """The browser to drive; Playwright's own downloads are not needed."""
    return os.environ.get("TSUDOI_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def find_program(name: str) -> str | None:
    """Where a program of the machine is."""
    return shutil.which(name, path=PLACES)


@dataclass(frozen=True)
class Need:
    """How to see that it is there, and the Debian packages that bring it."""

    is_there: Callable[[], object]
    packages: str = ""

    @property
    def advice(self) -> str:
        return f": apt-get install {self.packages}" if self.packages else ""


NEEDS = {
    "chromium": Need(find_chromium, "chromium-headless-shell fonts-noto-cjk"),
    "node": Need(lambda: find_program("node"), "nodejs"),
    "nginx": Need(lambda: find_program("nginx"), "nginx"),
    "openssl": Need(lambda: find_program("openssl"), "openssl"),
    "faketime": Need(lambda: find_program("faketime"), "faketime"),
    "systemd": Need(lambda: find_program("systemd-analyze"), "systemd"),
    "linux": Need(lambda: sys.platform.startswith("linux")),
}
MARKS = {"browser": "chromium", "node": "node"}


def pytest_runtest_setup(item: pytest.Item) -> None:
    for name in _needs_of(item):
        need = NEEDS[name]
        if not need.is_there():
            pytest.skip(f"{NOT_RUN}: no {name}{need.advice}")


def _needs_of(item: pytest.Item) -> Iterator[str]:
    for mark in item.iter_markers("needs"):
        yield from mark.args
    for mark, name in MARKS.items():
        if item.get_closest_marker(mark):
            yield name


def is_in_ci() -> bool:
    """Whether this is where everything must run."""
    return os.environ.get(CI_VARIABLE) == "true"


def _refuse(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Make a skip a failure. What is expected to fail, and does, is no skip, though pytest counts it as one."""
    if is_in_ci() and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and in CI nothing is: {_reason(report)}"


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    told = report.longrepr
    return str(told[2] if isinstance(told, tuple) else told).removeprefix("Skipped: ")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse(report)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lines: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", ()):
        reason = _reason(report)
        lines[reason] = lines.get(reason, 0) + 1
    for reason, count in sorted(lines.items()):
        terminalreporter.write_line(f"!!! {reason.upper()}: {count} tests !!!", red=True, bold=True)
