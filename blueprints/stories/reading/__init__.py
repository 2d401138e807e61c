"""Pages of readers."""

from . import gallery_views, pages, pictures

__all__ = ["gallery_views", "pages", "pictures"]
