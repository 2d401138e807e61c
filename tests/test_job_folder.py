"""The embedded broker: each file in its folder is a job or is discarded; none raises an error."""

import hashlib
import json
import logging
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from flask import Flask
from kombu.connection import Connection

from community import job_folder
from community.app import create_app
from community.jobs import hurry
from models.base import db, transaction
from tests.databases import make_config


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "jobs" / "queue"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """An application whose broker is the folder, as in an embedded installation."""
    app = create_app(make_config(tmp_path / "data", f"sqlite:///{tmp_path / 'tsudoi.db'}"))
    with app.app_context():
        yield app
        db.engine.dispose()


@pytest.fixture
def channel(app: Flask) -> Iterator[job_folder.Channel]:
    """The worker's channel."""
    with app.extensions["celery"].connection_for_read() as connection:
        yield connection.default_channel


def send(*tasks: str) -> None:
    with transaction():
        for task in tasks:
            hurry(task)


def take_all(channel: job_folder.Channel) -> list[str]:
    taken = []
    while True:
        try:
            taken.append(channel._get("celery")["headers"]["task"])
        except Empty:
            return taken


def test_what_is_sent_arrives_once(channel: job_folder.Channel, folder: Path) -> None:
    send("one", "two")
    assert take_all(channel) == ["one", "two"]
    assert take_all(channel) == []
    assert list(folder.iterdir()) == []


def test_a_job_that_waits_already_is_not_written_twice(channel: job_folder.Channel, folder: Path) -> None:
    """After a week without a worker there are a few files."""
    for _ in range(200):
        send("one")
        send("two")
    assert len(list(folder.iterdir())) == 2
    assert sorted(take_all(channel)) == ["one", "two"]


def test_jobs_with_other_arguments_are_other_jobs(channel: job_folder.Channel) -> None:
    with transaction():
        hurry("one", 1)
        hurry("one", 2)
    assert take_all(channel) == ["one", "one"]


def put_empty(folder: Path) -> None:
    (folder / "1_x.celery.msg").touch()


def put_half(folder: Path) -> None:
    [job] = folder.glob("*.job")
    whole = job.read_bytes()
    for length in (1, 63, 64, 65, len(whole) // 2, len(whole) - 1):
        (folder / f"half{length}.job").write_bytes(whole[:length])


def put_foreign(folder: Path) -> None:
    """Write a message of kombu's own transport, from before an upgrade, and JSON that is no message."""
    message = {"body": "", "headers": {"task": "nobody.knows"}, "properties": {"delivery_tag": "1"}}
    for number, thing in enumerate((message, {}, [], None, 42, "text", {"body": None, "headers": None})):
        (folder / f"{number}_x.celery.msg").write_text(json.dumps(thing))
        (folder / f"{number}.job").write_text(json.dumps(thing))


def put_binary(folder: Path) -> None:
    (folder / "binary.job").write_bytes(bytes(range(256)) * 40)
    (folder / os.fsdecode(b"\xff\xfe name.job")).write_bytes(b"\x00")
    (folder / "long.job").write_bytes(b"x" * (job_folder.MOST_BYTES + 100))


def put_changed(folder: Path) -> None:
    [job] = folder.glob("*.job")
    (folder / "changed.job").write_bytes(job.read_bytes().replace(b"one", b"two"))


def put_summed(folder: Path) -> None:
    """Write files with a valid checksum that are no job: of another version, or of somebody who can compute it."""
    [path] = folder.glob("*.job")
    job = json.loads(path.read_bytes()[job_folder.SUM_LENGTH :])
    properties = job["properties"]
    things: list[object] = [[], {}, None, 42, "text", {"body": "", "properties": {}}]
    things += [
        {name: value for name, value in job.items() if name != left} for left in ("headers", "properties", "body")
    ]
    things += [{**job, "body": body} for body in ("", "W10=", "?", 1, "bnVsbA==", "W3t9LHt9LHt9XQ==")]
    things += [{**job, "headers": {}}, {**job, "content-type": "application/x-python-serialize"}]
    things += [{**job, "properties": {**properties, name: None}} for name in ("delivery_info", "body_encoding")]
    things.append({**job, "properties": {**properties, "body_encoding": "unheard of"}})
    kinds = ("decimal", "uuid", "datetime", "date", "bytes", "Model", "unheard of")
    things += [{**job, "headers": {"__type__": kind, "__value__": "x"}} for kind in kinds]
    ways = ("application/x-gzip", "application/x-bz2", "application/x-lzma", "unheard of")
    things += [{**job, "headers": {**job["headers"], "compression": way}} for way in ways]
    for number, written in enumerate(
        [b"x", b"\xff\xfe", b"[" * 5000, *(json.dumps(thing).encode() for thing in things)]
    ):
        (folder / f"{number}.job").write_bytes(hashlib.sha256(written).hexdigest().encode() + written)


def put_unreadable(folder: Path) -> None:
    (folder / "unreadable.job").write_bytes(b"x")
    (folder / "unreadable.job").chmod(0)


def put_thousands(folder: Path) -> None:
    for number in range(3_000):
        (folder / f"{number}.job").touch()


def put_abandoned(folder: Path) -> None:
    """Write what a killed writer leaves; files with a date in the future are removed as well."""
    for age in (-7_200, 7_200):
        path = folder / f"{age}.new"
        path.write_bytes(b"half")
        at = path.stat().st_mtime - age
        os.utime(path, (at, at))


@pytest.mark.parametrize(
    "put",
    [
        put_empty,
        put_half,
        put_foreign,
        put_binary,
        put_changed,
        put_summed,
        put_unreadable,
        put_thousands,
        put_abandoned,
    ],
)
def test_what_is_no_job_is_thrown_away_and_those_beside_it_arrive(
    channel: job_folder.Channel, folder: Path, put: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    send("one")
    put(folder)
    with caplog.at_level(logging.WARNING, job_folder.logger.name):
        assert take_all(channel) == ["one"]
    assert list(folder.iterdir()) == []
    assert {record.message for record in caplog.records} == {"not a job, thrown away"}


def test_folders_links_and_pipes_are_left_alone(channel: job_folder.Channel, folder: Path, tmp_path: Path) -> None:
    """Opening a pipe would block for ever; a link may lead to somebody's file."""
    send("one")
    (tmp_path / "somebodys").write_text("file")
    (folder / "folder.job").mkdir()
    (folder / "link.job").symlink_to(tmp_path / "somebodys")
    os.mkfifo(folder / "pipe.job")
    assert take_all(channel) == ["one"]
    assert sorted(path.name for path in folder.iterdir()) == ["folder.job", "link.job", "pipe.job"]
    assert (tmp_path / "somebodys").read_text() == "file"


def test_a_folder_that_is_gone_is_empty_and_made_anew(channel: job_folder.Channel, folder: Path) -> None:
    assert take_all(channel) == []
    send("one")
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    assert take_all(channel) == []
    send("two")
    assert take_all(channel) == ["two"]


@pytest.mark.parametrize("call", ["unlink", "scandir", "open"])
def test_a_folder_that_refuses_is_reported_once_and_works_again_later(
    channel: job_folder.Channel,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    call: str,
) -> None:
    """Unwritable, read-only, an unmounted disk. Tests run as root, whom no mode stops."""
    send("one", "two")

    def refuse(*_: object, **__: object) -> Any:  # noqa: ANN401  never returns
        raise OSError(30, "Read-only file system")

    with monkeypatch.context() as refusing, caplog.at_level(logging.WARNING, job_folder.logger.name):
        if call == "scandir":
            refusing.setattr(os, "scandir", refuse)
        elif call == "unlink":
            refusing.setattr(Path, "unlink", refuse)
        else:
            refusing.setattr(Path, "open", refuse)
            refusing.setattr(Path, "unlink", refuse)
        for _ in range(50):
            assert take_all(channel) == []
    assert [record.message for record in caplog.records] == ["jobs are not hurried"]
    assert take_all(channel) == ["one", "two"]


@pytest.mark.parametrize("step", ["mkdir", "write_bytes", "replace"])
def test_a_full_disk_fails_no_act_and_leaves_nothing_half_written(
    channel: job_folder.Channel,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    step: str,
) -> None:
    send("one")

    def refuse(path: Path, content: bytes = b"", *_: object, **__: object) -> None:
        if step == "write_bytes":
            with path.open("wb") as file:
                file.write(content[:100])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full, caplog.at_level(logging.WARNING, "community.jobs"):
        full.setattr(Path, step, refuse)
        send("two")
    assert [record.message for record in caplog.records] == ["job not hurried"]
    assert len(list(folder.iterdir())) == 1
    send("three")
    assert take_all(channel) == ["one", "three"]


def test_a_job_in_the_making_is_not_taken(channel: job_folder.Channel, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "half.new").write_bytes(b"half")
    assert take_all(channel) == []
    assert (folder / "half.new").exists()


def test_many_senders_and_two_receivers_see_whole_jobs_only(
    app: Flask, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """No file is read half-written, and no job is taken twice."""
    celery = app.extensions["celery"]
    senders, each = 4, 150

    def send_many(sender: int) -> None:
        with app.app_context():
            for number in range(each):
                celery.send_task("task", args=(sender, number))

    taken: list[str] = []
    done = threading.Event()

    def receive(connection: Connection) -> None:
        with connection:
            channel = connection.default_channel
            while True:
                was_done = done.is_set()
                try:
                    taken.append(channel._get("celery")["body"])
                except Empty:
                    if was_done:
                        return

    receivers = [threading.Thread(target=receive, args=(celery.connection_for_read(),)) for _ in range(2)]
    threads = [threading.Thread(target=send_many, args=(sender,)) for sender in range(senders)]
    for thread in (*receivers, *threads):
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    for thread in receivers:
        thread.join()
    assert len(taken) == len(set(taken)) == senders * each
    assert list(folder.iterdir()) == []
    assert [record for record in caplog.records if record.name == job_folder.logger.name] == []
