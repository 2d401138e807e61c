"""The pages of success stories: reading, writing, approving, and the staff's library."""

from .bp import bp

__all__ = ["bp"]
