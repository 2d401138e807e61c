"""What is drawn anew, and what is refused with which words."""

import re
from io import BytesIO

import pytest
from flask import Flask
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from community.files import pictures
from community.files.kinds import Kind, find_kind
from community.files.rules import (
    BROKEN_PICTURE,
    MAX_BYTES,
    MAX_LONG_SIDE,
    MAX_SHORT_SIDE,
    NOT_A_PICTURE,
    TOO_LONG,
    TOO_MANY_PIXELS,
    WRONG_KINDS,
    FileRefusedError,
    TooManyBytesError,
    alt_from,
)
from tests.files import samples


def opened(picture: pictures.Picture) -> Image.Image:
    return Image.open(BytesIO(picture.data))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "AVIF"])
def test_each_format_comes_back_as_webp_of_the_same_size(form: str) -> None:
    picture = pictures.read_picture(samples.picture(form))
    image = opened(picture)
    assert (image.format, image.size) == ("WEBP", (40, 30))
    assert (picture.media_type, picture.width, picture.height) == ("image/webp", 40, 30)


def test_a_photograph_stands_upright_and_tells_nothing_of_its_maker() -> None:
    picture = pictures.read_picture(samples.located_photograph())
    image = opened(picture)
    assert image.size == (30, 40)
    upper, lower = (image.convert("RGB").getpixel(point) for point in ((15, 5), (15, 35)))
    assert upper == pytest.approx((200, 0, 0), abs=20), "what was left is above"
    assert lower == pytest.approx((200, 200, 200), abs=20)
    assert dict(image.getexif()) == {}
    assert {"exif", "icc_profile", "xmp", "comment"} & set(image.info) == set()
    assert b"SECRET" not in picture.data


def test_a_photograph_with_damaged_exif_is_kept_as_it_lies() -> None:
    picture = pictures.read_picture(samples.picture("JPEG", exif=b"Exif\x00\x00" + b"\xff" * 30))
    assert (picture.width, picture.height) == (40, 30)


def test_what_shows_through_goes_on_showing_through() -> None:
    image = opened(pictures.read_picture(samples.picture("PNG", mode="RGBA")))
    assert image.mode == "RGBA"
    assert image.getpixel((35, 5))[3] == 0  # pyright: ignore[reportIndexIssue, reportOptionalSubscript]


def test_a_palette_with_a_transparent_colour_keeps_it() -> None:
    flat = Image.new("RGB", (10, 10), "white").quantize(4)
    image = opened(pictures.read_picture(samples.encode(flat, "PNG", transparency=flat.getpixel((5, 5)))))
    assert image.convert("RGBA").getpixel((5, 5))[3] == 0  # pyright: ignore[reportIndexIssue, reportOptionalSubscript]


def test_a_screenshot_keeps_every_pixel() -> None:
    data = samples.picture("PNG", (200, 100))
    assert opened(pictures.read_picture(data)).tobytes() == Image.open(BytesIO(data)).tobytes()


def test_sixteen_bit_grey_keeps_its_tones() -> None:
    grey = Image.new("I;16", (4, 4), 0x8000)
    image = opened(pictures.read_picture(samples.encode(grey, "PNG")))
    assert image.convert("L").getpixel((1, 1)) == pytest.approx(128, abs=2)


def test_print_colours_become_the_web_s() -> None:
    assert opened(pictures.read_picture(samples.picture("JPEG", mode="CMYK"))).mode == "RGB"


def test_a_photograph_is_made_smaller() -> None:
    picture = pictures.read_picture(samples.picture("JPEG", (4_000, 3_000)))
    assert (picture.width, picture.height) == (2_560, MAX_SHORT_SIDE)


@pytest.mark.parametrize(
    ("size", "kind"),
    [
        ((400, 12_000), "WEBP"),
        ((12_000, 400), "WEBP"),
        ((300, 16_383), "WEBP"),
        ((300, 16_384), "PNG"),
        ((1_080, 20_000), "PNG"),
        ((20_000, 300), "PNG"),
        ((2, 40_000), "PNG"),
        ((100, MAX_LONG_SIDE), "PNG"),
        ((MAX_SHORT_SIDE, 16_383), "WEBP"),
    ],
)
def test_a_capture_of_a_whole_page_keeps_every_pixel(size: tuple[int, int], kind: str) -> None:
    data = samples.picture("PNG", size)
    picture = pictures.read_picture(data)
    assert (picture.width, picture.height) == size
    assert (opened(picture).format, picture.media_type) == (kind, f"image/{kind.lower()}")
    assert opened(picture).tobytes() == Image.open(BytesIO(data)).tobytes()


def test_a_long_photograph_tells_nothing_of_its_maker_either() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAM"
    picture = pictures.read_picture(samples.picture("JPEG", (300, 20_000), exif=exif.tobytes(), comment=b"SECRET"))
    assert (picture.media_type, picture.width, picture.height) == ("image/jpeg", 300, 20_000)
    assert b"SECRET" not in picture.data


def test_of_a_long_png_no_words_are_left() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "SECRET")
    picture = pictures.read_picture(samples.picture("PNG", (100, 17_000), pnginfo=words))
    assert b"SECRET" not in picture.data


def test_a_wide_capture_is_made_smaller_by_its_short_side_only() -> None:
    picture = pictures.read_picture(samples.picture("PNG", (2_000, 12_000)))
    assert (picture.width, picture.height) == (MAX_SHORT_SIDE, 11_520)


def test_longer_than_any_capture_is_refused_with_a_sentence() -> None:
    with pytest.raises(FileRefusedError) as refusal:
        pictures.read_picture(samples.png_claiming(100, MAX_LONG_SIDE + 1))
    assert refusal.value.message is TOO_LONG


def test_a_photograph_saved_as_png_is_kept_as_a_photograph() -> None:
    noise = Image.effect_noise((600, 600), 90)
    colours = Image.merge("RGB", [noise, noise.rotate(90), noise.rotate(180)])
    data = samples.encode(colours, "PNG")
    assert len(pictures.read_picture(data).data) < len(data) / 2


WRONG_KINDS_OF = {
    "nothing": Kind.EMPTY,
    "text": Kind.TEXT,
    "svg": Kind.SVG,
    "svg behind its declaration": Kind.SVG,
    "html": Kind.TEXT,
    "pdf": Kind.PDF,
    "a page before a picture": Kind.UNKNOWN,
    "tiff": Kind.OTHER_PICTURE,
    "bmp": Kind.OTHER_PICTURE,
    "photoshop": Kind.OTHER_PICTURE,
    "heic": Kind.HEIC,
    "heif of another brand": Kind.HEIC,
    "word": Kind.WORD,
    "excel": Kind.EXCEL,
    "powerpoint": Kind.POWERPOINT,
    "open document": Kind.EXCEL,
    "old office": Kind.OLD_EXCEL,
    "locked office": Kind.LOCKED_OFFICE,
    "mail of Outlook": Kind.OLD_OFFICE,
    "zip": Kind.ZIP,
    "empty zip": Kind.ZIP,
    "rar": Kind.ARCHIVE,
    "program": Kind.EXECUTABLE,
    "mp4": Kind.VIDEO,
    "mov": Kind.VIDEO,
    "old mov": Kind.VIDEO,
    "webm": Kind.VIDEO,
    "avi": Kind.VIDEO,
    "noise": Kind.UNKNOWN,
}


@pytest.mark.parametrize("name", samples.NOT_PICTURES)
def test_a_wrong_file_says_why(name: str) -> None:
    with pytest.raises(FileRefusedError) as refusal:
        pictures.read_picture(samples.NOT_PICTURES[name])
    assert refusal.value.message is WRONG_KINDS.get(WRONG_KINDS_OF[name], NOT_A_PICTURE)
    assert find_kind(samples.NOT_PICTURES[name]) == WRONG_KINDS_OF[name]


@pytest.mark.parametrize("database", ["sqlite"])
def test_each_sentence_names_the_kind_and_what_to_choose_instead(app: Flask) -> None:
    named = {
        Kind.HEIC: "HEIC", Kind.SVG: "SVG", Kind.OTHER_PICTURE: "TIFF", Kind.OLD_OFFICE: "Outlook",
        Kind.ARCHIVE: "ZIP", Kind.EXECUTABLE: "プログラム", Kind.TEXT: "文章", Kind.VIDEO: "動画", Kind.EMPTY: "空",
    }  # fmt: skip
    assert named.keys() == WRONG_KINDS.keys()
    with app.test_request_context():
        for kind, word in named.items():
            assert word in str(WRONG_KINDS[kind])
            assert re.search("選んでください|貼り付けられます|撮れます", str(WRONG_KINDS[kind]))


@pytest.mark.parametrize("name", samples.BROKEN)
def test_a_broken_picture_is_refused(name: str) -> None:
    with pytest.raises(FileRefusedError) as refusal:
        pictures.read_picture(samples.BROKEN[name])
    assert refusal.value.message in (BROKEN_PICTURE, NOT_A_PICTURE)


@pytest.mark.parametrize("size", [(40_000, 1_001), (100_000, 100_000), (2**31 - 1, 2**31 - 1)])
def test_too_many_pixels_are_refused_before_any_is_decoded(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image.Image, "load", lambda _: pytest.fail("decoded"))
    with pytest.raises(FileRefusedError) as refusal:
        pictures.read_picture(samples.png_claiming(*size))
    assert refusal.value.message is TOO_MANY_PIXELS


def test_the_limit_of_pixels_itself_is_allowed() -> None:
    with pytest.raises(FileRefusedError) as refusal:  # its pixels are missing, which is found by decoding
        pictures.read_picture(samples.png_claiming(8_000, 5_000))
    assert refusal.value.message is BROKEN_PICTURE


def test_too_many_bytes_are_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("opened"))
    with pytest.raises(TooManyBytesError):
        pictures.read_picture(b"\x00" * (MAX_BYTES + 1))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
@pytest.mark.parametrize("payload", [samples.HTML, b"PK\x03\x04<?php evil(); ?>", b"=1;alert(1)//"])
def test_of_a_file_that_is_two_things_only_the_picture_is_left(form: str, payload: bytes) -> None:
    assert payload not in pictures.read_picture(samples.picture(form) + payload).data


@settings(max_examples=150)
@given(at=st.integers(0, 400), flip=st.integers(1, 255), form=st.sampled_from(["PNG", "JPEG", "GIF", "WEBP", "AVIF"]))
@example(at=25, flip=6, form="PNG")
@example(at=163, flip=64, form="JPEG")  # so high by now that no WebP can hold it
def test_any_damaged_byte_ends_in_a_picture_or_a_refusal(at: int, flip: int, form: str) -> None:
    data = bytearray(samples.picture(form))
    data[at % len(data)] ^= flip
    outcome = _outcome(bytes(data))
    refusals = (BROKEN_PICTURE, NOT_A_PICTURE, TOO_MANY_PIXELS, TOO_LONG, *WRONG_KINDS.values())
    assert outcome in (*pictures.MEDIA_TYPES, *refusals)


def _outcome(data: bytes) -> object:
    try:
        return opened(pictures.read_picture(data)).format
    except FileRefusedError as refusal:
        return refusal.message


@pytest.mark.parametrize(
    ("filename", "alt"),
    [
        ("請求書 一覧.png", "請求書 一覧"),
        ("C:\\Users\\me\\shot.png", "shot"),
        ("../../etc/passwd", "passwd"),
        ("](javascript:alert(1))![.png", "javascript:alert 1"),
        ("a" * 300 + ".png", "a" * 80),
        (".png", ".png"),
        ("noend", "noend"),
    ],
)
def test_the_first_alternative_text_is_the_file_s_name_without_markup(filename: str, alt: str) -> None:
    assert alt_from(filename) == alt
