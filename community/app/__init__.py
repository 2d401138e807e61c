"""The factory: one application out of configuration, extensions and the blueprints it is handed."""

from .factory import create_app
from .pages import LOCALES, THEMES

__all__ = ["LOCALES", "THEMES", "create_app"]
