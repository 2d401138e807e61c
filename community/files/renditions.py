"""Smaller copies of stored pictures, for pages that show them in a column. Made when asked for; never stored."""

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image

from .animations import is_animation
from .pictures import WEBP

# At most some ten megabytes in each process.
KEPT = 64
# Beside PHOTOGRAPH of stored pictures: a copy is seen at half its pixels on a dense screen, so less is enough.
COPY = {"quality": 80, "method": 4}


@lru_cache(maxsize=KEPT)
def read_small(path: Path, width: int) -> bytes:
    """Return the picture at most `width` pixels wide, as WebP; as it is stored where that is no larger, or moves.

    A stored file is never changed, so that a copy holds for as long as the process lives.
    """
    stored = path.read_bytes()
    with Image.open(BytesIO(stored)) as picture:
        if picture.format != WEBP or picture.width <= width or is_animation(picture):
            return stored
        height = max(round(picture.height * width / picture.width), 1)
        small = picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
    copy = BytesIO()
    small.save(copy, WEBP, **COPY)
    return min(stored, copy.getvalue(), key=len)
