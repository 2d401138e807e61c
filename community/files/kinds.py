"""What a file is, by its content. Its name and the browser's media type are ignored: both are often wrong."""

from enum import StrEnum, auto


class Kind(StrEnum):
    """Kinds of files. Those that people choose by mistake have a message of their own."""

    EMPTY = auto()
    HEIC = auto()
    AVIF = auto()
    PICTURE = auto()  # JPEG, PNG, GIF, WebP
    OTHER_PICTURE = auto()  # formats that browsers do not show: TIFF, BMP, Photoshop, JPEG 2000, JPEG XL, icons
    SVG = auto()
    PDF = auto()
    WORD = auto()
    EXCEL = auto()
    POWERPOINT = auto()
    OLD_OFFICE = auto()  # .doc, .xls, .ppt, and newer ones behind a password
    ARCHIVE = auto()
    VIDEO = auto()  # and sound
    TEXT = auto()
    UNKNOWN = auto()


# Bytes in which a PDF's or an SVG's signature is looked for; something may precede it (ISO 32000, annex H; an XML
# declaration, comments).
HEAD = 1024
# Bytes of an archive in which the names of its first files are looked for.
ARCHIVE_HEAD = 64 * 1024

_STARTS: tuple[tuple[bytes, Kind], ...] = (
    (b"\xff\xd8\xff", Kind.PICTURE),
    (b"\x89PNG\r\n\x1a\n", Kind.PICTURE),
    (b"GIF87a", Kind.PICTURE),
    (b"GIF89a", Kind.PICTURE),
    (b"II*\x00", Kind.OTHER_PICTURE),
    (b"MM\x00*", Kind.OTHER_PICTURE),
    (b"II+\x00", Kind.OTHER_PICTURE),
    (b"MM\x00+", Kind.OTHER_PICTURE),
    (b"8BPS", Kind.OTHER_PICTURE),
    (b"\x00\x00\x01\x00", Kind.OTHER_PICTURE),
    (b"\xff\x0a", Kind.OTHER_PICTURE),
    (b"\x00\x00\x00\x0cJXL ", Kind.OTHER_PICTURE),
    (b"\x00\x00\x00\x0cjP  ", Kind.OTHER_PICTURE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.OLD_OFFICE),
    (b"Rar!\x1a\x07", Kind.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Kind.ARCHIVE),
    (b"\x1f\x8b", Kind.ARCHIVE),
    (b"\x1aE\xdf\xa3", Kind.VIDEO),
    (b"ID3", Kind.VIDEO),
    (b"OggS", Kind.VIDEO),
    (b"\x00\x00\x01\xba", Kind.VIDEO),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Kind.VIDEO),
)
_RIFF = {b"WEBP": Kind.PICTURE, b"AVI ": Kind.VIDEO, b"WAVE": Kind.VIDEO}
_ZIPPED = ((b"word/", Kind.WORD), (b"xl/", Kind.EXCEL), (b"ppt/", Kind.POWERPOINT))
_OPEN_DOCUMENTS = ((b"text", Kind.WORD), (b"spreadsheet", Kind.EXCEL), (b"presentation", Kind.POWERPOINT))
# Brands of ISO/IEC 23008-12 (HEIF with HEVC inside, and HEIF that does not say what is inside) and of AVIF.
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}
_QUICKTIME_ATOMS = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
_BMP_HEADER_SIZES = {12, 16, 40, 52, 56, 64, 108, 124}


def find_kind(data: bytes) -> Kind:
    """Return the kind of the bytes. TEXT is valid UTF-8 without binary control characters."""
    if not data:
        return Kind.EMPTY
    known = next((kind for start, kind in _STARTS if data.startswith(start)), None)
    return known or _find_container(data) or _find_by_words(data)


def _find_container(data: bytes) -> Kind | None:
    if data.startswith(b"RIFF"):
        return _RIFF.get(data[8:12])
    if data[4:8] == b"ftyp":
        return _find_brand(data)
    if data[4:8] in _QUICKTIME_ATOMS:
        return Kind.VIDEO
    if data.startswith(b"BM") and int.from_bytes(data[14:18], "little") in _BMP_HEADER_SIZES:
        return Kind.OTHER_PICTURE
    return _find_zipped(data) if data.startswith((b"PK\x03\x04", b"PK\x05\x06")) else None


def _find_brand(data: bytes) -> Kind:
    """Return the kind of an ISO media file, by the major and compatible brands in its first box."""
    size = min(int.from_bytes(data[:4]), HEAD)
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, size, 4))}
    if brands & _AVIF_BRANDS:
        return Kind.AVIF
    return Kind.HEIC if brands & _HEIC_BRANDS else Kind.VIDEO


def _find_zipped(data: bytes) -> Kind:
    head = data[:ARCHIVE_HEAD] + data[-ARCHIVE_HEAD:]
    if head[30:38] == b"mimetype":  # OpenDocument: the first file names the type
        return next((kind for word, kind in _OPEN_DOCUMENTS if word in head[38:120]), Kind.ARCHIVE)
    return next((kind for folder, kind in _ZIPPED if folder in head), Kind.ARCHIVE)


def _find_by_words(data: bytes) -> Kind:
    head = data[:HEAD]
    if b"%PDF-" in head:
        return Kind.PDF
    if head.startswith(b"%!PS"):
        return Kind.OTHER_PICTURE
    if b"<svg" in head.lower():
        return Kind.SVG
    text = head.decode("utf-8", "ignore")
    is_whole = len(text.encode()) >= len(head) - 3  # the last character may be cut
    return Kind.TEXT if is_whole and not any(sign < " " and sign not in "\t\r\n\f" for sign in text) else Kind.UNKNOWN
