"""The operator's probes, and the pages that visitors see when something goes wrong."""

from .errors import answer_errors
from .stray_signs import lead_to_the_page
from .views import bp

bp.before_app_request(lead_to_the_page)
bp.record_once(lambda state: answer_errors(state.app))

__all__ = ["bp"]
