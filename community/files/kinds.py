"""What a file is, by its content. Its name and the browser's media type are ignored: both are often wrong."""

import re
from enum import StrEnum, auto

from .containers import list_ole_names, read_content_types


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
    OLD_WORD = auto()  # .doc
    OLD_EXCEL = auto()  # .xls
    OLD_POWERPOINT = auto()  # .ppt
    LOCKED_OFFICE = auto()  # .docx, .xlsx, .pptx behind a password
    OLD_OFFICE = auto()  # the same container, with something else in it: mails of Outlook, installers
    ZIP = auto()
    ARCHIVE = auto()  # RAR, 7z, gzip
    EXECUTABLE = auto()  # programs, and links of Windows that start one
    VIDEO = auto()  # and sound
    TEXT = auto()
    UNKNOWN = auto()


# Bytes in which a PDF's or an SVG's signature is looked for; something may precede it (ISO 32000, annex H; an XML
# declaration, comments).
HEAD = 1024

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
    (b"Rar!\x1a\x07", Kind.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Kind.ARCHIVE),
    (b"\x1f\x8b", Kind.ARCHIVE),
    (b"\x1aE\xdf\xa3", Kind.VIDEO),
    (b"ID3\x02", Kind.VIDEO),
    (b"ID3\x03", Kind.VIDEO),
    (b"ID3\x04", Kind.VIDEO),
    (b"OggS\x00", Kind.VIDEO),
    (b"\x00\x00\x01\xba", Kind.VIDEO),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Kind.VIDEO),
    (b"\x7fELF", Kind.EXECUTABLE),
    (b"\xfe\xed\xfa\xce", Kind.EXECUTABLE),
    (b"\xfe\xed\xfa\xcf", Kind.EXECUTABLE),
    (b"\xce\xfa\xed\xfe", Kind.EXECUTABLE),
    (b"\xcf\xfa\xed\xfe", Kind.EXECUTABLE),
    (b"\xca\xfe\xba\xbe", Kind.EXECUTABLE),
    (b"L\x00\x00\x00\x01\x14\x02\x00", Kind.EXECUTABLE),
)
_RIFF = {b"WEBP": Kind.PICTURE, b"AVI ": Kind.VIDEO, b"WAVE": Kind.VIDEO}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What stands in the root of an OLE file (MS-OFFCRYPTO, MS-DOC, MS-XLS, MS-PPT). A locked document may hold others.
_OLE_NAMES = (
    ("EncryptedPackage", Kind.LOCKED_OFFICE),
    ("WordDocument", Kind.OLD_WORD),
    ("Workbook", Kind.OLD_EXCEL),
    ("Book", Kind.OLD_EXCEL),
    ("PowerPoint Document", Kind.OLD_POWERPOINT),
)
# The content type of an Office document's main part; types of what is embedded in it have no "main".
_MAIN_TYPE = re.compile(
    rb"(?:\.(wordprocessing|spreadsheet|presentation)ml\.|\.ms-(word|excel|powerpoint)\.)[\w.]*\bmain\b"
)
_OFFICE = {
    **dict.fromkeys((b"wordprocessing", b"word"), Kind.WORD),
    **dict.fromkeys((b"spreadsheet", b"excel"), Kind.EXCEL),
    **dict.fromkeys((b"presentation", b"powerpoint"), Kind.POWERPOINT),
}
# An SVG begins with its element, behind a declaration and comments only: texts and pages may have one in them. Without
# going back, since each comment could end at any later end of one.
_SVG = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>]*>)*+<svg[\s>/]", re.DOTALL | re.IGNORECASE
)
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
    if data.startswith(_OLE):
        names = list_ole_names(data)
        return next((kind for name, kind in _OLE_NAMES if name in names), Kind.OLD_OFFICE)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _find_zipped(data)
    if data.startswith(b"BM") and int.from_bytes(data[14:18], "little") in _BMP_HEADER_SIZES:
        return Kind.OTHER_PICTURE
    if data.startswith(b"MZ") and b"\x00" in data[:HEAD]:
        return Kind.EXECUTABLE
    return _find_media(data) if data[:1] < b" " else None  # a box's size; "The free …" is a text


def _find_media(data: bytes) -> Kind | None:
    if data[4:8] == b"ftyp":
        return _find_brand(data)
    return Kind.VIDEO if data[4:8] in _QUICKTIME_ATOMS else None


def _find_brand(data: bytes) -> Kind:
    """Return the kind of an ISO media file, by the major and compatible brands in its first box."""
    size = min(int.from_bytes(data[:4]), HEAD)
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, size, 4))}
    if brands & _AVIF_BRANDS:
        return Kind.AVIF
    return Kind.HEIC if brands & _HEIC_BRANDS else Kind.VIDEO


def _find_zipped(data: bytes) -> Kind:
    if data[30:38] == b"mimetype":  # OpenDocument: the first file names the type
        return next((kind for word, kind in _OPEN_DOCUMENTS if word in data[38:120]), Kind.ZIP)
    main = _MAIN_TYPE.search(read_content_types(data))
    return _OFFICE[main[1] or main[2]] if main else Kind.ZIP


def _find_by_words(data: bytes) -> Kind:
    head = data[:HEAD]
    if b"%PDF-" in head:
        return Kind.PDF
    if head.startswith(b"%!PS"):
        return Kind.OTHER_PICTURE
    if _SVG.match(head):
        return Kind.SVG
    text = head.decode("utf-8", "ignore")
    is_whole = len(text.encode()) >= len(head) - 3  # the last character may be cut
    return Kind.TEXT if is_whole and not any(sign < " " and sign not in "\t\r\n\f" for sign in text) else Kind.UNKNOWN
