"""The pages of success stories: reading, writing, approving, and the staff's library."""

from . import begin, editor, figure_views, gallery_views, pages, pictures, team_views
from .bp import bp

__all__ = ["begin", "bp", "editor", "figure_views", "gallery_views", "pages", "pictures", "team_views"]
