"""Hiding and restoring things of any room: by moderators with a reason, by authors what is their own."""

from .views import bp

__all__ = ["bp"]
