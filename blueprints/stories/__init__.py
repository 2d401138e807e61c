"""The pages of success stories: reading, writing, approving, and the staff's library."""

from . import candidates, library, library_saving, placing, tags
from .bp import bp

__all__ = ["bp", "candidates", "library", "library_saving", "placing", "tags"]
