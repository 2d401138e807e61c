"""Smaller copies of stored pictures, for pages that show them in a column. Made when asked for; never stored."""

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image

from .animations import is_animation
from .pictures import WEBP

# Of copies alone, some hundred kilobytes each: what is sent as it is stored may have ten megabytes.
KEPT = 64
# Beside PHOTOGRAPH of stored pictures: a copy is seen at half its pixels on a dense screen, so less is enough.
COPY = {"quality": 80, "method": 4}


@lru_cache(maxsize=KEPT)
def read_small(path: Path, width: int) -> bytes | None:
    """Return the picture `width` pixels wide, as WebP; None where it is no wider, moves, or a copy would save nothing.

    A stored file is never changed, so that a copy holds for as long as the process lives.
    """
    stored = path.read_bytes()
    with Image.open(BytesIO(stored)) as picture:
        if picture.format != WEBP or picture.width <= width or is_animation(picture):
            return None
        height = max(round(picture.height * width / picture.width), 1)
        small = picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
    copy = BytesIO()
    small.save(copy, WEBP, **COPY)
    small_data = copy.getvalue()
    return small_data if len(small_data) < len(stored) else None
