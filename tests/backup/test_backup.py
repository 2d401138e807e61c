"""Backup and restore by the operator's commands, on databases of their own with real commits."""

import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from click.testing import CliRunner
from flask import Flask
from sqlalchemy.exc import DatabaseError

from community import __main__ as commands
from community import backup
from community.accounts import indexing
from community.app import create_app
from community.backup import postgres
from community.backup.archive import BackupError, read
from community.config import Config
from community.files import blob_store
from community.forums import actions as forums
from community.projections.tasks import process_pending
from models.accounts import Member
from models.base import Base, db, transaction
from models.files import StoredFile
from models.forums import Audience, Category, Post, Topic
from models.ledger import Signal
from models.mail import Mail
from models.search import SearchDocument
from tests.cast import Cast, make_cast
from tests.databases import BLANK, EMPTY, Databases, plain_environment

PICTURE = b"\x89PNG" + bytes(range(256)) * 40
WORDS = "改行\nと\tタブと \\ と 'quote'、𠮷野家"
AGREED = "The ledger, its projections and the snapshots agree."


class Operator:
    """Somebody at a terminal, in an installation of their own."""

    def __init__(self, folder: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.data = folder
        self.env = plain_environment(data_dir=folder, database_url=url)
        self.app = create_app(Config(_env_file=None, data_dir=folder, database_url=url))  # pyright: ignore[reportCallIssue]
        self._monkeypatch = monkeypatch

    def run(self, *arguments: object, status: int = 0) -> str:
        self._monkeypatch.setattr(commands, "create_app", lambda _: self.app)
        done = CliRunner(env=self.env).invoke(commands.main, [str(argument) for argument in arguments])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
        assert done.exit_code == status, done.output
        return done.output

    def rows(self) -> dict[str, set[tuple[object, ...]]]:
        """All there is, by table."""
        with self.app.app_context(), db.engine.connect() as connection:
            return {
                table.name: {tuple(map(str, row)) for row in connection.execute(sa.select(table))}
                for table in Base.metadata.sorted_tables
            }

    def tables(self) -> list[str]:
        with self.app.app_context(), db.engine.connect() as connection:
            return sa.inspect(connection).get_table_names()


@pytest.fixture
def sit_down(
    database: str, databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Operator]]:
    """An operator of an installation whose database is a copy of this template."""
    made: list[Operator] = []

    def sit_down(template: str) -> Operator:
        folder = tmp_path / f"data{len(made)}"
        url = databases.new(database, template)
        if template == BLANK and database == "sqlite":
            Path(url.removeprefix("sqlite:///")).unlink()
        made.append(Operator(folder, url, monkeypatch))
        return made[-1]

    yield sit_down
    for operator in made:
        with operator.app.app_context():
            db.engine.dispose()


@pytest.fixture
def first(sit_down: Callable[[str], Operator]) -> Operator:
    """With a topic, an accepted answer, a withdrawn one, a picture and a mail."""
    operator = sit_down(EMPTY)
    operator.run("migrate")
    with operator.app.app_context():
        with transaction():
            cast = make_cast(db.session)
            indexing.index_members(*cast.people().values())
            topic = make_topic(cast)
            answer = forums.post_reply(topic, cast.stranger, WORDS)
            forums.post_reply(topic, cast.colleague, "もう一つ")
            topic.accepted_post_id = answer.id
            key = blob_store.put(operator.data / "files", PICTURE)
            db.session.add(
                StoredFile(key=key, owner_id=cast.owner.id, media_type="image/png", width=1, height=1, size=1)
            )
            addressed = {"to_address": "a@example.jp", "subject": "s", "text": WORDS, "html": ""}
            db.session.add(Mail(message_id="<1@x>", kind="reply", **addressed))
        process_pending()
    return operator


def make_topic(cast: Cast) -> Topic:
    category = Category(slug="nan", name="なんでも", readers=Audience.PUBLIC)
    db.session.add(category)
    db.session.flush()
    opening = forums.open_topic(category, cast.owner, "日付がずれます", "ずれます")
    return db.session.scalars(sa.select(Topic).where(Topic.id == opening.topic_id)).one()


def test_what_is_restored_is_what_was_there_and_goes_on(
    first: Operator, sit_down: Callable[[str], Operator], tmp_path: Path
) -> None:
    archive = tmp_path / "backup.zip"
    first.run("backup", archive)
    assert archive.stat().st_mode & 0o077 == 0
    second = sit_down(BLANK)
    assert AGREED in second.run("restore", archive)
    assert second.rows() == first.rows()
    with second.app.app_context():
        image = db.session.scalars(sa.select(StoredFile)).one()
        assert blob_store.path_of(second.data / "files", image.key).read_bytes() == PICTURE
        with transaction():  # numbers go on where they were
            topic, member = db.session.scalars(sa.select(Topic)).one(), db.session.scalars(sa.select(Member)).first()
            assert member is not None
            forums.post_reply(topic, member, "三つめ")
        process_pending()
        with pytest.raises(DatabaseError, match="append-only"), db.engine.begin() as connection:
            connection.execute(sa.update(Signal).values(source="changed"))
    assert AGREED in second.run("verify")


def test_an_older_archive_is_brought_to_the_tables_of_this_code(
    sit_down: Callable[[str], Operator], tmp_path: Path
) -> None:
    old, new = sit_down(BLANK), sit_down(BLANK)
    with old.app.app_context():
        flask_migrate.upgrade(revision="0001")
        with db.engine.begin() as connection:
            connection.exec_driver_sql(  # by the columns of that time
                "INSERT INTO mail (message_id, kind, to_address, subject, text, html, created_at, tries, error) "
                "VALUES ('<1@x>', 'reply', 'a@example.jp', '', '', '', '2026-04-01 09:00:00', 0, '')"
            )
    old.run("backup", tmp_path / "old.zip")
    assert AGREED in new.run("restore", tmp_path / "old.zip")
    with new.app.app_context(), db.engine.connect() as connection:
        newest = ScriptDirectory(new.app.extensions["migrate"].directory).get_current_head()
        assert MigrationContext.configure(connection).get_current_revision() == newest
        assert connection.exec_driver_sql("SELECT message_id FROM mail").scalar() == "<1@x>"


def test_people_of_an_older_archive_are_found_as_the_rules_of_today_have_it(
    first: Operator, sit_down: Callable[[str], Operator], tmp_path: Path
) -> None:
    known = sa.select(SearchDocument.thing_id, SearchDocument.audience).where(SearchDocument.kind == indexing.MEMBER)
    known = known.order_by(SearchDocument.thing_id)
    with first.app.app_context(), transaction():
        before = db.session.execute(known).all()
        everybody = sa.update(SearchDocument).where(SearchDocument.kind == indexing.MEMBER)
        db.session.execute(everybody.values(audience=indexing.SIGNED_IN))
    first.run("backup", tmp_path / "old.zip")
    second = sit_down(BLANK)
    second.run("restore", tmp_path / "old.zip")
    with second.app.app_context():
        assert db.session.execute(known).all() == before
        assert {audience for _, audience in before} == {indexing.SIGNED_IN, indexing.INSIDE}


def test_nothing_is_restored_over_anything(
    first: Operator, sit_down: Callable[[str], Operator], tmp_path: Path
) -> None:
    archive = tmp_path / "backup.zip"
    first.run("backup", archive)
    assert "is there already" in first.run("backup", archive, status=1)
    before = first.rows()
    assert "not empty" in first.run("restore", archive, status=1)
    assert first.rows() == before
    second = sit_down(BLANK)
    blob_store.put(second.data / "files", PICTURE)
    assert "uploads" in second.run("restore", archive, status=1)
    assert second.tables() == []


def spoil(archive: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The same archive with something changed by hand."""
    with zipfile.ZipFile(archive) as whole:
        contents = {name: whole.read(name) for name in whole.namelist()}
    change(contents)
    spoilt = archive.with_name(f"spoilt-{len(list(archive.parent.iterdir()))}.zip")
    with zipfile.ZipFile(spoilt, "w") as changed:
        for name, data in contents.items():
            changed.writestr(name, data)
    return spoilt


def lose_a_byte(contents: dict[str, bytes]) -> None:
    name = next(name for name in contents if name.startswith("database/") and contents[name])
    contents[name] = contents[name][:-1]


def lose_a_picture(contents: dict[str, bytes]) -> None:
    del contents[next(name for name in contents if name.startswith("files/"))]


def lose_the_manifest(contents: dict[str, bytes]) -> None:
    del contents["manifest.json"]


def come_from_the_future(contents: dict[str, bytes]) -> None:
    contents["manifest.json"] = json.dumps({**json.loads(contents["manifest.json"]), "revision": "9999"}).encode()


def come_from_elsewhere(contents: dict[str, bytes]) -> None:
    contents["manifest.json"] = json.dumps({**json.loads(contents["manifest.json"]), "database": "oracle"}).encode()


def test_a_spoilt_or_foreign_archive_leaves_nothing_behind(
    first: Operator, sit_down: Callable[[str], Operator], tmp_path: Path
) -> None:
    archive = tmp_path / "backup.zip"
    first.run("backup", archive)
    second = sit_down(BLANK)
    for change, said in (
        (lose_a_byte, "not what the manifest says"),
        (lose_a_picture, "name different files"),
        (lose_the_manifest, "no manifest"),
        (come_from_the_future, "newer than this code"),
        (come_from_elsewhere, "is of oracle"),
    ):
        assert said in second.run("restore", spoil(archive, change), status=1)
    half = tmp_path / "half.zip"
    half.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    assert "cannot be read" in second.run("restore", half, status=1)
    assert (second.tables(), list(second.data.glob("**/restore-*"))) == ([], [])
    assert not list(second.data.glob("files/??/*"))
    assert AGREED in second.run("restore", archive)


def test_whatever_sector_is_lost_is_said_in_a_sentence(first: Operator, tmp_path: Path) -> None:
    """From the first file to the list of all of them at the end; before anything is done with it."""
    archive, spoilt = tmp_path / "backup.zip", tmp_path / "spoilt.zip"
    first.run("backup", archive)
    whole = archive.read_bytes()
    offsets = [*range(0, len(whole), max(512, len(whole) // 60)), *range(max(len(whole) - 4000, 0), len(whole), 100)]
    for offset in offsets:
        for lost in (bytes(512), b"\xff" * 40):
            spoilt.write_bytes(whole[:offset] + lost + whole[offset + len(lost) :])
            with suppress(BackupError), read(spoilt):  # nothing else is raised; what is never read may be lost
                pass
    # zipfile reads a name as UTF-8 where the list at the end says so: bit 11 of the flags, 8 bytes into an entry.
    flagged = whole.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x00\x08")
    with zipfile.ZipFile(archive) as files:
        at = next(each.header_offset for each in files.infolist() if each.filename != "manifest.json") + 30
    spoilt.write_bytes(flagged[:at] + b"\xff" + flagged[at + 1 :])
    assert flagged != whole
    with pytest.raises(BackupError), read(spoilt):
        pass
    spoilt.write_bytes(whole[: len(whole) // 2] + bytes(512) + whole[len(whole) // 2 + 512 :])
    with pytest.raises(BackupError), read(spoilt):
        pass


def test_a_restore_that_fails_in_the_middle_leaves_nothing_behind(
    first: Operator, sit_down: Callable[[str], Operator], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "backup.zip"
    first.run("backup", archive)
    second = sit_down(BLANK)

    def end_badly(*_: object) -> None:
        raise backup.BackupError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(postgres, "load", end_badly)
        broken.setattr("community.backup.sqlite.close_log", end_badly)
        assert "the disk is full" in second.run("restore", archive, status=1)
    assert second.tables() == []
    assert not list(second.data.glob("files/??/*"))
    assert AGREED in second.run("restore", archive)


def test_a_backup_while_people_write_is_of_one_instant(
    first: Operator, sit_down: Callable[[str], Operator], tmp_path: Path
) -> None:
    written, enough = threading.Event(), threading.Event()

    def write(app: Flask) -> None:
        with app.app_context():
            topic, member = db.session.scalars(sa.select(Topic)).one(), db.session.scalars(sa.select(Member)).first()
            assert member is not None
            while not enough.is_set():
                with transaction():
                    forums.post_reply(topic, member, "書き続けます")
                written.set()
            db.session.remove()

    writer = threading.Thread(target=write, args=(first.app,))
    writer.start()
    try:
        assert written.wait(60)
        first.run("backup", tmp_path / "backup.zip")
    finally:
        enough.set()
        writer.join()
    second = sit_down(BLANK)
    assert AGREED in second.run("restore", tmp_path / "backup.zip")
    with second.app.app_context():
        positions = db.session.scalars(sa.select(Post.position).order_by(Post.position)).all()
        signals = db.session.scalar(sa.select(sa.func.count()).select_from(Signal))
        assert positions == list(range(1, len(positions) + 1))
        assert db.session.scalars(sa.select(Topic.last_position)).one() == len(positions)
        assert signals == len(positions)


def test_an_archive_has_no_secret_in_it(first: Operator, tmp_path: Path) -> None:
    first.run("backup", tmp_path / "backup.zip")
    secret = (first.data / "secret-key").read_bytes()
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        assert all(secret not in archive.read(name) for name in archive.namelist())
