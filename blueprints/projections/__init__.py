"""The staff's page of the ledger: the progress of the projections, and stuck signals."""

from .views import bp

__all__ = ["bp"]
