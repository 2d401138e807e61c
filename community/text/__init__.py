"""Members' text: from Markdown as typed to safe HTML. The only package that converts one to the other."""

from community.graphemes import cut

from .limits import MAX_CHARACTERS, BadTextError, BodyTooLongError
from .plain import fold, is_blank, shows_nothing, tidy, to_excerpt, to_plain
from .rendering import (
    RENDER_VERSION,
    Rendered,
    find_files,
    find_mentions,
    possible_files,
    possible_mentions,
    render,
    show_stored,
    to_html,
)
from .rerendering import render_anew

__all__ = [
    "MAX_CHARACTERS",
    "RENDER_VERSION",
    "BadTextError",
    "BodyTooLongError",
    "Rendered",
    "cut",
    "find_files",
    "find_mentions",
    "fold",
    "is_blank",
    "possible_files",
    "possible_mentions",
    "render",
    "render_anew",
    "show_stored",
    "shows_nothing",
    "tidy",
    "to_excerpt",
    "to_html",
    "to_plain",
]
