"""Hiding and restoring things of any room: moderators with a reason, authors what is their own."""

from .views import bp

__all__ = ["bp"]
