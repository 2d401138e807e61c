"""What tests need of the machine. A test that does not find it is skipped with one loud line; in CI it fails.

A test says `@pytest.mark.needs("nginx")`; `browser` and `node` need what their names say. In CI nothing is skipped,
however a test skips itself.
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
# Folders of programs that distributions mean for root.
PLACES = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def find_chromium() -> str | None:
    """Return the path of the browser, which need not be one of Playwright's downloads; None if there is none."""
    return os.environ.get("TSUDOI_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def find_program(name: str) -> str | None:
    """Return the path of a program of the machine; None if it is not installed."""
    return shutil.which(name, path=PLACES)


@dataclass(frozen=True)
class Need:
    """How to find out that a program is installed, and the Debian packages that install it."""

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
    "pdftotext": Need(lambda: find_program("pdftotext"), "poppler-utils"),
    "systemd": Need(lambda: find_program("systemd-analyze"), "systemd"),
    "tesseract": Need(lambda: find_program("tesseract"), "tesseract-ocr tesseract-ocr-jpn"),
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
    """Return whether all tests must run here."""
    return os.environ.get(CI_VARIABLE) == "true"


def _refuse(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Make a skip a failure in CI, but not an expected failure, which pytest counts as a skip."""
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
