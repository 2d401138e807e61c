"""Reads what ZIP archives and OLE files contain, as far as their kind depends on it, and within limits."""

import struct
import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

CONTENT_TYPES = "[Content_Types].xml"
# An Office document has some thousands of parts at most; what has more is an archive, and its list is not read.
MOST_PARTS = 10_000
# Content types are listed in some kilobytes; more is never decompressed.
MOST_TYPES_BYTES = 256 * 1024
ZIP_END = b"PK\x05\x06"
# The record at a ZIP's end, with a comment of 65,535 bytes.
ZIP_END_BYTES = 22 + 0xFFFF
# An entry of an OLE file's directory, and how many are read: a document has some dozens, and more with each object that
# is embedded in it.
OLE_ENTRY_BYTES = 128
MOST_OLE_ENTRIES = 50_000
_ZIP_ENTRY = b"PK\x01\x02"
_IS_ENCRYPTED = 1
# Sectors from here on are marks, not places (MS-CFB 2.1).
_FIRST_MARK = 0xFFFFFFFA


def has_zip_end(data: bytes) -> bool:
    """Return whether the archive has its list of entries, which stands at the end: a truncated one has not."""
    return ZIP_END in data[-ZIP_END_BYTES:]


def read_content_types(data: bytes) -> bytes:
    """Return the content types that an Office document (OOXML) lists; b"" for any other ZIP, or one that is damaged."""
    if data.count(_ZIP_ENTRY) > MOST_PARTS:
        return b""
    try:
        with ZipFile(BytesIO(data)) as archive:
            part = archive.getinfo(CONTENT_TYPES)
            # Other methods are decompressed in pieces of any size; Office uses none of them.
            if part.flag_bits & _IS_ENCRYPTED or part.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
                return b""
            with archive.open(part) as file:
                return file.read(MOST_TYPES_BYTES)
    except (BadZipFile, KeyError, EOFError, NotImplementedError, OSError, ValueError, struct.error, zlib.error):
        return b""


def list_ole_names(data: bytes) -> set[str]:
    """Return the names of what stands in the root of an OLE file (MS-CFB); nothing for a damaged one."""
    try:
        entries = _read_directory(data)
    except (struct.error, IndexError):
        return set()
    names: set[str] = set()
    seen: set[int] = set()
    waiting = [_number(entries[0], 76)] if entries else []  # the root's child; its siblings form a tree
    while waiting:
        at = waiting.pop()
        if at in seen or at >= len(entries):
            continue
        seen.add(at)
        entry = entries[at]
        (length,) = struct.unpack_from("<H", entry, 64)
        names.add(entry[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "ignore"))
        waiting += [_number(entry, 68), _number(entry, 72)]
    return names


def _read_directory(data: bytes) -> list[bytes]:
    """Return the entries of the directory. Raises struct.error or IndexError if the file is damaged."""
    (shift,) = struct.unpack_from("<H", data, 30)
    size = {9: 512, 12: 4096}.get(shift, 0)
    if not size:
        return []
    tables = _list_allocation_tables(data, size)
    entries: list[bytes] = []
    sector = _number(data, 48)
    seen: set[int] = set()
    while sector < _FIRST_MARK and sector not in seen and len(entries) < MOST_OLE_ENTRIES:
        seen.add(sector)
        whole = data[(sector + 1) * size : (sector + 2) * size]
        entries += [whole[at : at + OLE_ENTRY_BYTES] for at in range(0, len(whole), OLE_ENTRY_BYTES)]
        table, place = divmod(sector, size // 4)
        sector = _number(data, (tables[table] + 1) * size + place * 4)
    return [entry for entry in entries if len(entry) == OLE_ENTRY_BYTES]


def _list_allocation_tables(data: bytes, size: int) -> list[int]:
    """Return the sectors in which the allocation table stands: 109 are named in the header, others in a chain."""
    tables = list(struct.unpack_from("<109I", data, 76))
    sector = _number(data, 68)
    seen: set[int] = set()
    while sector < _FIRST_MARK and sector not in seen:
        seen.add(sector)
        *more, sector = struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)
        tables += more
    return tables


def _number(data: bytes, at: int) -> int:
    return struct.unpack_from("<I", data, at)[0]
