"""Names of uploaded files, made harmless for pages, Markdown, headers, and the disks on which they are saved."""

import re
import unicodedata
from urllib.parse import quote

from community.graphemes import cut

from .documents import EXTENSIONS

# In bytes of UTF-8, less than the 255 that file systems take: browsers add " (1)" where a name is taken.
MAX_NAME_BYTES = 240
NAMELESS = "file"
# Windows refuses these characters; some of them mean something to shells and headers.
_FORBIDDEN = re.compile(r'[<>:"|?*%`$;\\/]')
_SPACES = re.compile(r"\s+")
# Devices of Windows, whatever extension follows.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$?|conout\$?|clock\$?|(?:com|lpt)[0-9¹²³])\s*(?:\..*)?", re.IGNORECASE)
_NOT_IN_LINK = re.compile(r"[\[\]()<>!`\\*|@＠]|~{2,}|(?<![^\W_])_+|_+(?![^\W_])")
_PLAIN = re.compile(r"[A-Za-z0-9._ -]+")


def make_harmless(filename: str, kind: str) -> str:
    """Return the name under which a document is kept and given out; it ends as its kind does.

    Without folders, controls, marks of direction and what Windows refuses; devices' names get a line before them. What
    ends otherwise gets the kind's extension: "page.html" becomes "page.html.txt".
    """
    name = filename.replace("\\", "/").rstrip("/").rpartition("/")[2]
    name = "".join(sign for sign in unicodedata.normalize("NFC", name) if _is_kept(sign))
    name = _SPACES.sub(" ", _FORBIDDEN.sub("_", name)).strip(" .").lstrip("- .")
    stem, _, extension = name.rpartition(".")
    known = EXTENSIONS[kind]
    if not stem or extension.lower() not in known:
        stem, extension = name, known[0]
    if _DEVICE.fullmatch(stem):
        stem = f"_{stem}"
    return f"{_shorten(stem, MAX_NAME_BYTES - len(extension) - 1) or NAMELESS}.{extension}"


def _is_kept(sign: str) -> bool:
    """Return whether the sign is visible or a space; controls, marks of direction and private signs are not kept."""
    return sign.isspace() or unicodedata.category(sign)[0] != "C"


def _shorten(stem: str, most: int) -> str:
    """Return as many whole characters of the stem as have no more than `most` bytes."""
    stem = cut(stem, most)
    while len(stem.encode()) > most:
        stem = cut(stem, len(stem) - 1)
    return stem.strip(" .")


def to_link_text(name: str) -> str:
    """Return the name as the words of a link in Markdown, without signs that Markdown reads."""
    return _SPACES.sub(" ", _NOT_IN_LINK.sub(" ", name)).strip()


def to_disposition(name: str) -> str:
    """Return a `Content-Disposition` (RFC 6266) with which the file is saved, under this name."""
    plain = name if _PLAIN.fullmatch(name) else f"{NAMELESS}.{name.rpartition('.')[2]}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def number_twins(names: list[str]) -> list[str]:
    """Return the names in their order, those that stood before with a number: "見積 (2).xlsx"."""
    taken: set[str] = set()
    numbered: list[str] = []
    for name in names:
        stem, _, extension = name.rpartition(".")
        number, chosen = 1, name
        while chosen.casefold() in taken:
            number += 1
            chosen = f"{stem} ({number}).{extension}"
        taken.add(chosen.casefold())
        numbered.append(chosen)
    return numbered
