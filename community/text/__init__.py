"""Members' text: Markdown as typed in, HTML that is safe to show out. The only place that turns one into the other."""

from .limits import MAX_CHARACTERS, BadTextError, BodyTooLongError
from .plain import fold, tidy, to_excerpt, to_plain
from .rendering import RENDER_VERSION, find_images, find_mentions, to_html

__all__ = [
    "MAX_CHARACTERS",
    "RENDER_VERSION",
    "BadTextError",
    "BodyTooLongError",
    "find_images",
    "find_mentions",
    "fold",
    "tidy",
    "to_excerpt",
    "to_html",
    "to_plain",
]
