"""Pages of those who work on a story."""

from . import desk, preview_pages, review, submission, withdrawal

__all__ = ["desk", "preview_pages", "review", "submission", "withdrawal"]
