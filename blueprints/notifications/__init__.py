"""The page of what became of my matters, and the number on the bell."""

from .views import bp

__all__ = ["bp"]
