"""The embedded installation on a disk of its own: filled while people write, and emptied again."""

import os
import threading
import time
import urllib.error
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests
import sqlalchemy as sa

from community.signin.passwords import SAMPLE_PASSWORD
from models.forums import Audience, Category, Topic
from tests.crash.test_crash import check_acts, wait_until_caught_up
from tests.crash.visitor import GONE, Visitor
from tests.databases import LOAD_SECONDS
from tests.processes import Installation
from tests.storage.disks import fill, small_disk

WRITER = "tadokoro@tomoura.example.jp"
MEGABYTES = 96
WORDS = "ディスクがいっぱいでも、書いた文は消えません。"
# The log grows up to where it begins anew, some replies of this length; then it needs room.
MOST_REPLIES = 400
PATIENCE_SECONDS = 90

pytestmark = pytest.mark.timeout(2 * LOAD_SECONDS)


class Writer:
    """Somebody who replies in one topic, and remembers what was acknowledged."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        with installation.database() as database:
            public = sa.select(sa.func.max(Topic.id)).join(Category, Category.id == Topic.category_id)
            self.topic = database.scalar(public.where(Topic.hidden_at.is_(None), Category.readers == Audience.PUBLIC))
        self.path = f"/forums/topics/{self.topic}"
        self.visitor = Visitor(installation.url(), WRITER, SAMPLE_PASSWORD)
        self.acknowledged: list[str] = []

    def reply(self) -> tuple[int, str]:
        """Once; the answer's code (0: nobody answered) and page."""
        key = str(uuid.uuid4())
        fields = {"body": f"{key}: {WORDS * 40}", "form_key": key, "csrf_token": self.visitor.token}
        try:
            page = self.visitor._open(f"{self.path}/posts", fields)
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except GONE:
            return 0, ""
        self.acknowledged.append(key)
        return 200, page

    def reply_until_refused(self) -> str:
        for _ in range(MOST_REPLIES):
            code, page = self.reply()
            if code != 200:
                assert code == 507, f"{code}\n{page[:3000]}\n{self.installation.logs()}"
                return page
        raise AssertionError("a full disk takes everything")

    def reply_until_acknowledged(self) -> None:
        wait_until(lambda: self.reply()[0] == 200, self.installation)


def wait_until(done: Callable[[], bool], installation: Installation) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not done():
        assert time.monotonic() < deadline, installation.logs()
        time.sleep(0.2)


def is_ready(installation: Installation) -> tuple[int, str]:
    answer = requests.get(f"{installation.url()}/readyz", timeout=20)
    return answer.status_code, answer.json()["status"]


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    with (
        small_disk(tmp_path / "data", MEGABYTES),
        Installation("embedded", tmp_path, demo=True) as running,
    ):
        yield running


def check_everything(writer: Writer) -> None:
    """What was acknowledged is there, once, and derived figures agree with the ledger."""
    wait_until_caught_up(writer.installation)
    check_acts(writer.installation, writer.acknowledged)
    assert "agree" in writer.installation.command("verify")


@pytest.mark.long
def test_on_a_full_disk_reading_goes_on_writing_says_so_and_emptied_it_recovers_by_itself(
    installation: Installation,
) -> None:
    writer = Writer(installation)
    writer.reply_until_acknowledged()
    wait_until(lambda: is_ready(installation) == (200, "ok"), installation)
    filling = fill(installation.data)
    refusal = writer.reply_until_refused()
    assert "書き込めないため" in refusal
    assert WORDS in refusal, "the text is given back"
    assert "サーバー" in refusal
    assert is_ready(installation) == (503, "no space")
    check_reading(writer)
    for part in ("web", "worker"):  # whatever else may end them meanwhile
        installation.kill(part)
        installation.wait_until_up()
    wait_until(lambda: reads(writer), installation)
    assert writer.reply()[0] == 507
    time.sleep(5)  # jobs fail meanwhile, and the clock goes on
    filling.unlink()
    writer.reply_until_acknowledged()
    wait_until(lambda: is_ready(installation) == (200, "ok"), installation)
    check_everything(writer)


def check_reading(writer: Writer) -> None:
    installation = writer.installation
    assert installation.answers()
    for path in ("/", "/forums", writer.path):
        assert writer.visitor._open(path, None)
        assert requests.get(installation.url() + path, timeout=20).status_code == 200, path


def reads(writer: Writer) -> bool:
    with suppress(*GONE):
        return writer.path in writer.visitor._open(writer.path, None)
    return False


@pytest.mark.long
def test_a_disk_that_is_filled_and_emptied_while_people_write_loses_and_doubles_nothing(
    installation: Installation,
) -> None:
    writer = Writer(installation)
    enough = threading.Event()

    def fill_and_empty() -> None:
        while not enough.is_set():
            filling = fill(installation.data)
            for room in (100_000, 40_000, 0):  # is found between one write of a transaction and its next
                os.truncate(filling, filling.stat().st_size - room)
                enough.wait(0.4)
            filling.unlink()
            enough.wait(0.4)

    filler = threading.Thread(target=fill_and_empty)
    filler.start()
    try:
        answers = Counter(writer.reply()[0] for _ in range(150))
    finally:
        enough.set()
        filler.join()
    assert answers.keys() == {200, 507}, f"{answers}\n{installation.logs()}"
    writer.reply_until_acknowledged()
    check_everything(writer)
