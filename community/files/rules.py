"""What may be uploaded, how large it is kept, and what its name looks like."""

import re
from datetime import timedelta

from flask_babel import lazy_gettext as _

from community.graphemes import cut

# A phone's photograph has 3-8 MB (stack.md asks for limits in bytes and pixels; the figures are ours).
MAX_BYTES = 10 * 1024 * 1024
# Checked in the header, before anything is decoded: 40 megapixels decode to 160 MB.
MAX_PIXELS = 40_000_000
# A kept picture fills a wide screen at double density.
MAX_SIDE = 2_560
# By signature, never by name or by what the browser says. SVG is no picture but a program.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
# A file is written before its row is committed; one that has no row after this long will never have one.
ORPHAN_AGE = timedelta(hours=1)
MAX_ALT_CHARACTERS = 80

_KEY = re.compile("[0-9a-f]{32}")
_NOT_IN_ALT = re.compile(r"[\[\]()<>!`\\*_|\x00-\x1f\x7f]+")


class BadImage(ValueError):  # noqa: N818  the name the house agreed on
    """An upload that is not kept; its text tells the uploader why and what to do."""

    def __init__(self, message: object) -> None:
        """`message`: a lazily translated sentence."""
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        """In the language of whoever reads it now."""
        return str(self.message)


class TooManyBytes(BadImage):
    """Larger than MAX_BYTES, so nothing of it was read."""

    def __init__(self) -> None:
        super().__init__(_("画像は10MBまでです。小さくしてからもう一度選んでください。"))


TOO_MANY_PIXELS = _("画像が大きすぎます（4,000万画素まで）。小さくしてからもう一度選んでください。")
NOT_A_PICTURE = _("画像として読み取れませんでした。JPEG・PNG・WebP・GIFの画像を選んでください。")
BROKEN_PICTURE = _("画像が壊れているか、途中で切れています。元の画像を開けるか確かめて、もう一度選んでください。")
NO_PICTURE = _("画像が選ばれていません。")
TOO_MANY_UPLOADS = _("画像が続けて送られました。1分ほど待ってから、もう一度選んでください。")


def is_key(text: str) -> bool:
    """Whether this can be a picture's name; nothing else ever becomes part of a path."""
    return _KEY.fullmatch(text) is not None


def alt_from(filename: str) -> str:
    """A first text for those who cannot see the picture: its file's name, as Markdown can bear it."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    stem = name.rpartition(".")[0] or name
    return cut(_NOT_IN_ALT.sub(" ", stem).strip(), MAX_ALT_CHARACTERS).strip()
