"""Animated GIF, WebP, PNG and AVIF, re-encoded as animated WebP: all frames, their durations, the number of loops."""

from collections.abc import Iterator
from io import BytesIO
from math import sqrt

from PIL import Image

from .flattening import flatten
from .rules import (
    KEPT_ANIMATION_PIXELS,
    MAX_ANIMATION_PIXELS,
    MAX_BYTES,
    MAX_FRAMES,
    TOO_LONG_ANIMATION,
    FileRefusedError,
)

# In other formats, further pictures in a file are no frames: a preview, the other eye's view.
ANIMATED_FORMATS = {"GIF", "WEBP", "PNG", "AVIF"}
# GIF and PNG are mostly screen captures: kept without loss. Quality 0 is the quickest.
SHARP = {"lossless": True, "quality": 0, "method": 0}
FILMED = {"quality": 80, "method": 0}
FILMED_FORMATS = {"WEBP", "AVIF"}
# Browsers show frames with no duration, or one of 10 ms and less, for 100 ms.
LEAST_MS, USUAL_MS = 10, 100
# Below half its width, letters in a captured screen cannot be read.
LEAST_SCALE = 0.5
FOREVER = 0


def is_animation(image: Image.Image) -> bool:
    """Return whether the image has several frames. A PNG may have a still picture in front of its frames."""
    return image.format in ANIMATED_FORMATS and bool(getattr(image, "is_animated", False))


def draw_animation(source: Image.Image) -> tuple[bytes, tuple[int, int]]:
    """Return an animated WebP and its size in pixels. Raises FileRefusedError if the animation exceeds the limits.

    Frames are counted while they are decoded: a file of 10 MB may have a million, and some formats do not say how many.
    """
    loops = _loops(source)  # before decoding, which forgets it
    options = FILMED if source.format in FILMED_FORMATS else SHARP
    durations = [_duration(frame) for frame in _frames(source)]
    scale = _scale(len(durations) * source.width * source.height)
    frames = [_shrink(flatten(frame), scale) for frame in _frames(source)]
    for frame in frames:
        frame.info.clear()
    return _save(frames, durations, loops, options), frames[0].size


def _frames(source: Image.Image) -> Iterator[Image.Image]:
    """Yield each frame, decoded; the same object each time. Raises FileRefusedError at the first beyond the limits."""
    first = int(bool(source.info.get("default_image")))
    for number in range(first, MAX_FRAMES + first):
        if (number + 1) * source.width * source.height > MAX_ANIMATION_PIXELS:
            break
        try:
            source.seek(number)
        except EOFError:
            return
        source.load()
        yield source
    raise FileRefusedError(TOO_LONG_ANIMATION)


def _scale(pixels: int) -> float:
    """Return the scale at which all frames together stay within KEPT_ANIMATION_PIXELS.

    Raises FileRefusedError if it is too small.
    """
    scale = min(1.0, sqrt(KEPT_ANIMATION_PIXELS / max(pixels, 1)))
    if scale < LEAST_SCALE:
        raise FileRefusedError(TOO_LONG_ANIMATION)
    return scale


def _duration(frame: Image.Image) -> int:
    """Return the milliseconds for which browsers show the frame."""
    asked = round(frame.info.get("duration") or 0)
    return asked if asked > LEAST_MS else USUAL_MS


def _loops(source: Image.Image) -> int:
    """Return the loop count with which a WebP repeats as often as the source; 0 is for ever.

    A GIF without a count runs once, and its count is of repetitions; the other formats count runs.
    """
    if source.format != "GIF":
        return int(source.info.get("loop") or FOREVER)
    repetitions = source.info.get("loop")
    if repetitions is None:
        return 1
    return repetitions + 1 if repetitions else FOREVER


def _shrink(frame: Image.Image, scale: float) -> Image.Image:
    if scale == 1:
        return frame
    size = max(round(frame.width * scale), 1), max(round(frame.height * scale), 1)
    return frame.resize(size, Image.Resampling.BILINEAR)


def _save(frames: list[Image.Image], durations: list[int], loops: int, options: dict[str, int | bool]) -> bytes:
    buffer = BytesIO()
    frames[0].save(
        buffer, "WEBP", save_all=True, append_images=frames[1:], duration=durations, loop=loops,
        background=(0, 0, 0, 0), exif=b"", icc_profile=b"", xmp=b"", **options,
    )  # fmt: skip
    if buffer.tell() > MAX_BYTES:
        raise FileRefusedError(TOO_LONG_ANIMATION)
    return buffer.getvalue()
