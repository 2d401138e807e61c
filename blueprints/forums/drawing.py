"""Posts as HTML, each drawn once for all viewers who see it alike: most of a page is the same for most of them."""

from threading import Lock
from typing import Any

from flask import current_app, request
from flask_babel import get_locale
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from community.app.fixed_parts import tighten
from models.forums import Topic

from .view_models import PostView

# Some ten megabytes; a full cache is emptied.
MOST_KEPT = 4_000
TEMPLATE = "forums/_post.html"
# Placeholder for the viewer's CSRF token. No text contains the control character: it is removed on writing.
TOKEN = "\x1atoken\x1a"  # noqa: S105  a place for one

_kept: dict[tuple[Any, ...], str] = {}
_lock = Lock()


class PostDrawer:
    """Draws posts for one page: in its language, for its root path, with its CSRF token."""

    def __init__(self) -> None:
        self._where = str(get_locale()), request.root_path
        self._token = ""

    def __call__(
        self, view: PostView, topic: Topic, element: str | None = None, *, new: bool = False, positioned: bool = True
    ) -> Markup:
        """Return what `_post.html` makes of this view. The cache's key has everything that the template reads."""
        key = (view.seen, element, new, positioned, *self._where)
        # Only viewers who may do something get a form, with a token in it.
        if view.may and not self._token:
            self._token = generate_csrf()
        token = self._token if view.may else ""
        drawn = _kept.get(key)
        if drawn is None:
            show: Any = current_app.jinja_env.get_template(TEMPLATE).module.show  # pyright: ignore[reportAttributeAccessIssue]
            drawn = _tightened(str(show(view, topic, element, new, positioned)), str(view.html))
            if token:
                drawn = drawn.replace(token, TOKEN)
            with _lock:
                if len(_kept) >= MOST_KEPT:
                    _kept.clear()
                _kept[key] = drawn
        return Markup(drawn.replace(TOKEN, token) if token else drawn)  # noqa: S704  made by a template


def _tightened(drawn: str, written: str) -> str:
    """Return the drawn HTML without the template's indentation; the post's own HTML stays as it is."""
    before, kept, after = drawn.partition(written) if written else (drawn, "", "")
    return f"{tighten(before)}{kept}{tighten(after)}"
