"""The operator's probes, and the pages that visitors see when something goes wrong."""

from .errors import answer_errors
from .stray_signs import redirect_to_page
from .views import bp

bp.before_app_request(redirect_to_page)
bp.record_once(lambda state: answer_errors(state.app))

__all__ = ["bp"]
