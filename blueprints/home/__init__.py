"""The first page, and the welcome of newcomers."""

from blueprints.navigation import register_template_values

from . import views, welcome
from .bp import bp

bp.record_once(lambda state: register_template_values(state.app))

__all__ = ["bp", "views", "welcome"]
