"""Pages of the editor."""

from . import begin, earlier_texts, editor, figure_views, team_views

__all__ = ["begin", "earlier_texts", "editor", "figure_views", "team_views"]
