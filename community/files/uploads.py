"""Reads an uploaded file before it is stored: a picture is drawn anew, a document is looked at and kept as it is."""

from dataclasses import dataclass

from flask import current_app

from community.config import Config
from models.files import PICTURE

from .documents import MEDIA_TYPE, find_document_kind, refuse_too_large
from .names import make_harmless
from .pictures import read_picture
from .rules import FORM_BYTES, MAX_BYTES, MIB, TooManyBytesError, say_too_large
from .scanner import scan


@dataclass(frozen=True)
class Upload:
    """A file that may be stored. `kind`: PICTURE, or a document's; a picture has a size in pixels and no name."""

    data: bytes
    media_type: str
    kind: str = PICTURE
    name: str = ""
    width: int | None = None
    height: int | None = None


def read_upload(data: bytes, filename: str) -> Upload:
    """Return the file as it will be stored. Raises FileRefusedError. Call this outside of a transaction: it takes time.

    What is a document by its content is asked of the scanner; of pictures nothing survives but pixels.
    """
    kind = find_document_kind(data, filename)
    if kind is None:
        picture = read_picture(data)
        return Upload(picture.data, picture.media_type, width=picture.width, height=picture.height)
    refuse_too_large(data, _config().file_megabytes)
    scan(data, _config().file_scanner)
    return Upload(data, MEDIA_TYPE, kind, make_harmless(filename, kind))


def most_bytes() -> int:
    """Return the size in bytes up to which a file is read at all, whatever it is."""
    return max(MAX_BYTES, _config().file_megabytes * MIB)


def most_form_bytes() -> int:
    """Return the size in bytes of a form with one file."""
    return most_bytes() + FORM_BYTES


def refuse_large_form() -> TooManyBytesError:
    """Return what is said of a form that was too large to be read."""
    return TooManyBytesError(say_too_large(_config().file_megabytes))


def _config() -> Config:
    return current_app.config["TSUDOI"]
