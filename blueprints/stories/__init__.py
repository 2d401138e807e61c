"""The pages of success stories: reading, writing, approving, and the staff's library."""

from . import (
    begin,
    desk,
    editor,
    figure_views,
    gallery_views,
    pages,
    pictures,
    review,
    submission,
    team_views,
    withdrawal,
)
from .bp import bp

__all__ = [
    "begin",
    "bp",
    "desk",
    "editor",
    "figure_views",
    "gallery_views",
    "pages",
    "pictures",
    "review",
    "submission",
    "team_views",
    "withdrawal",
]
