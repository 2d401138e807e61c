"""The pages of success stories: reading, writing, approving, and the staff's library."""

from . import (
    approval_pages,
    approver_views,
    begin,
    consent_views,
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
    "approval_pages",
    "approver_views",
    "begin",
    "bp",
    "consent_views",
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
