"""Share images (1200×630): what a link to a story shows in chats and on other sites. Made of a permit.

The font comes with the project, so that Japanese text looks the same on every machine.
"""

import io
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from importlib import resources

from PIL import Image, ImageDraw, ImageFont

from community.accounts.labels import size_band
from community.prefectures import PREFECTURES
from community.stories.consent.permits import Permit
from community.stories.versions.content import Figure
from community.stories.versions.figure_changes import write_number

from . import covers
from .covers import Pattern

SIZE = (1200, 630)
MARGIN = 72
# SIL Open Font License; its licence comes with it.
_FONT = ("noto_cjk_sans_jp_regular", "NotoSansCJKjp-Regular.otf")
# Ground, text and lines of filled covers and of outlined ones, as static/css/tokens.css has them for light pages.
_FILLED = ("#12395E", "#FFFFFF", (54, 88, 118))
_OUTLINED = ("#FBFAF7", "#1F2430", (215, 224, 231))
# Sizes that are tried for the title until it fits, with the lines there is room for; below the smallest it is cut.
_TITLE_SIZES = ((76, 3), (66, 3), (56, 4), (48, 5))
_LINE_HEIGHT = 1.45
# A line does not begin with one of these (行頭禁則).
_NEVER_FIRST = frozenset("、。，．・：；？！）」』】〕〉》ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々〜…%％")
_PAUSES = "、。"
_ELLIPSIS = "…"

# No font has this sign: how it is drawn is how all are that are missing.
_NO_SIGN, _MASK_SIZE = "\U0010ffff", 24
# What joins and colours emoji.
_UNSEEN = frozenset("\u200d\ufe0e\ufe0f\u20e3")

Measure = Callable[[str], float]


def draw_share_image(permit: Permit, community_name: str) -> bytes:
    """Return the story's share image as PNG: title, whose story it is, and its first figure."""
    is_filled = covers.is_filled(permit.figures)
    ground, ink, line = _FILLED if is_filled else _OUTLINED
    image = Image.new("RGB", SIZE, ground)
    draw = ImageDraw.Draw(image)
    _draw_pattern(draw, covers.choose_pattern(permit.trade, permit.story_id), line, ground)
    _draw_title(draw, permit.title, ink, ground)
    bottom = SIZE[1] - MARGIN
    _draw_line(draw, (MARGIN, bottom), name_teller(permit), 34, (ink, ground))
    if permit.figures:
        _draw_line(draw, (MARGIN, bottom - 62), write_figure(permit.figures[0]), 34, (ink, ground))
    _draw_line(draw, (MARGIN, 66), community_name, 26, (ink, ground))
    written = io.BytesIO()
    image.quantize(64).save(written, "PNG", optimize=True)
    return written.getvalue()


def name_teller(permit: Permit) -> str:
    """Return whose story it is: the company's name if it may be shown, and trade, size and prefecture."""
    place = str(PREFECTURES[permit.prefecture]) if permit.prefecture in PREFECTURES else ""
    known = "・".join(part for part in (permit.trade, size_band(permit.employees), place) if part)
    return f"{permit.company}　{known}".strip()


def write_figure(figure: Figure) -> str:
    """Return what the figure says, its numbers as the page has them."""
    return f"{figure.label}　{write_number(figure.baseline)} → {write_number(figure.result)} {figure.unit}".strip()


def keep_drawable(text: str) -> str:
    """Return the text without signs that the font does not have, as emoji: these would be drawn as empty boxes."""
    return "".join(filter(_is_drawable, text)).strip()


def break_lines(text: str, measure: Measure, width: float) -> Iterator[str]:
    """Yield the text in lines of about this width, which end behind a comma where one stands in their second half.

    None begins with a sign that may not stand there; such a sign hangs over the width.
    """
    line = ""
    for sign in text:
        if line and measure(line + sign) > width and sign not in _NEVER_FIRST:
            comma = max(line.rfind(each) for each in _PAUSES) + 1
            at = comma if comma > len(line) / 2 else len(line)
            yield line[:at]
            line = line[at:]
        line += sign
    if line:
        yield line


def _draw_title(draw: ImageDraw.ImageDraw, title: str, ink: str, ground: str) -> None:
    size, lines = _fit_title(keep_drawable(title))
    font = _font(size)
    for number, line in enumerate(lines):
        place = (MARGIN, 104 + size + number * size * _LINE_HEIGHT)
        _clear_ground(draw, place, line, font, ground)
        draw.text(place, line, font=font, fill=ink, anchor="ls", stroke_width=1, stroke_fill=ink)


def _fit_title(title: str) -> tuple[int, list[str]]:
    """Return the largest size at which the title fits, and its lines."""
    size, lines, most = 0, list[str](), 0
    for size, most in _TITLE_SIZES:
        lines = list(break_lines(title, _font(size).getlength, SIZE[0] - 2 * MARGIN - size))
        if len(lines) <= most:
            return size, lines
    return size, [*lines[: most - 1], lines[most - 1][:-1] + _ELLIPSIS]


def _draw_line(
    draw: ImageDraw.ImageDraw, place: tuple[float, float], text: str, size: int, colours: tuple[str, str]
) -> None:
    font, width, (ink, ground), text = _font(size), SIZE[0] - 2 * MARGIN, colours, keep_drawable(text)
    if font.getlength(text) > width:
        text = next(break_lines(text, font.getlength, width - size)) + _ELLIPSIS
    _clear_ground(draw, place, text, font, ground)
    draw.text(place, text, font=font, fill=ink, anchor="ls")


def _clear_ground(
    draw: ImageDraw.ImageDraw, place: tuple[float, float], text: str, font: ImageFont.FreeTypeFont, ground: str
) -> None:
    """Clear the pattern behind the text, which is easier to read then."""
    left, top, right, bottom = draw.textbbox(place, text, font=font, anchor="ls")
    draw.rectangle((left - 10, top - 8, right + 10, bottom + 8), fill=ground)


def _draw_pattern(draw: ImageDraw.ImageDraw, pattern: Pattern, line: tuple[int, int, int], ground: str) -> None:
    for y in _steps(pattern.height, SIZE[1]):
        for x in _steps(pattern.width, SIZE[0]):
            for shape in pattern.shapes:
                draw.polygon([(x + px, y + py) for px, py in shape], fill=line)
            for points in pattern.lines:
                draw.line([(x + px, y + py) for px, py in points], fill=line, width=2)
            for each in pattern.circles:
                centre = (x + each.x, y + each.y)
                box = [at + sign * each.radius for sign in (-1, 1) for at in centre]
                draw.ellipse(box, fill=ground if each.is_opaque else None, outline=line, width=2)


def _steps(step: float, end: int) -> Iterator[float]:
    return (number * step for number in range(int(end / step) + 1))


@lru_cache(maxsize=5_000)
def _is_drawable(sign: str) -> bool:
    return sign not in _UNSEEN and _mask(sign) != _mask(_NO_SIGN)


def _mask(sign: str) -> bytes:
    image = Image.new("1", (2 * _MASK_SIZE, 2 * _MASK_SIZE))
    ImageDraw.Draw(image).text((0, 0), sign, font=_font(_MASK_SIZE), fill=1)
    return image.tobytes()


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    package, name = _FONT
    with resources.as_file(resources.files(package) / name) as path:
        return ImageFont.truetype(path, size)
