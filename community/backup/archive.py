"""The archive: an ordinary ZIP; its manifest holds a checksum of every other file in the archive."""

import hashlib
import json
import os
import struct
import tomllib
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from community.config import ROOT
from community.storage import StorageError

FORMAT = 1
# What zipfile raises for a truncated or damaged archive; UnicodeDecodeError for the name in a member's header.
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, struct.error, UnicodeDecodeError)
MANIFEST = "manifest.json"
PIECE_BYTES = 1024 * 1024


class BackupError(StorageError):
    """A backup that cannot be made or restored. The message is shown to the operator as it is."""


@dataclass
class Table:
    """One table of PostgreSQL: its columns and the number of its rows, as COPY writes them."""

    columns: list[str]
    rows: int


@dataclass
class Manifest:
    """What the archive says about itself."""

    database: str
    revision: str
    version: str
    made_at: str
    format: int = FORMAT
    counts: dict[str, int] = field(default_factory=dict)
    uploads: int = 0
    tables: dict[str, Table] = field(default_factory=dict)
    sequences: dict[str, tuple[int, bool]] = field(default_factory=dict)
    sums: dict[str, str] = field(default_factory=dict)


def version_of_code() -> str:
    """Return the version in pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


# --- writing ---------------------------------------------------------------------------------------------------------


class Writer:
    """Adds files to an archive and remembers their checksums."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.sums: dict[str, str] = {}

    def add(self, name: str, pieces: Iterable[bytes | memoryview], *, packed: bool = True) -> None:
        """Add a file. `packed=False` stores without compression, for pictures."""
        sum_of_all = hashlib.sha256()
        entry = zipfile.ZipInfo(name)
        entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        with self._archive.open(entry, "w", force_zip64=True) as file:
            for piece in pieces:
                sum_of_all.update(piece)
                file.write(piece)
        self.sums[name] = sum_of_all.hexdigest()

    def close(self, manifest: Manifest) -> None:
        """Write the manifest, with the checksums of all files added."""
        manifest.sums = self.sums
        self._archive.writestr(MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))


@contextmanager
def create_archive(path: Path) -> Iterator[Writer]:
    """Yield the writer of a new archive, which only its owner can read. Raises BackupError if the file exists.

    The archive gets its name only when it is complete and on the disk.
    """
    if path.exists():
        raise BackupError(f"{path} is there already.")
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600), "w+b") as file:
            with zipfile.ZipFile(file, "w") as archive:
                yield Writer(archive)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)


def pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the content of a file in pieces of at most PIECE_BYTES."""
    while piece := file.read(PIECE_BYTES):
        yield piece


# --- reading ---------------------------------------------------------------------------------------------------------


class ArchiveReader:
    """An archive whose files all match the checksums of its manifest."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._archive = archive
        self.manifest = manifest

    def open(self, name: str) -> IO[bytes]:
        """Return a file of the archive, open for reading."""
        return self._archive.open(name)

    def names_below(self, folder: str) -> list[str]:
        """Return the names of all files in a folder of the archive; `folder` ends with a slash."""
        return [name for name in self.manifest.sums if name.startswith(folder)]

    def extract(self, name: str, path: Path) -> None:
        """Write one file of the archive to the path and flush it to the disk."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with self.open(name) as source, path.open("wb") as target:
            for piece in pieces_of(source):
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())


@contextmanager
def read(path: Path) -> Iterator[ArchiveReader]:
    """Open an archive, check all of it, then yield its reader. Raises BackupError if it is damaged or unreadable."""
    try:
        with _open(path) as archive:
            manifest = _manifest_of(archive)
            _check_sums(archive, manifest)
            yield ArchiveReader(archive, manifest)
    except (OSError, *DAMAGE) as error:
        raise BackupError(f"{path} cannot be read: {error}") from error


def _open(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (*DAMAGE, ValueError) as error:
        raise BackupError(f"{path} cannot be read: {error}") from error


def _manifest_of(archive: zipfile.ZipFile) -> Manifest:
    with suppress(KeyError, ValueError, TypeError, AttributeError, *DAMAGE):
        said = json.loads(archive.read(MANIFEST))
        tables = {name: Table(**table) for name, table in said.pop("tables").items()}
        manifest = Manifest(**said, tables=tables)
        if manifest.format == FORMAT:
            return manifest
        raise BackupError(f"The archive has format {manifest.format}; this code reads format {FORMAT}.")
    raise BackupError("The archive has no manifest that could be read.")


def _check_sums(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    there = set(archive.namelist()) - {MANIFEST}
    if there != set(manifest.sums):
        raise BackupError(
            f"The archive and its manifest name different files: {sorted(there ^ set(manifest.sums))[:5]}"
        )
    for name, expected in manifest.sums.items():
        if ".." in name or name.startswith("/"):
            raise BackupError(f"{name} is no name that this code gives.")
        found = hashlib.sha256()
        try:
            with archive.open(name) as file:
                for piece in pieces_of(file):
                    found.update(piece)
        except DAMAGE as error:
            raise BackupError(f"{name} is damaged: {error}") from error
        if found.hexdigest() != expected:
            raise BackupError(f"{name} is not what the manifest says.")
