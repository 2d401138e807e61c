"""The forum's pages: shelves, topics, replies, and what may be decided about them."""

from . import decisions, drafts, live, managing, posts, resuming, shelves, topics, writing
from .bp import bp

__all__ = [
    "bp",
    "decisions",
    "drafts",
    "live",
    "managing",
    "posts",
    "resuming",
    "shelves",
    "topics",
    "writing",
]
