"""The first page: what became of my matter, whom I can help, what is going on."""

from blueprints.navigation import furnish

from . import views, welcome
from .bp import bp

bp.record_once(lambda state: furnish(state.app))

__all__ = ["bp", "views", "welcome"]
