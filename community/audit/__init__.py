"""Who did what with a privilege, and why: `audit.record(…)` in the transaction of the act itself."""

from .actions import erase_text, record

__all__ = ["erase_text", "record"]
