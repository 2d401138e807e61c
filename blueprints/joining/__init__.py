"""Joining: invitations, links, CSV files, requests, terms."""

from . import company_links, csv_invitations, invitations, requests, terms
from .bp import bp

__all__ = ["bp", "company_links", "csv_invitations", "invitations", "requests", "terms"]
