"""Files that are no pictures: which kinds are taken, how they are called, and what is refused."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from .containers import has_zip_end
from .kinds import Kind, find_kind
from .rules import BROKEN_FILE, KIB, MIB, FileRefusedError, TooManyBytesError, say_too_large

# The type of all of them: browsers save what they cannot tell, and show nothing.
MEDIA_TYPE = "application/octet-stream"
# By kind, the extensions that a name may have; the first is added to a name that has none of them. Extensions for which
# systems start a program ("bat", "html", "js") are none.
EXTENSIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        Kind.PDF: ("pdf",),
        Kind.WORD: ("docx", "docm", "dotx", "dotm", "odt", "ott"),
        Kind.EXCEL: ("xlsx", "xlsm", "xltx", "xltm", "xlsb", "ods", "ots"),
        Kind.POWERPOINT: ("pptx", "pptm", "potx", "potm", "ppsx", "ppsm", "odp", "otp"),
        Kind.OLD_WORD: ("doc", "dot"),
        Kind.OLD_EXCEL: ("xls", "xlt"),
        Kind.OLD_POWERPOINT: ("ppt", "pps", "pot"),
        Kind.LOCKED_OFFICE: ("xlsx", "xlsm", "xlsb", "docx", "docm", "pptx", "pptm"),
        Kind.ZIP: ("zip",),
        Kind.TEXT: ("txt", "csv", "tsv", "log", "json", "xml", "yaml", "yml", "md", "ini", "conf", "sql", "har"),
    }
)
_LABELS = {
    Kind.WORD: "Word",
    Kind.OLD_WORD: "Word",
    Kind.EXCEL: "Excel",
    Kind.OLD_EXCEL: "Excel",
    Kind.POWERPOINT: "PowerPoint",
    Kind.OLD_POWERPOINT: "PowerPoint",
    Kind.LOCKED_OFFICE: "Office",
}
# Controls that texts have: tab, line ends, form feed, and what old programs and terminals leave (backspace, the end of
# a file in DOS, colours in logs).
_CONTROLS_OF_TEXTS = b"\t\n\r\f\x08\x1a\x1b"
_CONTROLS = bytes(set(range(0x20)) - set(_CONTROLS_OF_TEXTS)) + b"\x7f"
_PICTURE_NAME = re.compile(r"\.(?:png|jpe?g|webp|gif|avif|heic|heif|svg|tiff?|bmp)$", re.IGNORECASE)
_UTF_16 = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def find_document_kind(data: bytes, filename: str = "") -> Kind | None:
    """Return the kind of the document; None for what is a picture, or refused as one. Raises FileRefusedError.

    The name says one thing only: a text that is called a picture is meant as one, and refused.
    """
    kind = find_kind(data)
    if kind in {Kind.TEXT, Kind.UNKNOWN}:
        return Kind.TEXT if is_text(data) and not _PICTURE_NAME.search(filename) else None
    if kind not in EXTENSIONS:
        return None
    if kind == Kind.ZIP and not has_zip_end(data):
        raise FileRefusedError(BROKEN_FILE)
    return kind


def is_text(data: bytes) -> bool:
    """Return whether the bytes are text in whatever encoding: they have no controls but those of texts."""
    for mark, encoding in _UTF_16:
        if data.startswith(mark):
            try:
                data = data[len(mark) :].decode(encoding).encode()
            except UnicodeDecodeError:
                return False
    return len(data.translate(None, _CONTROLS)) == len(data)


def refuse_too_large(data: bytes, megabytes: int) -> None:
    """Raise TooManyBytesError if a document has more than this."""
    if len(data) > megabytes * MIB:
        raise TooManyBytesError(say_too_large(megabytes))


def describe(kind: str, name: str, size: int) -> str:
    """Return kind and size of a document as its readers see them, in any language: "Excel・120 KB"."""
    return f"{_LABELS.get(Kind(kind)) or name.rpartition('.')[2].upper()}・{_describe_size(size)}"


def _describe_size(size: int) -> str:
    """Return the size in KB or MB of 1,024, as systems show it; no file has 0 KB."""
    return f"{size / MIB:.1f} MB" if size >= MIB else f"{max(round(size / KIB), 1)} KB"
