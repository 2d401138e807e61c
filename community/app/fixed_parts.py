"""Parts of pages that are the same for everybody who reads the language: each is drawn once and cached."""

import re
from collections.abc import Hashable
from functools import lru_cache

from babel.support import NullTranslations
from flask import request
from jinja2.runtime import Macro
from markupsafe import Markup

from community.extensions import babel

_INDENTATION = re.compile(r"[ \t\n]{2,}")


def tighten(html: str) -> Markup:
    """Return a part of the page that has nothing typed in it without its template's indentation."""
    return Markup(_INDENTATION.sub("\n", html))  # noqa: S704  made by a template


def draw_fixed(macro: Macro, *given: Hashable) -> Markup:
    """Return what a template's macro makes of these values, without its indentation.

    The macro may look at nothing but these values, the language, and the addresses of static files.
    """
    return _draw(macro, given, babel.domain_instance.get_translations(), request.root_path)


@lru_cache(maxsize=256)
def _draw(macro: Macro, given: tuple[Hashable, ...], language: NullTranslations, root_path: str) -> Markup:
    """Cached until the process ends; a template that is loaded anew has macros of its own."""
    del language, root_path  # parts of the key: sentences follow from one, addresses from the other
    return tighten(macro(*given))
