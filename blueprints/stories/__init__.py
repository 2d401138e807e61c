"""The pages of success stories: reading, writing, approving, and the staff's library."""

from . import approval_pages, approver_views, consent_views
from .bp import bp

__all__ = ["approval_pages", "approver_views", "bp", "consent_views"]
