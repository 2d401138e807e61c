"""The page where one looks for things of all rooms, and for the staff what nobody found."""

from .views import bp

__all__ = ["bp"]
