"""Uploading and showing pictures."""

from .views import bp

__all__ = ["bp"]
