"""Icons as SVG. A topic's page draws about a hundred: each is built once and cached."""

from functools import lru_cache

from flask import request
from markupsafe import Markup

from .static_urls import static_url

SHEET = "icons.svg"


def draw_icon(name: str, size: int = 18, label: str | None = None) -> Markup:
    """Return the icon with this id on the sheet: an image with a label for screen readers, else a decoration."""
    return _draw(request.root_path, name, size, label)


@lru_cache(maxsize=1024)
def _draw(root_path: str, name: str, size: int, label: str | None) -> Markup:
    """Cached until the process ends: if a developer edits the sheet, only the version in its address is outdated."""
    del root_path  # part of the key: where the application is mounted, the sheet is
    spoken = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup(
        '<svg class="icon" width="{size}" height="{size}" {spoken}><use href="{sheet}#{name}"/></svg>'
    ).format(size=size, spoken=spoken, sheet=static_url(SHEET), name=name)
