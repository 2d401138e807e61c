"""Draw static/img/crests.svg: the crests of the badges, each filled and in outline (run it after a change here).

Every motif lives in a circle of radius 34 around the origin, in one colour, and is made by rotation.
"""

import math
from itertools import chain
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "static" / "img" / "crests.svg"
Point = tuple[float, float]


def polar(radius: float, degrees: float) -> Point:
    """Give the point at this angle, clockwise from three o'clock."""
    return radius * math.cos(math.radians(degrees)), radius * math.sin(math.radians(degrees))


def pair(point: Point) -> str:
    """Write a point as path data."""
    return f"{point[0]:.1f} {point[1]:.1f}"


def rotate(shape: str, times: int, start: float = 0) -> str:
    """Repeat a shape around the origin."""
    return "".join(f'<g transform="rotate({i * 360 / times + start:g})">{shape}</g>' for i in range(times))


def comma(steps: int = 14) -> str:
    """One of the three commas of the tomoe: a round head with a tail that thins out over 165 degrees."""
    head, tail = 9.0, 165.0
    outer, inner = [], []
    for i in range(steps + 1):
        t = i / steps
        angle, radius, width = -90 + t * tail, 13.5 + t**0.8 * 17, head * (1 - t) ** 0.8
        outer.append(polar(radius + width, angle))
        inner.append(polar(radius - width, angle))
    round_head = [
        (-head * math.sin(math.radians(i * 30)), -13.5 + head * math.cos(math.radians(i * 30))) for i in range(1, 6)
    ]
    points = chain(outer, reversed(inner), round_head)
    return f'<path d="M{"L".join(pair(p) for p in points)}Z"/>'


def fan() -> str:
    """Seven folds of an open fan and its ribs."""
    folds, start, gap = 7, -158.0, 2.2
    width = (316 - 180) / folds
    shapes = []
    for i in range(folds):
        a, b = start + i * width + gap / 2, start + (i + 1) * width - gap / 2
        shapes.append(
            f'<path d="M{pair(polar(43, a))}A43 43 0 0 1 {pair(polar(43, b))}L{pair(polar(20, b))}'
            f'A20 20 0 0 0 {pair(polar(20, a))}Z"/>'
            f'<path class="rib" d="M{pair(polar(17, (a + b) / 2))}L{pair(polar(4, (a + b) / 2))}"/>'
        )
    return f'<g transform="translate(0 19) scale(.92)">{"".join(shapes)}<circle r="3"/></g>'


def waves() -> str:
    """Three wave crests of concentric arcs."""
    arcs = "".join(
        f'<path class="arc" d="M{x - r} {y}A{r} {r} 0 0 1 {x + r} {y}"/>'
        for x, y in ((0, -2), (-20, 14), (20, 14))
        for r in (20, 13.5, 7)
    )
    return f'<g transform="translate(0 -2) scale(.88)">{arcs}<path class="arc" d="M-8 24a8 8 0 0 1 16 0"/></g>'


def arrows() -> str:
    """Two crossed arrows with their feathers."""
    arrow = (
        '<path d="M0-36 7.5-21H-7.5Z"/><path class="rib" d="M0-20V10"/>'
        '<path d="M-7 10 0 4 7 10V19L0 13-7 19Z"/><path d="M-7 22 0 16 7 22V32L0 26-7 32Z"/>'
    )
    return "".join(f'<g transform="rotate({angle})">{arrow}</g>' for angle in (-45, 45))


MOTIFS = {
    "futaba": '<path d="M-1-2C-3-17-16-26-31-22-32-8-18 4-1-2Z"/><path d="M1-2C3-17 16-26 31-22 32-8 18 4 1-2Z"/>'
    '<path class="rib" d="M0-4V24"/><path class="rib" d="M-14 25H14"/>',
    "kikyo": rotate('<path d="M0-5.5-9-15.5Q-10.5-25 0-33 10.5-25 9-15.5Z"/>', 5) + '<circle r="3.6"/>',
    "wachigai": rotate('<circle class="band" cy="-13.5" r="15.5"/>', 4),
    "ougi": fan(),
    "umebachi": '<circle r="7.5"/>' + rotate('<circle cy="-21" r="10"/>', 5),
    "tomoe": rotate(comma(), 3, -20),
    "nami": waves(),
    "asanoha": rotate('<path d="M0-3 8.5-17 0-32-8.5-17Z"/>', 6)
    + rotate('<path class="rib" d="M0-27.5V-32" transform="rotate(30)"/>', 6),
    "kikko": '<path class="band" d="M0-32 27.7-16V16L0 32-27.7 16V-16Z"/>'
    + rotate('<path d="M0-2.5C-9-8-10-16-5.5-17.5-3-18-1-17 0-15 1-17 3-18 5.5-17.5 10-16 9-8 0-2.5Z"/>', 6),
    "chigaiya": arrows(),
    "hishi": rotate('<path d="M0-2 10-14 0-31-10-14Z"/>', 4)
    + '<path class="rib" d="M-22-22-16-16M22-22 16-16M-22 22-16 16M22 22 16 16"/>',
}
# At 15 to 20 px the fine lines run together: fewer parts, thicker.
SMALL = {
    "futaba": '<path d="M-1 0C-3-18-17-29-34-24-34-7-18 8-1 0Z"/><path d="M1 0C3-18 17-29 34-24 34-7 18 8 1 0Z"/>'
    '<path class="rib" d="M0-2V28"/>',
    "ougi": '<path d="M-34-6A38 38 0 0 1 34-6L8 24H-8Z"/>',
    "nami": '<path class="arc" d="M-31 20A31 31 0 0 1 31 20"/><path class="arc" d="M-17 20A17 17 0 0 1 17 20"/>'
    '<circle cy="18" r="5"/>',
    "asanoha": rotate('<path d="M0-2 9.5-17 0-34-9.5-17Z"/>', 6),
    "kikko": '<path class="band" d="M0-31 26.8-15.5V15.5L0 31-26.8 15.5V-15.5Z"/><circle r="15"/>',
    "hishi": rotate('<path d="M0-1 12-15 0-34-12-15Z"/>', 4),
    "chigaiya": '<g transform="rotate(-45)"><path d="M0-38 9-20H-9Z"/><path class="rib" d="M0-22V34"/></g>'
    '<g transform="rotate(45)"><path d="M0-38 9-20H-9Z"/><path class="rib" d="M0-22V34"/></g>',
}
# Attributes instead of styles: the site's Content-Security-Policy allows none inside pictures.
STROKES = {
    "fill": {"rib": 3.0, "arc": 3.2, "band": 4.0},
    "small": {"rib": 6.0, "arc": 7.0, "band": 6.5},
}
OUTLINE = 1.6


def painted(shape: str, kind: str) -> str:
    """Turn the classes of a motif into the strokes of one way to draw it."""
    for name, width in STROKES[kind].items():
        shape = shape.replace(f'class="{name}"', f'fill="none" stroke="currentColor" stroke-width="{width:g}"')
    return f'<g fill="currentColor">{shape}</g>'


def outlined(shape: str) -> str:
    """Draw every part of a motif as a thin line."""
    for name in STROKES["fill"]:
        shape = shape.replace(f' class="{name}"', "")
    return f'<g fill="none" stroke="currentColor" stroke-width="{OUTLINE}" stroke-linejoin="round">{shape}</g>'


def sprite() -> str:
    """Write all crests as one sprite: name, name-line, name-small."""
    symbols = []
    for name, shape in MOTIFS.items():
        drawings = (
            (name, painted(shape, "fill")),
            (f"{name}-line", outlined(shape)),
            (f"{name}-small", painted(SMALL.get(name, shape), "small" if name in SMALL else "fill")),
        )
        symbols += [
            f'<symbol id="{key}" viewBox="-34 -34 68 68" overflow="visible">{body}</symbol>' for key, body in drawings
        ]
    head = '<svg xmlns="http://www.w3.org/2000/svg">\n<!-- Drawn by tools/draw_crests.py; change it there. -->\n'
    return head + "\n".join(symbols) + "\n</svg>\n"


if __name__ == "__main__":
    TARGET.write_text(sprite(), encoding="utf-8")
