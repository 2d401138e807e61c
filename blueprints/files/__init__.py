"""Uploads and shows pictures."""

from .views import bp

__all__ = ["bp"]
