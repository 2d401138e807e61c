"""Who did what with a privilege, and why: `audit.record(…)` in the transaction of the act itself."""

from .actions import record

__all__ = ["record"]
