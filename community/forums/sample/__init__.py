"""The forum's part of the sample community: categories and conversations, and how they are written."""

from .history import write_sample

__all__ = ["write_sample"]
