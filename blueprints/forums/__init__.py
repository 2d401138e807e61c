"""The forum's pages: shelves, topics, replies, and what may be decided about them."""

from . import contributions, decisions, drafts, live, managing, posts, shelves, topics, writing
from .bp import bp

__all__ = [
    "bp",
    "contributions",
    "decisions",
    "drafts",
    "live",
    "managing",
    "posts",
    "shelves",
    "topics",
    "writing",
]
