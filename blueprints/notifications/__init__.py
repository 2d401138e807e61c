"""The page of notifications, and the number on the bell."""

from .views import bp

__all__ = ["bp"]
