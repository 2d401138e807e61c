"""An animation stays one: frames, how long they stay, how often they run; or it is refused with a sentence."""

import random
import time
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from community.files import pictures
from community.files.rules import (
    KEPT_ANIMATION_PIXELS,
    MAX_FRAMES,
    TOO_LONG_ANIMATION,
    TOO_MANY_PIXELS,
    FileRefusedError,
)
from tests.files import samples

FORMS = ("GIF", "WEBP", "PNG", "AVIF")
DURATIONS = [40, 250, 1_000]


def drawn(data: bytes) -> Image.Image:
    picture = pictures.read_picture(data)
    assert picture.media_type == "image/webp"
    image = Image.open(BytesIO(picture.data))
    assert image.size == (picture.width, picture.height)
    return image


def frames(image: Image.Image) -> list[tuple[object, int]]:
    """The colour in the middle of each, and how long it stays."""
    found = []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        image.load()
        found.append((image.convert("RGB").getpixel((image.width // 2, image.height // 2)), image.info["duration"]))
    return found


@pytest.mark.parametrize("form", FORMS)
def test_an_animation_stays_one(form: str) -> None:
    shown = frames(drawn(samples.animation(form, duration=DURATIONS)))
    assert [duration for _, duration in shown] == DURATIONS
    for (colour, _), expected in zip(shown, [(255, 0, 0), (0, 128, 0), (0, 0, 255)], strict=True):
        assert colour == pytest.approx(expected, abs=12)


@pytest.mark.parametrize("form", ["GIF", "PNG"])
def test_a_captured_screen_keeps_every_pixel_of_every_frame(form: str) -> None:
    shown = frames(drawn(samples.animation(form, duration=100)))
    assert [colour for colour, _ in shown] == [(255, 0, 0), (0, 128, 0), (0, 0, 255)]


@pytest.mark.parametrize(
    ("form", "options", "runs"),
    [
        ("GIF", {"loop": 0}, 0),
        ("GIF", {}, 1),
        ("GIF", {"loop": 2}, 3),  # of a GIF the count is of repetitions
        ("PNG", {"loop": 0}, 0),
        ("PNG", {"loop": 3}, 3),
        ("WEBP", {"loop": 0}, 0),
        ("WEBP", {"loop": 3}, 3),
    ],
)
def test_it_runs_as_often_as_before(form: str, options: dict[str, Any], runs: int) -> None:
    assert drawn(samples.animation(form, duration=100, **options)).info["loop"] == runs


def test_a_frame_without_time_stays_as_long_as_browsers_show_it() -> None:
    assert [duration for _, duration in frames(drawn(samples.animation("GIF", duration=[0, 10, 20])))] == [100, 100, 20]


def test_what_shows_through_goes_on_showing_through() -> None:
    clear = Image.new("RGBA", (16, 16), (0, 0, 0, 0))
    spot = clear.copy()
    spot.paste((255, 0, 0, 255), (4, 4, 12, 12))
    image = drawn(samples.encode(clear, "PNG", save_all=True, append_images=[spot], duration=100))
    image.seek(1)
    assert image.convert("RGBA").getpixel((0, 0))[3] == 0  # pyright: ignore[reportIndexIssue, reportOptionalSubscript]
    assert image.convert("RGBA").getpixel((8, 8)) == (255, 0, 0, 255)


def test_a_still_before_the_frames_is_none_of_them() -> None:
    """Of a PNG: what programs show that know no animations."""
    shown = frames(drawn(samples.animation("PNG", duration=100, default_image=True)))
    assert [colour for colour, _ in shown] == [(0, 128, 0), (0, 0, 255)]


def test_a_photograph_with_a_preview_is_no_animation() -> None:
    front, preview = Image.new("RGB", (40, 30), "red"), Image.new("RGB", (20, 15), "blue")
    image = drawn(samples.encode(front, "MPO", save_all=True, append_images=[preview]))
    assert (image.size, getattr(image, "n_frames", 1)) == ((40, 30), 1)


def test_a_long_capture_is_drawn_smaller_but_whole() -> None:
    size, count = (1_000, 700), 120
    image = drawn(samples.long_gif(count, size, different=3))
    assert getattr(image, "n_frames", 1) == count
    assert image.width * image.height * count == pytest.approx(KEPT_ANIMATION_PIXELS, rel=0.01)
    assert image.width / image.height == pytest.approx(size[0] / size[1], rel=0.01)


def test_nothing_of_its_maker_is_left() -> None:
    data = samples.animation("GIF", duration=100, comment=b"SECRETCOMMENT") + b"SECRETTAIL"
    assert b"SECRET" not in pictures.read_picture(data).data


@pytest.mark.parametrize(
    ("form", "count", "size"),
    [
        ("GIF", MAX_FRAMES + 1, (8, 8)),
        ("GIF", 10_000, (1, 1)),
        ("PNG", MAX_FRAMES + 1, (8, 8)),
        ("WEBP", MAX_FRAMES + 1, (8, 8)),
        ("GIF", 60, (2_000, 2_000)),
        ("GIF", 51, (2_000, 2_000)),
    ],
)
def test_beyond_the_limits_it_is_refused_with_a_sentence_and_soon(form: str, count: int, size: tuple[int, int]) -> None:
    data = samples.long_gif(count, size) if form == "GIF" else samples.animation(form, count, size, duration=40)
    began = time.process_time()
    with pytest.raises(FileRefusedError) as refusal:
        pictures.read_picture(data)
    assert refusal.value.message is TOO_LONG_ANIMATION
    assert time.process_time() - began < 5, "others wait for it"


def test_a_long_gif_has_all_its_frames() -> None:
    assert [stays for _, stays in frames(Image.open(BytesIO(samples.long_gif(5, (8, 8)))))] == [40] * 5


def test_frames_too_large_are_refused_before_any_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    data = bytearray(samples.animation("GIF"))
    data[6:10] = (65_535).to_bytes(2, "little") * 2
    monkeypatch.setattr(Image.Image, "load", lambda _: pytest.fail("decoded"))
    with pytest.raises(FileRefusedError) as refusal:
        pictures.read_picture(bytes(data))
    assert refusal.value.message is TOO_MANY_PIXELS


@pytest.mark.parametrize("form", FORMS)
def test_a_damaged_animation_is_an_animation_or_a_refusal(form: str) -> None:
    whole = samples.animation(form, duration=100)
    chance = random.Random(6)
    for _ in range(60):
        data = bytearray(whole)
        data[chance.randrange(len(data))] ^= chance.randrange(1, 256)
        try:
            picture = pictures.read_picture(bytes(data))
        except FileRefusedError:
            continue
        assert Image.open(BytesIO(picture.data)).size == (picture.width, picture.height)
