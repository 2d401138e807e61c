"""The sample community: fictional companies and people, and two years of what they did."""

from .actions import RealRowsError, Summary, load, read_old_news
from .queries import is_sample, list_logins

__all__ = ["RealRowsError", "Summary", "is_sample", "list_logins", "load", "read_old_news"]
