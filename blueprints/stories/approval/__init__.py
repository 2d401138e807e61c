"""Pages of consents, approvers, and approvers without log-in."""

from . import approval_pages, approver_views, consent_views

__all__ = ["approval_pages", "approver_views", "consent_views"]
