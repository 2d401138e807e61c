"""The search page over the things of all rooms, and for staff the searches that found nothing."""

from .views import bp

__all__ = ["bp"]
