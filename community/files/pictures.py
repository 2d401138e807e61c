"""Decodes uploaded bytes and encodes the picture anew. Knows no database and no disk."""

import threading
import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

from .animations import draw_animation, is_animation
from .flattening import flatten
from .rules import (
    BROKEN_PICTURE,
    FORMATS,
    MAX_BYTES,
    MAX_LONG_SIDE,
    MAX_PIXELS,
    MAX_SHORT_SIDE,
    TOO_LONG,
    TOO_MANY_PIXELS,
    FileRefusedError,
    TooManyBytesError,
    why_not_a_picture,
)

WEBP = "WEBP"
MEDIA_TYPES = {WEBP: "image/webp", "PNG": "image/png", "JPEG": "image/jpeg"}
# A WebP's sides are at most this long (RFC 9649: 14 bits); longer pictures become PNG or JPEG, so that letters stay
# readable.
WEBP_MAX_SIDE = 16_383
# Photographs: at 85 no difference is visible; method 2 takes half the time of the default.
PHOTOGRAPH = {"quality": 85, "method": 2}
# Screenshots: without loss letters stay crisp; method 1 is ten times faster than 6 and a few per cent larger.
SCREENSHOT = {"lossless": True, "quality": 50, "method": 1}
# With more colours than this, or larger than this without loss, the picture is a photograph saved as PNG.
MAX_SCREENSHOT_COLOURS = 1 << 16
MAX_SCREENSHOT_BYTES = 2 * 1024 * 1024
# MAX_SCREENSHOT_BYTES is for the pixels of one wide screen; a capture of several screens may have several times as
# many.
SCREENSHOT_PIXELS = 2_560 * 1_440
# A large picture with more bytes per pixel than this is not of letters; encoding it without loss would take many
# seconds for nothing.
DENSE_BYTES_A_PIXEL = 0.5
PHOTOGRAPHIC_FORMATS = {"JPEG", "MPO"}

# Pillow's own guard in addition: it checks frames and tiles that the header does not mention.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)

# 40 megapixels take some hundred megabytes while they are encoded: one picture at a time in each process.
_easel = threading.Lock()


@dataclass(frozen=True)
class Picture:
    """A re-encoded picture or animation: no metadata, upright, its shorter side at most MAX_SHORT_SIDE."""

    data: bytes
    media_type: str
    width: int
    height: int


def read_picture(data: bytes) -> Picture:
    """Return the picture or animation re-encoded; nothing but its pixels survives.

    Raises FileRefusedError, also TooManyBytesError.
    """
    if len(data) > MAX_BYTES:
        raise TooManyBytesError
    with _easel:
        try:
            _verify(data)
            return _draw(data)
        except FileRefusedError:
            raise
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise FileRefusedError(TOO_MANY_PIXELS) from error
        except Exception as error:  # a hostile file makes Pillow raise anything, from SyntaxError to IndexError
            raise FileRefusedError(BROKEN_PICTURE) from error


def _open(data: bytes) -> Image.Image:
    try:
        image = Image.open(BytesIO(data), formats=FORMATS)
    except Image.UnidentifiedImageError as error:
        raise FileRefusedError(why_not_a_picture(data)) from error
    if image.width * image.height > MAX_PIXELS:
        raise FileRefusedError(TOO_MANY_PIXELS)
    if max(image.size) > MAX_LONG_SIDE:
        raise FileRefusedError(TOO_LONG)
    return image


def _verify(data: bytes) -> None:
    """Check checksums and structure, if the format has them. Raises what Pillow raises."""
    with _open(data) as image:
        image.verify()


def _draw(data: bytes) -> Picture:
    with _open(data) as source:
        if is_animation(source):
            drawn, size = draw_animation(source)
            return Picture(drawn, MEDIA_TYPES[WEBP], *size)
        photograph = source.format in PHOTOGRAPHIC_FORMATS
        dense = len(data) / (source.width * source.height) > DENSE_BYTES_A_PIXEL
        source.draft(None, _fit(source.size))  # a JPEG can be decoded smaller
        source.load()
        flat = flatten(_turn(source))
    size = _fit(flat.size)
    if size != flat.size:
        flat = flat.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    flat.info.clear()
    if max(size) > WEBP_MAX_SIDE:
        return _encode_long(flat, photograph=photograph)
    return Picture(_encode(flat, photograph=photograph, dense=dense), MEDIA_TYPES[WEBP], *size)


def _fit(size: tuple[int, int]) -> tuple[int, int]:
    """Return the size scaled down until the shorter side has at most MAX_SHORT_SIDE."""
    scale = min(1.0, MAX_SHORT_SIDE / min(size))
    return max(round(size[0] * scale), 1), max(round(size[1] * scale), 1)


def _turn(image: Image.Image) -> Image.Image:
    """Return the image upright, by its EXIF data; unchanged if these are damaged."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # noqa: BLE001  as above: anything
        return image


def _encode(image: Image.Image, *, photograph: bool, dense: bool) -> bytes:
    screens = max(image.width * image.height / SCREENSHOT_PIXELS, 1)
    hopeless = photograph or (dense and screens > 1)
    if not hopeless and image.getcolors(MAX_SCREENSHOT_COLOURS) is not None:
        data = _save(image, WEBP, SCREENSHOT)
        if len(data) <= MAX_SCREENSHOT_BYTES * screens:
            return data
    return _save(image, WEBP, PHOTOGRAPH)


def _encode_long(image: Image.Image, *, photograph: bool) -> Picture:
    """Return a picture that is too long for WebP, as JPEG or PNG."""
    form, options = ("JPEG", {"quality": 85}) if photograph else ("PNG", {"compress_level": 6})
    return Picture(_save(image, form, options), MEDIA_TYPES[form], *image.size)


def _save(image: Image.Image, form: str, options: dict[str, int | bool]) -> bytes:
    buffer = BytesIO()
    image.save(buffer, form, exif=b"", icc_profile=b"", xmp=b"", **options)
    return buffer.getvalue()
