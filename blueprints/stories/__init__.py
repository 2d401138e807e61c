"""The pages of success stories: reading, writing, approving, and the staff's library."""

from . import gallery_views, pages, pictures
from .bp import bp

__all__ = ["bp", "gallery_views", "pages", "pictures"]
