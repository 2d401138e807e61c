"""From bytes somebody sent to a picture we drew ourselves. Knows no database and no disk."""

import threading
import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageCms, ImageOps

from .rules import (
    BROKEN_PICTURE,
    FORMATS,
    MAX_BYTES,
    MAX_PIXELS,
    MAX_SIDE,
    NOT_A_PICTURE,
    TOO_MANY_PIXELS,
    BadImage,
    TooManyBytes,
)

MEDIA_TYPE = "image/webp"
# Photographs: at 85 differences are not seen; at 2 the encoder takes half the time of its default.
PHOTOGRAPH = {"quality": 85, "method": 2}
# Screenshots: letters stay crisp without loss; 1 is ten times faster than 6 and a few per cent larger.
SCREENSHOT = {"lossless": True, "quality": 50, "method": 1}
# With more colours than this, or larger than this without loss, it is a photograph saved as PNG.
MAX_SCREENSHOT_COLOURS = 1 << 16
MAX_SCREENSHOT_BYTES = 2 * 1024 * 1024
PHOTOGRAPHIC_FORMATS = {"JPEG", "MPO"}
# Colour profiles of cameras and presses have up to 2 MB; what is larger is no profile.
MAX_PROFILE_BYTES = 4 * 1024 * 1024
SIXTEEN_BITS_TO_EIGHT = 1 / 256

# Pillow's own guard behind ours: it looks at frames and tiles that the header does not tell of.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)

# 40 megapixels take some hundred megabytes while they are drawn: one picture at a time in each process.
_easel = threading.Lock()


@dataclass(frozen=True)
class Picture:
    """A picture of ours: no metadata, upright, at most MAX_SIDE wide and high."""

    data: bytes
    media_type: str
    width: int
    height: int


def read_picture(data: bytes) -> Picture:
    """Draw the (first) picture in these bytes anew. Nothing but its pixels survives. Raises BadImage."""
    if len(data) > MAX_BYTES:
        raise TooManyBytes
    with _easel:
        try:
            _verify(data)
            return _draw(data)
        except BadImage:
            raise
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise BadImage(TOO_MANY_PIXELS) from error
        except Exception as error:  # a hostile file makes Pillow raise anything, from SyntaxError to IndexError
            raise BadImage(BROKEN_PICTURE) from error


def _open(data: bytes) -> Image.Image:
    try:
        image = Image.open(BytesIO(data), formats=FORMATS)
    except Image.UnidentifiedImageError as error:
        raise BadImage(NOT_A_PICTURE) from error
    if image.width * image.height > MAX_PIXELS:
        raise BadImage(TOO_MANY_PIXELS)
    return image


def _verify(data: bytes) -> None:
    """Check sums and structure, where the format has them. The image cannot be used afterwards."""
    with _open(data) as image:
        image.verify()


def _draw(data: bytes) -> Picture:
    with _open(data) as source:
        photograph = source.format in PHOTOGRAPHIC_FORMATS
        source.draft(None, (MAX_SIDE, MAX_SIDE))  # a JPEG can be decoded smaller
        source.load()
        upright = _turn(source)
        flat = _flatten(upright)
    flat.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    flat.info.clear()
    return Picture(_encode(flat, photograph=photograph), MEDIA_TYPE, flat.width, flat.height)


def _turn(image: Image.Image) -> Image.Image:
    """As the camera was held. Damaged EXIF data only costs the turn."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # noqa: BLE001  as above: anything
        return image


def _flatten(image: Image.Image) -> Image.Image:
    """RGB, or RGBA where something shows through; in the colours of the web."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * SIXTEEN_BITS_TO_EIGHT).convert("L").convert("RGB")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    profile = image.info.get("icc_profile")
    if profile and len(profile) <= MAX_PROFILE_BYTES and image.mode in {"RGB", "RGBA", "CMYK"}:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            turned = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
        except (ImageCms.PyCMSError, OSError, ValueError):
            turned = None
        if turned is not None:
            return turned
    return image.convert(mode)


def _encode(image: Image.Image, *, photograph: bool) -> bytes:
    if not photograph and image.getcolors(MAX_SCREENSHOT_COLOURS) is not None:
        data = _save(image, SCREENSHOT)
        if len(data) <= MAX_SCREENSHOT_BYTES:
            return data
    return _save(image, PHOTOGRAPH)


def _save(image: Image.Image, options: dict[str, int | bool]) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "WEBP", exif=b"", icc_profile=b"", xmp=b"", **options)
    return buffer.getvalue()
