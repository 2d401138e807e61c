"""The first page, and the welcome of newcomers."""

from blueprints.navigation import furnish

from . import views, welcome
from .bp import bp

bp.record_once(lambda state: furnish(state.app))

__all__ = ["bp", "views", "welcome"]
