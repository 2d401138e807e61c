"""What the operator's probes ask, and what a visitor sees when something goes wrong."""

from .errors import answer_errors
from .views import bp

bp.record_once(lambda state: answer_errors(state.app))

__all__ = ["bp"]
