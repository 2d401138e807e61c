"""Pictures to send: honest ones, broken ones, hostile ones."""

import struct
import zlib
from io import BytesIO

from PIL import Image, ImageCms, PngImagePlugin

from community.files import uploads
from tests.files import documents


def picture(form: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: object) -> bytes:
    """A plain picture; its left half is red, so that turning it shows."""
    colours: dict[str, tuple[object, object]] = {
        "RGB": ((200, 200, 200), (200, 0, 0)),
        "RGBA": ((0, 0, 0, 0), (200, 0, 0, 255)),
        "L": (200, 90),
        "CMYK": ((0, 0, 0, 60), (0, 255, 255, 60)),
    }
    ground, left = colours[mode]
    image = Image.new(mode, size, ground)  # pyright: ignore[reportArgumentType]  a colour of that mode
    image.paste(left, (0, 0, size[0] // 2, size[1]))  # pyright: ignore[reportArgumentType]
    return encode(image, form, **options)


def upload(**options: object) -> uploads.Upload:
    """A plain picture, read."""
    return uploads.read_upload(picture(**options), "画面.png")  # pyright: ignore[reportArgumentType]  as above


def encode(image: Image.Image, form: str, **options: object) -> bytes:
    buffer = BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def located_photograph() -> bytes:
    """A JPEG held sideways, with GPS, a camera's name, a comment and a colour profile."""
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: turn clockwise
    exif[0x010F] = "SECRETCAM"
    exif.get_ifd(0x8825).update({1: "N", 2: (35.0, 41.0, 22.0), 3: "E", 4: (139.0, 41.0, 30.0)})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return picture("JPEG", exif=exif.tobytes(), icc_profile=profile, comment=b"SECRETCOMMENT", quality=95)


def animation(form: str = "GIF", frames: int = 3, size: tuple[int, int] = (16, 16), **options: object) -> bytes:
    """Red, green, blue and again."""
    colours = [("red", "green", "blue")[number % 3] for number in range(frames)]
    drawn = [Image.new("RGB", size, colour) for colour in colours]
    return encode(drawn[0], form, save_all=True, append_images=drawn[1:], **options)


def long_gif(frames: int, size: tuple[int, int], different: int = 1) -> bytes:
    """The same frames again and again, encoded once: to encode all of them takes longer than anything done to them."""
    some = animation("GIF", different, size, duration=40)
    begin = some.index(b"\x21\xf9\x04")  # where the first frame says how long it stays
    return some[:begin] + some[begin:-1] * (frames // different) + some[-1:]


def png_claiming(width: int, height: int) -> bytes:
    """A few bytes that say they are huge: header right, sums right, pixels missing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(b"")) + _chunk(b"IEND", b"")


def png_bomb() -> bytes:
    """Within the limit of pixels by its header, without end in its text: 64 MB of it in a few bytes."""
    text = PngImagePlugin.PngInfo()
    text.add_text("bomb", "0" * (64 * 1024 * 1024), zip=True)
    return encode(Image.new("RGB", (8, 8)), "PNG", pnginfo=text)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _media(*brands: bytes) -> bytes:
    """The first box of an ISO media file: its main brand, and those that it can be read as."""
    box = b"ftyp" + brands[0] + bytes(4) + b"".join(brands[1:])
    return (len(box) + 4).to_bytes(4) + box + (8).to_bytes(4) + b"meta"


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
GIF_SCRIPT = b"GIF89a/*" + b"A" * 40 + b"*/=1;alert(1);//"

NOT_PICTURES = {
    "nothing": b"",
    "text": "これは画像ではありません".encode(),
    "svg": SVG,
    "html": HTML,
    "pdf": b"%PDF-1.7\n" + picture(),
    "a page before a picture": HTML + picture(),
    "tiff": encode(Image.new("RGB", (4, 4)), "TIFF"),
    "bmp": encode(Image.new("RGB", (4, 4)), "BMP"),
    "svg behind its declaration": b'<?xml version="1.0"?>\n<!-- drawn -->\n' + SVG,
    "photoshop": b"8BPS\x00\x01" + bytes(40),
    "heic": _media(b"heic", b"mif1", b"heic"),
    "heif of another brand": _media(b"mif1", b"mif1", b"heix", b"miaf"),
    "word": documents.WORD,
    "excel": documents.EXCEL,
    "powerpoint": documents.POWERPOINT,
    "open document": documents.opendocument("spreadsheet"),
    "old office": documents.ole("Workbook"),
    "locked office": documents.ole("EncryptionInfo", "EncryptedPackage"),
    "mail of Outlook": documents.ole("__properties_version1.0"),
    "zip": documents.ZIP,
    "empty zip": documents.zipped({}),
    "rar": b"Rar!\x1a\x07\x01\x00" + bytes(40),
    "program": b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200),
    "mp4": _media(b"isom", b"isom", b"iso2", b"mp41"),
    "mov": _media(b"qt  ", b"qt  "),
    "old mov": (16).to_bytes(4) + b"moov" + bytes(40),
    "webm": b"\x1aE\xdf\xa3" + bytes(40),
    "avi": b"RIFF" + (40).to_bytes(4, "little") + b"AVI LIST" + bytes(40),
    "noise": bytes(range(256)) * 4,
}
BROKEN = {
    "png cut": picture("PNG", (300, 300))[:-200],
    "jpeg cut": picture("JPEG", (300, 300))[:-400],
    "webp cut": picture("WEBP", (300, 300))[:-30],
    "gif cut": animation()[:40],
    "animation cut": animation("PNG", 3, (300, 300))[:-200],
    "avif cut": picture("AVIF", (300, 300))[:-100],
    "png with a wrong sum": picture("PNG").replace(b"IDAT", b"IDAT\x00", 1),
    "a script that begins like a gif": GIF_SCRIPT,
    "only a signature": b"\x89PNG\r\n\x1a\n",
    "jpeg header and noise": b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8,
    "text bomb": png_bomb(),
}
