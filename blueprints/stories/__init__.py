"""The pages of success stories: reading, writing, approving, and the staff's library."""

from . import desk, review, submission, withdrawal
from .bp import bp

__all__ = ["bp", "desk", "review", "submission", "withdrawal"]
