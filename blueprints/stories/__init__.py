"""The pages of success stories: reading, writing, approving, and the staff's library."""

from . import approval, library, reading, workflow, writing
from .bp import bp

__all__ = ["approval", "bp", "library", "reading", "workflow", "writing"]
