"""Copies for a column: smaller where that saves something, with the same picture in them; else what is stored."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from community.files import pictures, renditions
from tests.files import samples

WIDTH = 1_280


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    renditions.read_small.cache_clear()


def stored(folder: Path, data: bytes) -> Path:
    path = folder / "stored"
    path.write_bytes(pictures.read_picture(data).data)
    return path


def noise(size: tuple[int, int]) -> bytes:
    """A photograph of a wall: nothing to save but by fewer pixels."""
    return samples.encode(Image.effect_noise(size, 60).convert("RGB"), "JPEG", quality=95)


def test_a_wide_picture_is_as_wide_as_the_column_and_far_smaller(tmp_path: Path) -> None:
    path = stored(tmp_path, noise((2_400, 1_600)))
    small = renditions.read_small(path, WIDTH)
    assert small is not None
    with Image.open(BytesIO(small)) as copy:
        assert (copy.format, copy.size) == ("WEBP", (WIDTH, 853))
    assert len(small) < path.stat().st_size / 2


def test_the_copy_shows_the_same(tmp_path: Path) -> None:
    halves = Image.new("RGB", (2_000, 500), "red")
    halves.paste("blue", (1_000, 0, 2_000, 500))
    halves = Image.blend(halves, Image.effect_noise(halves.size, 60).convert("RGB"), 0.3)
    small = renditions.read_small(stored(tmp_path, samples.encode(halves, "JPEG")), 200)
    assert small is not None
    with Image.open(BytesIO(small)) as copy:
        assert copy.size == (200, 50)
        left, right = (copy.convert("RGB").getpixel((x, 25)) for x in (50, 150))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[0] > 150 > left[2]
    assert right[2] > 150 > right[0]


@pytest.mark.parametrize(
    "data",
    [
        samples.picture(size=(WIDTH, 900)),
        samples.picture("JPEG", size=(320, 240)),
        samples.animation(size=(WIDTH + 320, 40)),
        samples.picture(size=(2, 17_000)),  # too long for WebP
    ],
    ids=["as wide", "narrow", "moving", "long"],
)
def test_where_a_copy_would_save_nothing_none_is_made_or_kept(tmp_path: Path, data: bytes) -> None:
    assert renditions.read_small(stored(tmp_path, data), WIDTH) is None


def test_a_copy_is_made_once(tmp_path: Path) -> None:
    path = stored(tmp_path, noise((1_500, 20)))
    first = renditions.read_small(path, WIDTH)
    path.write_bytes(b"")
    assert renditions.read_small(path, WIDTH) is first
