"""The staff's view of the ledger: how far its projections are, and what is stuck."""

from .views import bp

__all__ = ["bp"]
