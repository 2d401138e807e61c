"""Icons as SVG. A topic's page draws a hundred of them: each is written once and kept."""

from functools import lru_cache

from flask import request
from markupsafe import Markup

from .addresses import static_url

SHEET = "img/icons.svg"


def draw_icon(name: str, size: int = 18, label: str | None = None) -> Markup:
    """The icon of this id on the sheet; with a label it speaks, without one it is decoration."""
    return _draw(request.root_path, name, size, label)


@lru_cache(maxsize=1024)
def _draw(root_path: str, name: str, size: int, label: str | None) -> Markup:
    """Kept until the process ends: of a sheet that a developer changes only the address would differ."""
    del root_path  # part of the key: where the application is mounted, the sheet is
    spoken = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup(
        '<svg class="icon" width="{size}" height="{size}" {spoken}><use href="{sheet}#{name}"/></svg>'
    ).format(size=size, spoken=spoken, sheet=static_url(SHEET), name=name)
