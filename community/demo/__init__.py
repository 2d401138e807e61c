"""The sample community: fictional companies and people, and two years of what they did."""

from .actions import RealRowsError, Summary, load
from .following import derive
from .queries import is_sample, list_logins

__all__ = ["RealRowsError", "Summary", "derive", "is_sample", "list_logins", "load"]
