"""The sample community: fictional companies and people, and what they did in two years.

Each room writes what happened in it (`Room.sample`).
"""

from .actions import RealRowsError, Summary, load
from .derived import derive
from .queries import is_sample, list_logins

__all__ = ["RealRowsError", "Summary", "derive", "is_sample", "list_logins", "load"]
