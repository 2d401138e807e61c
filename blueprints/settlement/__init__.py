"""The staff's view of the ledger: how far its readers are, and what is stuck."""

from .views import bp

__all__ = ["bp"]
