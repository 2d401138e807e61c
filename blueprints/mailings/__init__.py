"""Choices of mail, the page of the unsubscribe link, and for administrators the mails that failed."""

from .views import bp

__all__ = ["bp"]
