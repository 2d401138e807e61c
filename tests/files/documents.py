"""Files that are no pictures, as programs write them: Office documents old, new and locked, archives, texts."""

import struct
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

MAIN_TYPES = {
    "word": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xl": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "ppt": "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
}
MACRO_TYPES = {
    "word": "application/vnd.ms-word.document.macroEnabled.main+xml",
    "xl": "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    "ppt": "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
}
BINARY_SHEET = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
PARTS = {"word": "word/document.xml", "xl": "xl/workbook.xml", "ppt": "ppt/presentation.xml"}
# What other documents that are embedded are called in the list of types.
EMBEDDED = (
    '<Default Extension="xlsx" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"/>'
    '<Default Extension="docx" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document"/>'
)
FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SECTOR = 512


def zipped(files: dict[str, str | bytes], method: int = ZIP_DEFLATED) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", method) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return buffer.getvalue()


def ooxml(folder: str, main_type: str | None = None, *, types_last: bool = False) -> bytes:
    """An Office document. python-docx and Office put its types first, LibreOffice last; other documents lie in it."""
    part = PARTS[folder]
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'{EMBEDDED}<Override PartName="/{part}" ContentType="{main_type or MAIN_TYPES[folder]}"/></Types>'
    )
    others: dict[str, str | bytes] = {
        "_rels/.rels": "<Relationships/>",
        part: "<x/>",
        f"{folder}/embeddings/xl/workbook.xml": "x" * 100_000,
        "word/other.xml": "",
    }
    if types_last:
        return zipped({**others, "[Content_Types].xml": types})
    return zipped({"[Content_Types].xml": types, **others})


def opendocument(kind: str) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", "<x/>")
    return buffer.getvalue()


def ole(*names: str, inner: tuple[str, ...] = (), sectors_before: int = 0) -> bytes:
    """An OLE file with these streams in its root, and others in a storage; its directory after so many sectors."""
    names = (*names, "\x05SummaryInformation", "ObjectPool")
    entries = [_entry("Root Entry", 5, child=1)]
    # The root's streams: each is the right sibling of the one before.
    entries += [_entry(name, 2, right=n + 1 if n < len(names) else FREE) for n, name in enumerate(names, start=1)]
    pool = len(names)
    if inner:
        entries[pool] = _entry("ObjectPool", 1, child=pool + 1)
        entries += [_entry(name, 2) for name in inner]
    entries += [_entry("", 0)] * (-len(entries) % 4)
    directory = [b"".join(entries[at : at + 4]) for at in range(0, len(entries), 4)]
    return _lay_out(directory, sectors_before)


def _lay_out(directory: list[bytes], before: int) -> bytes:
    """The header, sectors of content, the directory, and the allocation table: beyond its 109th sector by a chain."""
    content = before + len(directory)
    tables = 1
    while tables * 128 < content + tables + (chained := -(-max(tables - 109, 0) // 127)):
        tables += 1
    chained = -(-max(tables - 109, 0) // 127)
    places = list(range(content, content + tables))
    chain = list(range(content + tables, content + tables + chained))
    links = [END] * before + [*range(before + 1, content), END] + [TABLE] * tables + [TABLE - 1] * chained
    links += [FREE] * (tables * 128 - len(links))
    header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(SECTOR - 8))
    struct.pack_into("<HHH", header, 26, 3, 0xFFFE, 9)
    struct.pack_into("<I", header, 44, tables)
    struct.pack_into("<I", header, 48, before)
    struct.pack_into("<II", header, 68, chain[0] if chain else END, chained)
    struct.pack_into("<109I", header, 76, *(places + [FREE] * 109)[:109])
    rest = places[109:]
    listed = [rest[at : at + 127] for at in range(0, len(rest), 127)]
    more = [
        struct.pack("<128I", *(part + [FREE] * 127)[:127], chain[n + 1] if n + 1 < len(chain) else END)
        for n, part in enumerate(listed)
    ]
    return b"".join([bytes(header), bytes(before * SECTOR), *directory, struct.pack(f"<{len(links)}I", *links), *more])


def _entry(name: str, kind: int, *, right: int = FREE, child: int = FREE) -> bytes:
    words = name.encode("utf-16-le") + b"\x00\x00"
    return struct.pack("<64sHBBIII16s", words, len(words), kind, 1, FREE, right, child, bytes(16)) + bytes(32)


def bomb(method: int = ZIP_DEFLATED) -> bytes:
    """A ZIP whose list of types would be twenty megabytes."""
    return zipped({"[Content_Types].xml": bytes(20 * 1024 * 1024)}, method)


WORD, EXCEL, POWERPOINT = (ooxml(folder) for folder in ("word", "xl", "ppt"))
ZIP = zipped({"画面.png": b"x" * 300})
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"
CSV = "部品,数\r\nねじ,３\r\n".encode("cp932")
BZIP2_BOMB_METHOD = ZIP_BZIP2
