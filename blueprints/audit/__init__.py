"""The log of privileged acts, for administrators."""

from .views import bp

__all__ = ["bp"]
